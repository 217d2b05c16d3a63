import type { ConfigFile, ServerEntry } from "../clients/config.ts";
import { programName, type ScriptCommand, splitScript, type Word, wordOf } from "./words.ts";

/** What stands between an entry and the program that is really started. */
export interface Wrapper {
  /** `cmd` is Windows' idiom and by itself harmless; `code`: an interpreter that is given its program as an argument. */
  readonly kind: "shell" | "cmd" | "code" | "encoded" | "elevated" | "env" | "container";
  readonly program: string;
  readonly word: Word;
  /** What the shell or interpreter is told, where it is text. */
  readonly script?: Word;
}

/** A program with its arguments, as it is started in the end. */
export interface Launch {
  readonly program: Word;
  readonly args: readonly Word[];
  /** Outermost first. */
  readonly wrappers: readonly Wrapper[];
  readonly piped: boolean;
}

const SHELLS = new Set(["sh", "bash", "zsh", "dash", "fish", "ksh", "ash"]);
const POWERSHELLS = new Set(["powershell", "pwsh"]);
const ELEVATORS = new Set(["sudo", "doas", "pkexec", "runas", "gsudo"]);
const INTERPRETERS = /^(?:python(?:\d(?:\.\d+)?)?|node|nodejs|perl|ruby|php|osascript)$/;
const TRANSPARENT = new Set(["exec", "nohup", "command", "time", "nice", "setsid", "stdbuf", "cross-env"]);
/** Programs that are known to take words: a `command` that holds them all in one string is taken apart. */
const KNOWN = /^(?:npx|npm|bunx|pnpm|yarn|uvx|uv|pipx|docker|podman|node|deno|python\d?|bash|sh|cmd|sudo|env)$/;
const CONTAINERS = new Set(["docker", "podman", "nerdctl", "container"]);
/** Wrappers inside wrappers: more are no launch that a person wrote. */
const MAX_DEPTH = 8;

/** The words after options, where each of `valued` takes a word of its own. */
export function afterOptions(words: readonly Word[], valued: ReadonlySet<string>): readonly Word[] {
  let i = 0;
  while (i < words.length) {
    const text = words[i]?.text ?? "";
    if (text === "--") return words.slice(i + 1);
    if (!text.startsWith("-") || text === "-") break;
    i += valued.has(text) ? 2 : 1;
  }
  return words.slice(i);
}

const SUDO_VALUED = new Set(["-u", "--user", "-g", "--group", "-h", "-p", "-C", "-D"]);
const EXEC_VALUED = new Set(["-e", "--env", "-u", "--user", "-w", "--workdir", "--env-file"]);
const WSL_VALUED = new Set(["-d", "--distribution", "-u", "--user", "--cd"]);

function joined(words: readonly Word[]): Word | undefined {
  const [first] = words;
  if (!first) return undefined;
  return words.length === 1 ? first : { ...first, text: words.map((word) => word.text).join(" ") };
}

interface Unwrapped {
  readonly wrapper?: Wrapper;
  /** What is started inside, as words or as a script. */
  readonly words?: readonly Word[];
  readonly script?: Word;
}

/** One layer of a command; undefined for a program that starts no other. */
function unwrap(words: readonly Word[]): Unwrapped | undefined {
  const [word, ...rest] = words;
  if (!word) return undefined;
  const program = programName(word.text);
  const wrapper = (kind: Wrapper["kind"], script?: Word): Wrapper => ({
    kind,
    program,
    word,
    ...(script && { script }),
  });
  const texts = rest.map((one) => one.text);
  if (SHELLS.has(program)) {
    const option = texts.findIndex((text) => /^-[a-z]*c$/.test(text));
    const script = option < 0 ? undefined : rest[option + 1];
    return script && { wrapper: wrapper("shell", script), script };
  }
  if (program === "cmd") {
    const option = texts.findIndex((text) => /^\/[ck]$/i.test(text));
    if (option < 0) return undefined;
    const inner = rest.slice(option + 1);
    const [only] = inner;
    if (inner.length === 1 && only && /\s/.test(only.text)) return { wrapper: wrapper("cmd", only), script: only };
    const script = joined(inner);
    return { wrapper: wrapper("cmd", script), words: inner };
  }
  if (POWERSHELLS.has(program)) {
    if (texts.some((text) => /^-e(?:nc|ncodedcommand|c)?$/i.test(text))) return { wrapper: wrapper("encoded") };
    const option = texts.findIndex((text) => /^-c(?:ommand)?$/i.test(text));
    const script = option < 0 ? undefined : joined(rest.slice(option + 1));
    return script && { wrapper: wrapper("shell", script), script };
  }
  if (program === "nix-shell") {
    const option = texts.findIndex((text) => text === "--run" || text === "--command");
    const script = option < 0 ? undefined : rest[option + 1];
    return script && { wrapper: wrapper("shell", script), script };
  }
  if (INTERPRETERS.test(program)) {
    const first = texts.findIndex((text) => !/^-[A-Za-z]$/.test(text) || /^-[cer]$/.test(text));
    const option = texts[first];
    const isCode = option === "-c" || option === "-e" || option === "--eval" || (program === "php" && option === "-r");
    return isCode ? { wrapper: wrapper("code", rest[first + 1]) } : undefined;
  }
  if (ELEVATORS.has(program)) return { wrapper: wrapper("elevated"), words: afterOptions(rest, SUDO_VALUED) };
  if (program === "wsl") return { wrapper: wrapper("cmd"), words: afterOptions(rest, WSL_VALUED) };
  if (program === "env" || TRANSPARENT.has(program)) {
    let inner = afterOptions(rest, new Set(["-u", "--unset", "-C", "-n"]));
    while (inner[0] && /^[A-Za-z_]\w*=/.test(inner[0].text)) inner = inner.slice(1);
    return inner.length > 0 ? { wrapper: wrapper("env"), words: inner } : undefined;
  }
  if (CONTAINERS.has(program) && texts[0] === "exec") {
    return { wrapper: wrapper("container"), words: afterOptions(rest.slice(1), EXEC_VALUED).slice(1) };
  }
  // `NAME=value program …` inside a script.
  if (/^[A-Za-z_]\w*=/.test(word.text)) return rest.length > 0 ? { words: rest } : undefined;
  return undefined;
}

function follow(command: ScriptCommand, wrappers: readonly Wrapper[], depth: number): Launch[] {
  const [program, ...args] = command.words;
  if (!program) return [];
  const own: Launch = { program, args, wrappers, piped: command.piped };
  const layer = depth < MAX_DEPTH ? unwrap(command.words) : undefined;
  if (!layer) return [own];
  const all = layer.wrapper ? [...wrappers, layer.wrapper] : wrappers;
  const inner = layer.script ? splitScript(layer.script) : [{ words: layer.words ?? [], piped: command.piped }];
  const launches = inner.flatMap((one) => follow(one, all, depth + 1));
  return launches.length > 0 ? launches : [{ ...own, wrappers: all }];
}

const known = new WeakMap<ServerEntry, readonly Launch[]>();

/** The programs that an entry starts in the end: through shells, `cmd /c`, `env`, `sudo`; several for a script. */
export function launchesOf(file: ConfigFile, entry: ServerEntry): readonly Launch[] {
  const before = known.get(entry);
  if (before) return before;
  const { text } = file.document;
  const words = [...(entry.command ? [entry.command] : []), ...entry.args].map((field) => wordOf(text, field));
  const [first] = words;
  const parts = first && /\s/.test(first.text.trim()) ? splitScript(first) : [];
  const head = parts[0]?.words[0];
  // `"command": "npx -y x"`: some clients take it apart, and it is what was meant.
  const [whole] = head && KNOWN.test(programName(head.text)) && parts.length === 1 ? parts : [];
  const start = whole ? [...whole.words, ...words.slice(1)] : words;
  const launches = entry.command ? follow({ words: start, piped: false }, [], 0) : [];
  known.set(entry, launches);
  return launches;
}
