import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { SallyportError } from "../core/errors.ts";

/**
 * What we ask of git: only commands that read the object store or the index. Those that compare with the working tree
 * (`status`, `diff`, `ls-files -m`) run the `clean` filters that a repository's own configuration names, so they are
 * not here.
 */
export type GitCommand = "rev-parse" | "ls-files" | "diff-index" | "cat-file" | "check-ignore";

const COMMANDS: readonly string[] = ["rev-parse", "ls-files", "diff-index", "cat-file", "check-ignore"];
const REFUSED = /^(?:-m|--modified|--textconv|--filters|--ext-diff)$/;

/**
 * A repository's own configuration names programs that git would run: none of them runs. The configuration on the
 * command line beats the repository's; an empty GIT_ALLOW_PROTOCOL keeps a partial clone from fetching, which would
 * start `core.sshCommand`; `safe.bareRepository` keeps a bare repository inside the tree from being taken for ours.
 */
const SAFE = [
  ["core.fsmonitor", "false"],
  ["core.hooksPath", process.platform === "win32" ? "NUL" : "/dev/null"],
  ["core.pager", "cat"],
  ["diff.external", ""],
  ["core.quotePath", "false"],
  ["safe.bareRepository", "explicit"],
].flatMap(([key, value]) => ["-c", `${key}=${value}`]);

function environment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env)) {
    // The index of a partial commit (`git commit -a`, `git commit FILE`) is named to hooks by this variable alone.
    if (!name.toUpperCase().startsWith("GIT_") || name === "GIT_INDEX_FILE") env[name] = value;
  }
  return {
    ...env,
    GIT_ALLOW_PROTOCOL: "",
    GIT_NO_LAZY_FETCH: "1",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
    GIT_PAGER: "cat",
    LC_ALL: "C",
  };
}

/**
 * git's absolute path, looked for in the absolute folders of PATH only: a search that begins in the working folder, as
 * Windows does it, would run a `git.exe` that a repository brings along.
 */
function findGit(): string {
  const name = process.platform === "win32" ? "git.exe" : "git";
  for (const folder of (process.env["PATH"] ?? "").split(path.delimiter)) {
    if (!path.isAbsolute(folder)) continue;
    const file = path.join(folder, name);
    if (statSync(file, { throwIfNoEntry: false })?.isFile()) return file;
  }
  throw new SallyportError("UNAVAILABLE", "git is not installed (it was not found in PATH)");
}

export interface GitOptions {
  /** Any folder of the repository. */
  readonly cwd: string;
  /** Bytes for its standard input. */
  readonly input?: Uint8Array;
  /** Exit codes beside 0 that are answers and not errors: 1 of `check-ignore`. */
  readonly accept?: readonly number[];
}

const MAX_OUTPUT = 256 * 1024 * 1024;
const TIMEOUT_MS = 60_000;

/**
 * The one way in which Sallyport runs git: nothing of the repository's configuration is executed, no shell is used, and
 * the caller's GIT_* variables are not passed on. Gives its standard output. Throws a SallyportError: UNAVAILABLE (git
 * is missing, no repository, git's own refusal), INTERNAL (a command that is not on the list).
 */
export function git(command: GitCommand, args: readonly string[], options: GitOptions): Promise<Uint8Array> {
  const refused = args.find((arg) => REFUSED.test(arg));
  if (!COMMANDS.includes(command) || refused !== undefined) {
    throw new SallyportError("INTERNAL", `git ${command} ${refused ?? ""} is not one of the safe commands`);
  }
  if (command === "diff-index" && !args.includes("--cached")) {
    throw new SallyportError("INTERNAL", "git diff-index without --cached reads the working tree");
  }
  const safe = command === "diff-index" ? ["--no-ext-diff", "--no-textconv"] : [];
  const file = findGit();
  return new Promise((resolve, reject) => {
    const child = execFile(
      file,
      [...SAFE, command, ...safe, ...args],
      {
        cwd: options.cwd,
        env: environment(),
        encoding: "buffer",
        maxBuffer: MAX_OUTPUT,
        timeout: TIMEOUT_MS,
        windowsHide: true,
      },
      (error, stdout, stderr) => {
        if (!error || options.accept?.includes(Number(error.code))) return resolve(stdout);
        const said = stderr.toString("utf8").trim().split("\n")[0];
        const why = error.killed ? `did not answer within ${TIMEOUT_MS / 1000} s` : said || error.message;
        reject(new SallyportError("UNAVAILABLE", `git ${command} in ${options.cwd}: ${why}`, { cause: error }));
      },
    );
    // A git that ends before it has read everything closes the pipe; its exit code says what happened.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(options.input);
  });
}
