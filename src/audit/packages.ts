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
  return { source: "npm", name, runner, word, span, ...known };
}

/** A spec of Python: `name`, `name[extra]`, with `==1.2.3` or, as uv writes it, `@1.2.3`. */
function pypiRef(runner: string, word: Word, from: number): PackageRef | undefined {
  const text = word.text.slice(from);
  const span = word.part(from, word.text.length);
  if (text === "" || isLocal(text)) return undefined;
  const direct = /^[\w.[\],-]+\s*@\s*((?:git\+|https?:).*)$/.exec(text)?.[1];
  const remote = remoteRef(runner, word, span, direct ?? text);
  if (remote) return remote;
  const parts = /^([A-Za-z0-9][\w.-]*)(?:\[[\w,.\s-]*\])?\s*(?:(===?|@)\s*([^\s,;]+)|([<>~!].*))?$/.exec(text);
  const [, name, , version, range] = parts ?? [];
  if (name === undefined) return undefined;
  const known =
    version !== undefined ? (EXACT_PYPI.test(version) ? { version } : { range: version }) : range ? { range } : {};
  return { source: "pypi", name, runner, word, span, ...known };
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
  return { source: "image", name, runner, word, span: word.span, ...known };
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

function uvxRefs(runner: string, words: readonly Word[]): PackageRef[] {
  const make = (word: Word, from: number): PackageRef | undefined => pypiRef(runner, word, from);
  const { named, first } = byOptions(words, /^(?:--from|--spec)$/, UV_VALUED, make);
  if (named.length > 0) return named;
  const ref = first && make(first, 0);
  return ref ? [ref] : [];
}

/** `uv run --with x script`: what is added for this run; the project itself has its lock file. */
function uvRunRefs(words: readonly Word[]): PackageRef[] {
  const valued = new Set([...UV_VALUED].filter((option) => option !== "--with"));
  return byOptions(words, /^--with$/, valued, (word, from) => pypiRef("uv run", word, from)).named;
}

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
  return [{ source: "remote", name: first.text, runner: "go run", word: first, span: first.span, ...known }];
}

/** The packages, images and addresses that a launch fetches its code from. */
export function packagesOf(launch: Launch): readonly PackageRef[] {
  const program = programName(launch.program.text);
  const [first, second] = launch.args.map((word) => word.text);
  const rest = launch.args;
  switch (program) {
    case "npx":
    case "bunx":
    case "pnpx":
      return npmRefs(program, rest);
    case "npm":
      return first === "exec" || first === "x" ? npmRefs("npm exec", rest.slice(1)) : [];
    case "pnpm":
    case "yarn":
      return first === "dlx" ? npmRefs(`${program} dlx`, rest.slice(1)) : [];
    case "bun":
      return first === "x" ? npmRefs("bun x", rest.slice(1)) : [];
    case "deno":
      return first === "run" ? denoRefs(rest.slice(1)) : [];
    case "uvx":
      return uvxRefs("uvx", rest);
    case "uv":
      if (first === "tool" && second === "run") return uvxRefs("uvx", rest.slice(2));
      return first === "run" ? uvRunRefs(rest.slice(1)) : [];
    case "pipx":
      return first === "run" ? uvxRefs("pipx", rest.slice(1)) : [];
    case "go":
      return first === "run" ? goRefs(rest.slice(1)) : [];
    case "docker":
    case "podman":
    case "nerdctl":
    case "container": {
      if (first !== "run") return [];
      const [image] = afterOptions(rest.slice(1), DOCKER_VALUED);
      const ref = image && imageRef(program, image);
      return ref ? [ref] : [];
    }
    default:
      return [];
  }
}

/** The options of `docker run`, as pairs of name and value. */
export function containerOptions(launch: Launch): readonly { name: string; value: string; word: Word }[] {
  const program = programName(launch.program.text);
  if (!/^(?:docker|podman|nerdctl|container)$/.test(program) || launch.args[0]?.text !== "run") return [];
  const options: { name: string; value: string; word: Word }[] = [];
  const words = launch.args.slice(1);
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (!word?.text.startsWith("-") || word.text === "--") break;
    const equals = word.text.indexOf("=");
    if (equals > 0) options.push({ name: word.text.slice(0, equals), value: word.text.slice(equals + 1), word });
    else if (DOCKER_VALUED.has(word.text)) {
      const value = words[++i];
      options.push({ name: word.text, value: value?.text ?? "", word: value ?? word });
    } else options.push({ name: word.text, value: "", word });
  }
  return options;
}
