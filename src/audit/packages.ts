import type { Span } from "../core/text.ts";
import { afterOptions, type Launch } from "./launch.ts";
import { programName, type Word } from "./words.ts";

/** Code that a launch takes from somewhere else. */
export interface PackageRef {
  readonly source: "npm" | "pypi" | "image" | "remote";
  /** The package's or image's name; of `remote` the whole address. */
  readonly name: string;
  /** The exact version, digest or commit. */
  readonly version?: string;
  /** A tag or range that moves. */
  readonly range?: string;
  readonly runner: string;
  /** The name with its version, as it is written. */
  readonly written: string;
  readonly word: Word;
  /** The name with its version, without a prefix such as `--from=`. */
  readonly span: Span;
}

const EXACT = /^v?\d+\.\d+\.\d+(?:[-+][\w.+-]{1,100})?$/;
const EXACT_PYPI = /^v?\d+(?:\.\d+){0,5}(?:(?:a|b|rc|\.?post|\.?dev)\d+)?(?:\+[\w.]{1,40})?$/i;
const COMMIT = /^[0-9a-f]{40}$/i;

const NPX_VALUED = new Set(["--registry", "--cache", "--prefix", "-w", "--workspace", "--loglevel", "-c", "--call"]);
const PACKAGE_OPTION = /^(?:-p|--package)$/;
const UV_VALUED = new Set(
  "--with --with-editable --with-requirements --python -p --index --default-index --index-url -i --extra-index-url --find-links -f --directory --project --env-file --cache-dir --refresh-package --constraints -c --overrides --reinstall-package --upgrade-package -P --color --config-file --link-mode --prerelease --resolution --exclude-newer --keyring-provider --index-strategy --pip-args --python-preference".split(
    " ",
  ),
);
const PIP_VALUED = new Set(
  "-r --requirement -c --constraint -i --index-url --extra-index-url -f --find-links -t --target --prefix --root --python -e --editable".split(
    " ",
  ),
);
const NPM_GLOBAL = new Set(["--prefix", "-C", "--dir", "--filter", "--loglevel", "--cwd", "--registry", "--cache"]);
const UV_GLOBAL = new Set(["--directory", "--project", "--cache-dir", "--color", "--config-file", "--python"]);
const ENGINE_VALUED = new Set(["-c", "--context", "-H", "--host", "-l", "--log-level", "--config", "--connection"]);
const DOCKER_VALUED = new Set(
  "-e --env --env-file -v --volume --mount -p --publish --name --network --net -w --workdir -u --user --add-host --entrypoint --platform --cpus -m --memory -h --hostname -l --label --label-file --device --cap-add --cap-drop --security-opt --pid --ipc --userns --tmpfs --ulimit --gpus --restart --log-driver --log-opt --pull --runtime --shm-size --stop-signal --stop-timeout --sysctl --volumes-from --volume-driver --dns --expose --ip --link --group-add --cgroupns --cidfile --pids-limit --memory-swap --storage-opt --annotation -a --attach -c --cpu-shares --cpuset-cpus".split(
    " ",
  ),
);

/** An address that code is taken from without a registry between. */
function remoteRef(runner: string, word: Word, span: Span, text: string): PackageRef | undefined {
  const isGit = /^(?:git\+|git:|git@|github:|gitlab:|bitbucket:|gist:)/i.test(text);
  const isArchive = /^https?:\/\//i.test(text);
  // npm takes `owner/repository` for one of GitHub's.
  const isShort = runner !== "uvx" && runner !== "pipx" && /^[\w.-]+\/[\w.-]+(?:#[\w./-]+)?$/.test(text);
  if (!isGit && !isArchive && !(isShort && !text.startsWith("."))) return undefined;
  // `…@branch`, `…#commit`, with a query or a fragment such as `#subdirectory=x` behind it.
  const commit = /[@#]([^@#/=]{1,200})$/.exec((text.split(/[?&]|#\w+=/)[0] ?? "").slice(-300))?.[1];
  return {
    source: "remote",
    name: text,
    written: text,
    runner,
    word,
    span,
    ...(commit !== undefined && (COMMIT.test(commit) ? { version: commit } : { range: commit })),
  };
}

function isLocal(text: string): boolean {
  if (/^[a-z+]+:\/\//i.test(text)) return false;
  return /^(?:\.{0,2}[\\/]|~|file:|[A-Za-z]:[\\/]|\$\{|\.$)|\.(?:py|[cm]?[jt]s|whl|tgz)$/.test(text);
}

/** A spec of npm: `name`, `@scope/name`, with `@version` after it. */
function npmRef(runner: string, word: Word, from: number): PackageRef | undefined {
  const text = word.text.slice(from).replace(/^npm:/, "");
  const start = word.text.length - text.length;
  const span = word.part(start, word.text.length);
  if (text === "" || isLocal(text)) return undefined;
  if (!text.startsWith("@")) {
    const remote = remoteRef(runner, word, span, text);
    if (remote) return remote;
  }
  // A version of a path inside a package, as deno writes it, ends at the slash.
  const at = text.indexOf("@", 1);
  const name = at < 0 ? text : text.slice(0, at);
  const version = at < 0 ? undefined : (text.slice(at + 1).split("/")[0] ?? "");
  if (version !== undefined && /^(?:git|https?:|github:)/.test(version)) {
    return remoteRef(runner, word, span, version);
  }
  const known = version !== undefined && (EXACT.test(version) ? { version } : version !== "" && { range: version });
  return { source: "npm", name, written: text, runner, word, span, ...known };
}

/** A spec of Python: `name`, `name[extra]`, with `==1.2.3` or, as uv writes it, `@1.2.3`. */
function pypiRef(runner: string, word: Word, from: number, to = word.text.length): PackageRef | undefined {
  const text = word.text.slice(from, to);
  const span = word.part(from, to);
  if (text === "" || isLocal(text)) return undefined;
  const direct = /^[\w.[\],-]+\s*@\s*((?:git\+|https?:).*)$/.exec(text)?.[1];
  const remote = remoteRef(runner, word, span, direct ?? text);
  if (remote) return remote;
  const parts = /^([A-Za-z0-9][\w.-]*)(?:\[[\w,.\s-]*\])?\s*(?:(===?|@)\s*([^\s,;]+)|([<>~!].*))?$/.exec(text);
  const [, name, , version, range] = parts ?? [];
  if (name === undefined) return undefined;
  const known =
    version !== undefined ? (EXACT_PYPI.test(version) ? { version } : { range: version }) : range ? { range } : {};
  return { source: "pypi", name, written: text.trim(), runner, word, span, ...known };
}

/** A container image: `registry/name:tag@sha256:digest`. */
function imageRef(runner: string, word: Word): PackageRef | undefined {
  const { text } = word;
  if (text === "" || text.includes("$")) return undefined;
  const [beforeDigest = "", digest] = text.split("@sha256:");
  const colon = beforeDigest.lastIndexOf(":");
  const tagged = colon > beforeDigest.lastIndexOf("/");
  const name = tagged ? beforeDigest.slice(0, colon) : beforeDigest;
  const known = digest === undefined ? tagged && { range: beforeDigest.slice(colon + 1) } : { version: digest };
  return { source: "image", name, written: text, runner, word, span: word.span, ...known };
}

/** Packages named by options (`-p x`, `--from=x`), and the first word that is no option. */
function byOptions(
  words: readonly Word[],
  names: RegExp,
  valued: ReadonlySet<string>,
  make: (word: Word, from: number) => PackageRef | undefined,
): { named: PackageRef[]; first: Word | undefined } {
  const named: PackageRef[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (!word) break;
    const { text } = word;
    if (text === "--") return { named, first: words[i + 1] };
    if (!text.startsWith("-")) return { named, first: word };
    const equals = text.indexOf("=");
    if (names.test(equals < 0 ? text : text.slice(0, equals))) {
      const value = equals < 0 ? words[++i] : word;
      const ref = value && make(value, equals < 0 ? 0 : equals + 1);
      if (ref) named.push(ref);
    } else if (valued.has(text)) i++;
  }
  return { named, first: undefined };
}

function npmRefs(runner: string, words: readonly Word[]): PackageRef[] {
  const { named, first } = byOptions(words, PACKAGE_OPTION, NPX_VALUED, (word, from) => npmRef(runner, word, from));
  if (named.length > 0) return named;
  const ref = first && npmRef(runner, first, 0);
  return ref ? [ref] : [];
}

/** `--with a,b`: what is installed beside a tool or a script. A comma in brackets or before a bound parts nothing. */
function withRefs(runner: string, words: readonly Word[]): PackageRef[] {
  const found: PackageRef[] = [];
  const valued = new Set([...UV_VALUED].filter((option) => option !== "--with").concat("--from", "--spec"));
  byOptions(words, /^--with$/, valued, (word, from) => {
    const text = word.text.slice(from, from + 2000);
    let start = 0;
    let depth = 0;
    for (let at = 0; at <= text.length; at++) {
      const c = text[at];
      if (c === "[") depth++;
      else if (c === "]") depth--;
      if (c !== undefined && (c !== "," || depth > 0 || !/^\s{0,10}[A-Za-z]/.test(text.slice(at + 1, at + 12))))
        continue;
      const lead = /^\s*/.exec(text.slice(start, at))?.[0].length ?? 0;
      const ref = pypiRef(runner, word, from + start + lead, from + at);
      if (ref) found.push(ref);
      start = at + 1;
    }
    return undefined;
  });
  return found;
}

function uvxRefs(runner: string, words: readonly Word[]): PackageRef[] {
  const make = (word: Word, from: number): PackageRef | undefined => pypiRef(runner, word, from);
  const { named, first } = byOptions(words, /^(?:--from|--spec)$/, UV_VALUED, make);
  const ref = named.length === 0 && first ? make(first, 0) : undefined;
  return [...named, ...(ref ? [ref] : []), ...withRefs(runner, words)];
}

/** `uv run --with x script`: what is added for this run; the project itself has its lock file. */
const uvRunRefs = (words: readonly Word[]): PackageRef[] => withRefs("uv run", words);

/** `deno run npm:x`, `deno run https://…`. */
function denoRefs(words: readonly Word[]): PackageRef[] {
  const first = words.find((word) => !word.text.startsWith("-"));
  if (!first || !/^(?:npm:|jsr:|https?:)/.test(first.text)) return [];
  if (first.text.startsWith("jsr:")) return [];
  const ref = npmRef("deno run", first, 0);
  return ref ? [ref] : [];
}

function goRefs(words: readonly Word[]): PackageRef[] {
  const first = words.find((word) => !word.text.startsWith("-"));
  const parts = first && /^([\w-]{1,63}(?:\.[\w-]{1,63}){1,8}\/[^@\s]{1,300})(?:@(\S{1,200}))?$/.exec(first.text);
  if (!first || parts?.[1] === undefined) return [];
  const version = parts[2];
  const known = version !== undefined && (EXACT.test(version) ? { version } : { range: version });
  return [
    {
      source: "remote",
      name: first.text,
      written: first.text,
      runner: "go run",
      word: first,
      span: first.span,
      ...known,
    },
  ];
}

/** `pip install x`, `npm install -g x` in a script: what is fetched before the server starts. */
function installed(runner: "pip" | "npm", words: readonly Word[]): PackageRef[] {
  const valued =
    runner === "pip" ? PIP_VALUED : new Set([...NPX_VALUED].filter((option) => option !== "-c" && option !== "--call"));
  const found: PackageRef[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (!word) break;
    if (valued.has(word.text)) i++;
    else if (!word.text.startsWith("-")) {
      const ref = runner === "pip" ? pypiRef("pip install", word, 0) : npmRef("npm install", word, 0);
      if (ref) found.push(ref);
    }
  }
  return found;
}

/** `nix run github:owner/name/commit`. */
function nixRefs(words: readonly Word[]): PackageRef[] {
  const [first] = afterOptions(words, new Set(["--option", "--override-input", "--extra-experimental-features"]));
  if (!first || !/^(?:github|gitlab|git\+https|git\+ssh|https?|sourcehut):/.test(first.text)) return [];
  const commit = /[/=]([0-9a-f]{40})(?=$|[?&#/])/.exec(first.text.slice(0, 1000))?.[1];
  const known = commit === undefined ? {} : { version: commit };
  return [
    {
      source: "remote",
      name: first.text,
      written: first.text,
      runner: "nix run",
      word: first,
      span: first.span,
      ...known,
    },
  ];
}

/** `cargo install --git https://… --rev commit`. */
function cargoRefs(words: readonly Word[]): PackageRef[] {
  const valueOf = (option: string): Word | undefined => {
    const at = words.findIndex((word) => word.text === option);
    return at < 0 ? undefined : words[at + 1];
  };
  const word = valueOf("--git");
  const commit = valueOf("--rev")?.text;
  if (!word) return [];
  const known = commit !== undefined && /^[0-9a-f]{7,40}$/i.test(commit) ? { version: commit } : {};
  return [
    { source: "remote", name: word.text, written: word.text, runner: "cargo install", word, span: word.span, ...known },
  ];
}

/** What stands behind `docker run`, with the engine's own options before it; undefined for another command. */
function afterRun(words: readonly Word[]): readonly Word[] | undefined {
  const inside = afterOptions(words, ENGINE_VALUED);
  const own = inside[0]?.text === "container" ? inside.slice(1) : inside;
  return own[0]?.text === "run" ? own.slice(1) : undefined;
}

/** The packages, images and addresses that a launch fetches its code from. */
export function packagesOf(launch: Launch): readonly PackageRef[] {
  const program = programName(launch.program.text);
  const { args } = launch;
  switch (program) {
    case "npx":
    case "bunx":
    case "pnpx":
      return npmRefs(program, args);
    case "npm": {
      const [command, ...rest] = afterOptions(args, NPM_GLOBAL);
      if (command?.text === "exec" || command?.text === "x") return npmRefs("npm exec", rest);
      const global = rest.some((word) => word.text === "-g" || word.text === "--global");
      return global && /^(?:i|install|add)$/.test(command?.text ?? "") ? installed("npm", rest) : [];
    }
    case "pnpm":
    case "yarn": {
      const inside = afterOptions(args, NPM_GLOBAL);
      if (inside[0]?.text !== "dlx") return [];
      // `pnpm --package=x dlx y`: the package is named before.
      const before = args.slice(0, args.length - inside.length);
      return npmRefs(`${program} dlx`, [...before, ...inside.slice(1)]);
    }
    case "bun": {
      const [command, ...rest] = afterOptions(args, NPM_GLOBAL);
      return command?.text === "x" ? npmRefs("bun x", rest) : [];
    }
    case "deno": {
      const [command, ...rest] = afterOptions(args, new Set());
      return command?.text === "run" ? denoRefs(rest) : denoRefs(command ? [command] : []);
    }
    case "uvx":
      return uvxRefs("uvx", args);
    case "uv": {
      const [command, next, ...rest] = afterOptions(args, UV_GLOBAL);
      if (command?.text === "tool" && next?.text === "run") return uvxRefs("uvx", rest);
      if (command?.text === "run") return uvRunRefs(next ? [next, ...rest] : []);
      return command?.text === "pip" && next?.text === "install" ? installed("pip", rest) : [];
    }
    case "pipx":
      return args[0]?.text === "run" ? uvxRefs("pipx", args.slice(1)) : [];
    case "pip":
    case "pip3":
      return args[0]?.text === "install" ? installed("pip", args.slice(1)) : [];
    case "go":
      return args[0]?.text === "run" || args[0]?.text === "install" ? goRefs(args.slice(1)) : [];
    case "cargo":
      return args[0]?.text === "install" ? cargoRefs(args.slice(1)) : [];
    case "nix":
      return /^(?:run|shell|develop)$/.test(args[0]?.text ?? "") ? nixRefs(args.slice(1)) : [];
    case "docker":
    case "podman":
    case "nerdctl":
    case "container": {
      const [image] = afterOptions(afterRun(args) ?? [], DOCKER_VALUED);
      const ref = image && imageRef(program, image);
      return ref ? [ref] : [];
    }
    default:
      return [];
  }
}

/** An option of a container: its name, its value, and the words that say it. */
export interface ContainerOption {
  readonly name: string;
  readonly value: string;
  /** The value, or the option where it has none or they are one word. */
  readonly word: Word;
  readonly words: readonly Word[];
}

/** The options at the start of some words, which end where the image stands. */
export function containerOptionsIn(words: readonly Word[]): readonly ContainerOption[] {
  const options: ContainerOption[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (!word?.text.startsWith("-") || word.text === "--") break;
    const equals = word.text.indexOf("=");
    const joined = /^-[evuw](?!=)./.test(word.text) && !DOCKER_VALUED.has(word.text) ? 2 : 0;
    if (joined > 0) {
      options.push({ name: word.text.slice(0, joined), value: word.text.slice(joined), word, words: [word] });
    } else if (equals > 0) {
      options.push({ name: word.text.slice(0, equals), value: word.text.slice(equals + 1), word, words: [word] });
    } else if (DOCKER_VALUED.has(word.text)) {
      const value = words[++i];
      options.push({
        name: word.text,
        value: value?.text ?? "",
        word: value ?? word,
        words: value ? [word, value] : [word],
      });
    } else options.push({ name: word.text, value: "", word, words: [word] });
  }
  return options;
}

/** The options of `docker run`, as pairs of name and value. */
export function containerOptions(launch: Launch): readonly ContainerOption[] {
  const program = programName(launch.program.text);
  if (!/^(?:docker|podman|nerdctl|container)$/.test(program)) return [];
  return containerOptionsIn(afterRun(launch.args) ?? []);
}

/** A variable that a launch itself sets, with the words that do it. */
export interface SetByLaunch {
  readonly name: string;
  readonly value: string;
  readonly word: Word;
}

/** The variables that a launch sets: `docker run -e NAME=value`, `env NAME=value program`, `NAME=value program`. */
export function launchVariables(launch: Launch): readonly SetByLaunch[] {
  const words = [
    ...launch.assigned,
    ...containerOptions(launch)
      .filter(({ name }) => name === "-e" || name === "--env")
      .map(({ word }) => word),
  ];
  return words.flatMap((word) => {
    const parts = /^(?:(?:-e|--env)=)?([A-Za-z_][\w.]{0,200})=(.*)$/s.exec(word.text);
    return parts?.[1] === undefined ? [] : [{ name: parts[1], value: parts[2] ?? "", word }];
  });
}
