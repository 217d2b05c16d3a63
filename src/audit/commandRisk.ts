import type { EventCommand } from "../clients/permissions/model.ts";
import { partOfString, type DataString } from "../documents/data.ts";
import { uploads } from "./uploads.ts";
import { programName, splitScript, type Word } from "./words.ts";

const DOWNLOADERS = new Set("curl wget iwr irm invoke-webrequest invoke-restmethod fetch aria2c".split(" "));
const NETWORK = new Set([...DOWNLOADERS, ..."nc ncat netcat ssh scp sftp rsync socat telnet ftp".split(" ")]);
const RUNS_INPUT = /^(?:(?:ba|z|da|k|a|fi)?sh|python[\d.]*|node|perl|ruby|php|iex|invoke-expression|pwsh|powershell)$/;
const SHELL = /^(?:(?:ba|z|da|k|a|fi)?sh|pwsh|powershell|cmd)$/;
const SENDERS = new Set("curl wget nc ncat netcat socat telnet iwr irm".split(" "));
const READERS = new Set("cat printenv env tar zip base64 gpg head tail find history".split(" "));
const SECRETS =
  /(?:^|[\s"'=/])(?:~|\$HOME)?\/?\.(?:ssh|aws|kube|gnupg|netrc|npmrc|env|docker|config\/gcloud|claude\.json)\b/;
/** A redirection into a home or the system, not into nowhere or a temporary file. */
const WRITES_OUTSIDE = />>?\s{0,4}"?(?:~|\$HOME|\/(?!dev\/(?:null|std)|tmp\/|private\/tmp\/))/;

function asWord(source: string, node: DataString): Word {
  const part = (from: number, to: number): ReturnType<typeof partOfString> => partOfString(source, node, from, to);
  return { text: node.value, span: node.span, part };
}

interface Simple {
  readonly words: readonly Word[];
  readonly piped: boolean;
}

/** The simple commands that a command consists of, the script of `sh -c …` taken apart too. */
function simpleCommands(source: string, command: EventCommand): Simple[] {
  const words = command.words.map((node) => asWord(source, node));
  if (command.form === "script") return words.flatMap(splitScript);
  if (command.form !== "words") return [];
  const [program, ...args] = words;
  const flag = args.findIndex(({ text }) => /^(?:-l?c|-command|\/c)$/i.test(text));
  const script = program && SHELL.test(programName(program.text)) && flag >= 0 ? args[flag + 1] : undefined;
  return [{ words, piped: false }, ...(script ? splitScript(script) : [])];
}

/** The words of each simple command. */
export function commandWords(source: string, command: EventCommand): (readonly Word[])[] {
  return simpleCommands(source, command).map(({ words }) => words);
}

/** What of a command makes it worth a second look, as a predicate of "it". */
export interface CommandRisk {
  /** Runs what it fetches, or sends data of this machine away. */
  readonly dangerous: boolean;
  readonly why: string;
}

function programs({ words }: Simple): string[] {
  return words.map((word) => programName(word.text));
}

function pipeline(all: readonly Simple[]): string | undefined {
  for (const [i, one] of all.entries()) {
    if (uploads(one.words)) return "sends data of this machine away";
    if (!one.piped) continue;
    let start = i;
    while (start > 0 && all[start]?.piped) start--;
    const before = all.slice(start, i).flatMap(programs);
    const own = programs(one);
    const runs = own.some((name) => RUNS_INPUT.test(name));
    if (runs && before.some((name) => DOWNLOADERS.has(name))) return "runs what it downloads";
    if (runs && before.some((name) => name === "base64" || name === "xxd")) return "runs what it decodes";
    const sends = SENDERS.has(own[0] ?? "");
    if (sends && before.some((name) => READERS.has(name))) return "sends data of this machine away";
  }
  return undefined;
}

/** Looks at a command that runs by itself; undefined where nothing about it stands out. */
export function riskOf(source: string, command: EventCommand): CommandRisk | undefined {
  const text = command.words.map((word) => word.value).join(" ");
  if (command.form === "prompt") return undefined;
  if (command.form === "url" || /^https?:\/\//.test(text)) {
    return /^https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?:[:/]|$)/.test(text)
      ? undefined
      : { dangerous: false, why: "is sent to an address" };
  }
  const all = simpleCommands(source, command);
  const danger = pipeline(all);
  if (danger !== undefined) return { dangerous: true, why: danger };
  if (/(?:\$\(|`|<\()\s{0,10}(?:curl|wget)\b/i.test(text) || /\/dev\/(?:tcp|udp)\//.test(text)) {
    return { dangerous: true, why: "runs what it downloads" };
  }
  if (
    /\b(?:iex|invoke-expression)\b/i.test(text) &&
    /\b(?:iwr|irm|curl|downloadstring|invoke-webrequest)\b/i.test(text)
  ) {
    return { dangerous: true, why: "runs what it downloads" };
  }
  if (all.flatMap(programs).some((name) => NETWORK.has(name))) return { dangerous: false, why: "uses the network" };
  if (/\bbase64\b|\batob\b|\beval\b|-enc(?:odedcommand)?\b/i.test(text)) {
    return { dangerous: false, why: "hides what it runs" };
  }
  if (SECRETS.test(text)) return { dangerous: false, why: "names a place of credentials" };
  if (WRITES_OUTSIDE.test(text)) return { dangerous: false, why: "writes outside the folder" };
  return undefined;
}
