import { placeOf } from "./hosts.ts";
import { programName, type Word } from "./words.ts";

const FROM_FILE = /^(?:@|[\w.-]{1,60}[=@]?[@<])./;
const ELSEWHERE = /^(?:[\w.-]{1,60}@)?[\w.-]{2,200}:(?!\\)/;

/** The value of an option, behind it or in the same word. */
function valueOf(words: readonly string[], i: number, option: RegExp): string | undefined {
  const word = words[i] ?? "";
  const joined = option.exec(word);
  if (!joined) return undefined;
  const rest = word.slice(joined[0].length).replace(/^=/, "");
  return rest === "" ? words[i + 1] : rest;
}

/** `curl -d @file`, `-F name=@file`, `-T file`, or data that a command inside brings. */
function byCurl(words: readonly string[]): boolean {
  return words.some((_, i) => {
    const file = valueOf(words, i, /^(?:-T|--upload-file(?==|$))/);
    if (file !== undefined) return true;
    const form = valueOf(words, i, /^(?:-F|--form(?==|$))/);
    if (form !== undefined && FROM_FILE.test(form)) return true;
    const data = valueOf(words, i, /^(?:-d|--data(?:-binary|-raw|-ascii|-urlencode)?(?==|$)|--json(?==|$))/);
    return data !== undefined && (FROM_FILE.test(data) || /\$\(|`/.test(data));
  });
}

/** An address that does not leave this machine. */
function isHere(words: readonly string[]): boolean {
  const hosts = words.flatMap((word) => {
    if (/^https?:\/\//i.test(word)) return URL.canParse(word) ? [new URL(word).hostname] : [];
    return /^(?:localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/.test(word) ? ["localhost"] : [];
  });
  return hosts.length > 0 && hosts.every((host) => placeOf(host) === "loopback");
}

/**
 * True for a command that sends files of this machine, or what other commands say, to another one: `curl -d @file`,
 * `wget --post-file`, `scp file host:`, `nc host < file`. To fetch, and to talk to this machine itself, is none.
 */
export function uploads([program, ...args]: readonly Word[]): boolean {
  if (!program) return false;
  const words = args.map((word) => word.text.slice(0, 2000));
  if (isHere(words)) return false;
  switch (programName(program.text)) {
    case "curl":
      return byCurl(words);
    case "wget":
      return words.some((word) => /^--(?:post|body)-file(?:=|$)/.test(word));
    case "nc":
    case "ncat":
    case "netcat":
      return words.some((word) => word.startsWith("<") || /^-[a-z]{0,4}[ec]$/.test(word));
    case "scp":
    case "rsync": {
      const paths = words.filter((word) => !word.startsWith("-"));
      const [to = ""] = paths.slice(-1);
      // A drive of Windows has one letter before its colon.
      return ELSEWHERE.test(to) && paths.slice(0, -1).some((from) => !ELSEWHERE.test(from));
    }
    default:
      return false;
  }
}
