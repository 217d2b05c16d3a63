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
  /** `NAME=value` in front of the program, in a script, after `env` or after `cross-env`: its environment. */
  readonly assigned: readonly Word[];
}

const SHELLS = new Set(["sh", "bash", "zsh", "dash", "fish", "ksh", "ash"]);
const POWERSHELLS = new Set(["powershell", "pwsh"]);
const ELEVATORS = new Set(["sudo", "doas", "pkexec", "runas", "gsudo"]);
const INTERPRETERS = /^(?:python(?:\d(?:\.\d+)?)?|py|node|nodejs|bun|perl|ruby|php|osascript)$/;
const TRANSPARENT = new Set(
  "exec nohup command time nice setsid stdbuf cross-env caffeinate arch corepack xvfb-run flatpak-spawn proxychains proxychains4".split(
    " ",
  ),
);
/** Programs that start what follows `--` with more in its environment: secrets, another version of a tool. */
const UNTIL_DASHES = new Set(
  "doppler op infisical dotenv dotenvx mise rtx direnv aws-vault teller chamber vault envchain mcp-proxy supergateway with-env env-cmd".split(
    " ",
  ),
);
/** `volta run npx …`, `fnm exec npx …`. */
const VERSION_MANAGERS = new Set(["volta", "fnm", "asdf", "mise", "rtx"]);
/** Packages of npm and PyPI that start a command: after `--`, or in the text after `--stdio`. */
const STARTS_MORE = /^(?:supergateway|mcp-proxy|dotenv-cli|@dotenvx\/dotenvx|env-cmd|cross-env|mcpo)(?:@|==|$)/;
/** Programs that are known to take words: a `command` that holds them all in one string is taken apart. */
const KNOWN =
  /^(?:npx|npm|bunx|bun|pnpm|pnpx|yarn|uvx|uv|pipx|docker|podman|nerdctl|node|deno|python\d?|bash|sh|cmd|sudo|env|wsl|go)$/;
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

/** Options of `sudo` and its like that take the next word. */
export const SUDO_VALUED: ReadonlySet<string> = new Set(["-u", "--user", "-g", "--group", "-h", "-p", "-C", "-D"]);
const EXEC_VALUED = new Set(["-e", "--env", "-u", "--user", "-w", "--workdir", "--env-file"]);
const COMPOSE_VALUED = new Set("-f --file -p --project-name --env-file --profile --project-directory".split(" "));
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
  readonly assigned?: readonly Word[];
  /** The program itself counts too: it is a package that starts another. */
  readonly both?: boolean;
}

const ASSIGNMENT = /^[A-Za-z_]\w{0,200}=/;

/** `A=1 B=2 program …` taken apart. */
function assignments(words: readonly Word[]): { readonly assigned: readonly Word[]; readonly words: readonly Word[] } {
  const first = words.findIndex((word) => !ASSIGNMENT.test(word.text));
  const end = first < 0 ? words.length : first;
  return { assigned: words.slice(0, end), words: words.slice(end) };
}

/** The words of `cmd /c a && b`, where the operators are words of their own, as its commands. */
function commandsIn(words: readonly Word[], piped: boolean): ScriptCommand[] {
  const commands: ScriptCommand[] = [];
  let start = 0;
  let pipe = piped;
  for (let i = 0; i <= words.length; i++) {
    const operator = words[i]?.text ?? ";";
    if (i < words.length && !/^(?:&&?|\|\|?|;)$/.test(operator)) continue;
    if (i > start) commands.push({ words: words.slice(start, i), piped: pipe });
    pipe = operator === "|";
    start = i + 1;
  }
  return commands;
}

/** What a program that is a package starts itself: after `--`, or in the text after `--stdio`. */
function startedBy(rest: readonly Word[]): Unwrapped | undefined {
  const stdio = rest.findIndex((word) => word.text === "--stdio");
  const script = stdio < 0 ? undefined : rest[stdio + 1];
  if (script) return { script, both: true };
  const dashes = rest.findIndex((word) => word.text === "--");
  const words = dashes < 0 ? [] : rest.slice(dashes + 1);
  return words.length > 0 ? { words, both: true } : undefined;
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
  if (/^(?:node|nodejs)$/.test(program)) {
    // `node …/npx-cli.js -y x`, as some installers write it.
    const cli = /[\\/](npx|npm)-cli\.js$/.exec(texts[0] ?? "");
    const [script, ...more] = rest;
    if (cli && script) return { words: [{ ...script, text: cli[1] ?? "" }, ...more] };
  }
  if (/^(?:python[\d.]*|py)$/.test(program)) {
    const module = texts.indexOf("-m");
    if (module >= 0 && /^(?:uv|uvx|pipx|pip)$/.test(texts[module + 1] ?? "")) return { words: rest.slice(module + 1) };
  }
  if (program === "deno" && texts[0] === "eval") return { wrapper: wrapper("code", rest[1]) };
  if (INTERPRETERS.test(program)) {
    const first = texts.findIndex((text) => !/^-[A-Za-z]$/.test(text) || /^-[cer]$/.test(text));
    const option = texts[first];
    const isCode = option === "-c" || option === "-e" || option === "--eval" || (program === "php" && option === "-r");
    return isCode ? { wrapper: wrapper("code", rest[first + 1]) } : undefined;
  }
  if (ELEVATORS.has(program)) return { wrapper: wrapper("elevated"), words: afterOptions(rest, SUDO_VALUED) };
  if (program === "wsl") return { wrapper: wrapper("cmd"), words: afterOptions(rest, WSL_VALUED) };
  if (program === "env" || TRANSPARENT.has(program)) {
    const split = program === "env" ? texts.findIndex((text) => /^(?:-S|--split-string)$/.test(text)) : -1;
    const script = split < 0 ? undefined : rest[split + 1];
    if (script) return { wrapper: wrapper("env"), script };
    const inner = assignments(afterOptions(rest, new Set(["-u", "--unset", "-C", "-n"])));
    return inner.words.length > 0 ? { wrapper: wrapper("env"), ...inner } : undefined;
  }
  if (program === "timeout") {
    const inner = afterOptions(rest, new Set(["-k", "-s", "--kill-after", "--signal"])).slice(1);
    return inner.length > 0 ? { wrapper: wrapper("env"), words: inner } : undefined;
  }
  if (UNTIL_DASHES.has(program)) {
    const inner = startedBy(rest);
    if (inner) return { ...inner, both: false, wrapper: wrapper("env") };
  }
  if (VERSION_MANAGERS.has(program) && /^(?:run|exec|x)$/.test(texts[0] ?? "")) {
    const inner = afterOptions(rest.slice(1), new Set(["--node", "--using"]));
    return inner.length > 0 ? { wrapper: wrapper("env"), words: inner } : undefined;
  }
  if (/^(?:npx|bunx|pnpx|npm|pnpm|yarn|uvx|uv|pipx)$/.test(program) && texts.some((text) => STARTS_MORE.test(text))) {
    return startedBy(rest);
  }
  if (CONTAINERS.has(program) || program === "docker-compose") {
    const compose = program === "docker-compose" ? rest : texts[0] === "compose" ? rest.slice(1) : undefined;
    const inside = compose ? afterOptions(compose, COMPOSE_VALUED) : texts[0] === "container" ? rest.slice(1) : rest;
    if (inside[0]?.text !== "exec") return undefined;
    return { wrapper: wrapper("container"), words: afterOptions(inside.slice(1), EXEC_VALUED).slice(1) };
  }
  // `NAME=value program …` inside a script.
  if (ASSIGNMENT.test(word.text)) {
    const inner = assignments(words);
    return inner.words.length > 0 ? inner : undefined;
  }
  return undefined;
}

interface Outside {
  readonly wrappers: readonly Wrapper[];
  readonly assigned: readonly Word[];
  readonly depth: number;
}

function follow(command: ScriptCommand, { wrappers, assigned, depth }: Outside): Launch[] {
  const [program, ...args] = command.words;
  if (!program) return [];
  const own: Launch = { program, args, wrappers, piped: command.piped, assigned };
  const layer = depth < MAX_DEPTH ? unwrap(command.words) : undefined;
  if (!layer) return [own];
  const all = layer.wrapper ? [...wrappers, layer.wrapper] : wrappers;
  const inner = layer.script ? splitScript(layer.script) : commandsIn(layer.words ?? [], command.piped);
  const outside = { wrappers: all, assigned: [...assigned, ...(layer.assigned ?? [])], depth: depth + 1 };
  const launches = inner.flatMap((one) => follow(one, outside));
  if (layer.both === true) return [own, ...launches];
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
  const launches = entry.command
    ? follow({ words: start, piped: false }, { wrappers: [], assigned: [], depth: 0 })
    : [];
  known.set(entry, launches);
  return launches;
}
