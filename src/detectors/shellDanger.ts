import { kindOf } from "./hosts.ts";
import { knownPath } from "./sensitivePaths.ts";
import type { ShellCommand, ShellScript } from "./shell.ts";

/** What makes a script dangerous, as a predicate of "it". */
export interface ShellDanger {
  readonly variant: string;
  readonly severity: "high" | "medium";
  readonly why: string;
}

const words = (list: string): ReadonlySet<string> => new Set(list.split(" "));
const DOWNLOADERS = words("curl wget iwr irm invoke-webrequest invoke-restmethod fetch aria2c lynx");
const RUNS_INPUT =
  /^(?:(?:ba|z|da|k|a|fi)?sh|python[\d.]*|node|perl|ruby|php|iex|invoke-expression|pwsh|powershell|source|\.|deno|bun|osascript)$/;
const NETWORK = words("nc ncat netcat socat telnet openssl scp rsync sftp ftp tftp ssh");
const DECODERS = words("base64 xxd openssl uudecode base32 hexdump gunzip");
const READERS = words(
  "cat head tail less more strings xxd base64 gpg tar zip cp mv dd grep awk sed find env printenv set history pass security cmdkey secret-tool type get-content gc",
);

/** Judges a script's commands one by one and by what flows between them; the worst comes first. */
export function dangersOf(script: ShellScript): ShellDanger[] {
  const found: ShellDanger[] = [];
  for (const command of script.commands) found.push(...dangersIn(command));
  return found.toSorted((a, b) => Number(b.severity === "high") - Number(a.severity === "high"));
}

function dangersIn(command: ShellCommand): ShellDanger[] {
  const { program, args, fed, writes, reads } = command;
  const found: ShellDanger[] = [];
  const high = (variant: string, why: string): number => found.push({ variant, severity: "high", why });
  const medium = (variant: string, why: string): number => found.push({ variant, severity: "medium", why });
  const all = [...args, ...reads];
  if (RUNS_INPUT.test(program) && fed.length > 0) {
    if (fed.some((one) => DOWNLOADERS.has(one.program))) high("runs-download", "runs what it downloads");
    else if (fed.some((one) => DECODERS.has(one.program))) high("runs-decoded", "runs what it decodes");
  }
  if (
    RUNS_INPUT.test(program) &&
    args.some((arg) => /[$<`(]\(?\s{0,4}(?:curl|wget)\b|downloadstring|fromhexstring|b64decode|atob\(/i.test(arg))
  ) {
    high("runs-download", "runs what it downloads or decodes");
  }
  if (/^(?:pwsh|powershell)$/.test(program) && args.some((arg) => /^-e(?:nc|ncodedcommand|c)?$/i.test(arg)))
    high("runs-decoded", "runs an encoded script");
  if (
    args.some((arg) => /^\/dev\/(?:tcp|udp)\//.test(arg)) ||
    writes.concat(reads).some((file) => /^\/dev\/(?:tcp|udp)\//.test(file))
  ) {
    high("reverse-shell", "opens a connection to another machine from the shell");
  }
  if (
    /^(?:nc|ncat|netcat|socat)$/.test(program) &&
    args.some((arg) => /^-\w{0,4}[ec]$|^exec:|^--(?:exec|sh-exec)/i.test(arg))
  ) {
    high("reverse-shell", "gives a shell to another machine");
  }
  if (
    /^(?:python[\d.]*|perl|ruby|php|node)$/.test(program) &&
    args.some((arg) => /socket/i.test(arg) && /(?:connect|spawn|subprocess|exec|dup2)/i.test(arg))
  ) {
    high("reverse-shell", "gives a shell to another machine");
  }
  if (program === "rm" && args.some((arg) => /^-\w{0,6}[rf]|^--(?:recursive|force|no-preserve-root)/i.test(arg))) {
    const target = args.find((arg) => !arg.startsWith("-") && WHOLE.test(arg));
    if (target !== undefined) high("destroys", "deletes a whole home, disk or system folder");
  }
  if (
    /^(?:mkfs(?:\.\w+)?|wipefs|shred|format|diskpart|cipher)$/.test(program) &&
    args.some((arg) => /^\/dev\/|^[a-z]:|\/w:/i.test(arg))
  )
    high("destroys", "destroys a disk's contents");
  if (program === "dd" && args.some((arg) => /^of=\/dev\/(?!null|stdout|stderr|zero)/.test(arg)))
    high("destroys", "writes over a disk");
  if (writes.some((file) => /^\/dev\/(?:sd|nvme|hd|disk|mapper)/.test(file))) high("destroys", "writes over a disk");
  if (
    program === "chmod" &&
    args.some((arg) => /^(?:-R|--recursive)$/.test(arg)) &&
    args.some((arg) => /^(?:0?777|a\+rwx)$/.test(arg)) &&
    args.some((arg) => WHOLE.test(arg))
  ) {
    high("destroys", "opens a whole disk to everyone");
  }
  if (program === "git" && args[0] === "push" && args.some((arg) => /^(?:-f|--force|--mirror)$/.test(arg)))
    medium("destroys", "overwrites a branch that others have");
  if (program === "crontab" && args.length > 0 && !args.includes("-l"))
    medium("persists", "changes what starts by itself");
  if (
    /^(?:launchctl|schtasks|systemctl)$/.test(program) &&
    args.some((arg) => /^(?:load|enable|\/create|bootstrap)$/i.test(arg))
  )
    medium("persists", "changes what starts by itself");
  const targets = program === "tee" ? [...writes, ...args] : writes;
  for (const file of targets) {
    const known = knownPath(file);
    if (known && known.kind !== "secrets") high("persists", `writes to ${known.what}`);
    else if (known) medium("persists", `writes to ${known.what}`);
  }
  found.push(...sent(command, all));
  return found;
}

/** `/`, `~`, `$HOME`, `/*`, a drive, a folder of the system. */
const WHOLE =
  /^(?:\/|~|\$\{?HOME\}?|%USERPROFILE%)\/?(?:\*|\.\*)?$|^\/(?:etc|usr|var|home|root|boot|bin|lib|opt|Users|System|Library)\/?\*?$|^[a-z]:[\\/]?\*?$|^\.\.?\/?\*$/i;

/** What a command inside a word may take secrets from. */
const SECRET_SOURCE = /\.ssh|\.aws|\.env|passwd|id_rsa|credential|printenv|\benv\b/;

/** Secrets and files that go to another machine. */
function sent({ program, args, fed }: ShellCommand, all: readonly string[]): ShellDanger[] {
  const isSender = DOWNLOADERS.has(program) || NETWORK.has(program);
  const sensitive = (file: string): boolean => {
    const known = knownPath(file.replace(/^[\w-]{0,30}=?@/, "").replace(/^[<>]/, ""));
    return known !== undefined && (known.kind === "secrets" || known.kind === "system");
  };
  if (!isSender) {
    return READERS.has(program) && all.some(sensitive)
      ? [{ variant: "reads-secrets", severity: "medium", why: "reads a place of secrets" }]
      : [];
  }
  const found: ShellDanger[] = [];
  const feeds = fed.flatMap((one) => [one.program, ...one.args]);
  const uploads = args.some((arg) =>
    /^(?:-d|-F|-T|--data(?:-binary|-raw|-urlencode)?|--form|--upload-file|--post-(?:file|data)|-infile|-body|--body-(?:file|data))/i.test(
      arg,
    ),
  );
  const takes = args.some((arg) => /\$\(|`|^@|=@|@-$|@[~/.]/.test(arg));
  if (
    all.some(sensitive) ||
    feeds.some(sensitive) ||
    args.some((arg) => arg.includes("$(") && SECRET_SOURCE.test(arg.slice(arg.indexOf("$("))))
  ) {
    found.push({ variant: "sends-secrets", severity: "high", why: "sends secrets of this machine away" });
  } else if (
    fed.some((one) => /^(?:env|printenv|set|history)$/.test(one.program) || (READERS.has(one.program) && uploads))
  ) {
    found.push({ variant: "sends-secrets", severity: "high", why: "sends data of this machine away" });
  } else if (uploads && takes) {
    found.push({ variant: "sends-data", severity: "medium", why: "sends a file or a command's output away" });
  }
  for (const arg of args) {
    const host = /^(?:[a-z]+:\/\/)?(?:[^/@\s]{1,100}@)?([^/:?#\s]{1,253})/i.exec(arg)?.[1]?.toLowerCase() ?? "";
    const kind = host.includes(".") ? kindOf(host, arg.replace(/^[a-z]+:\/\//i, "")) : undefined;
    if (kind === "metadata")
      found.push({
        variant: "metadata-address",
        severity: "high",
        why: "asks the cloud for this machine's credentials",
      });
    else if (kind === "interceptor" || kind === "paste" || (kind === "chat-hook" && uploads)) {
      found.push({
        variant: "sends-data",
        severity: uploads ? "high" : "medium",
        why: "talks to a host on which anyone may listen",
      });
    }
  }
  return found;
}
