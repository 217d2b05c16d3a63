/** Our own programs, as an entry that Protect has rewritten names them. */
const PROGRAM = /(?:^|[\\/])sallyport(?:\.(?:exe|cmd|cjs|js|mjs|sh))?$/i;
const BIN = /[\\/]\.sallyport[\\/]bin[\\/][\w.-]+$/i;
const PACKAGE = /^sallyport(?:@[\w.-]+)?$/;
const RUNNER = /(?:^|[\\/])(?:npx|bunx|pnpx)(?:\.cmd|\.exe)?$/i;
const RUNTIME = /(?:^|[\\/])(?:node|bun|electron|code|code-server)(?:\.exe)?$/i;
/** Ours stands among the first words: before it are the runtime's or the runner's own options. */
const FIRST_WORDS = 4;

/** How an entry that starts through us says what it wraps. */
export interface Wrapped {
  /** Index in `args` of the original command; its arguments follow. */
  readonly command?: number;
  /** Index in `args` of the original URL. */
  readonly url?: number;
}

/**
 * Reads `sallyport proxy … -- COMMAND ARGS…` and `… --url URL`, with the launcher, the packaged program under a runtime, or
 * a package runner in front. Undefined for every other command. This is text in a file: whether a server is protected at
 * this moment is said by a live hello, not by it.
 */
export function readLauncher(command: string | undefined, args: readonly string[]): Wrapped | undefined {
  if (command === undefined) return undefined;
  const isOurs = (word: string): boolean => PROGRAM.test(word) || BIN.test(word);
  const separator = args.indexOf("--");
  const before = separator < 0 ? args : args.slice(0, separator);
  const first = before.slice(0, FIRST_WORDS);
  const ours =
    isOurs(command) ||
    (RUNTIME.test(command) && first.some(isOurs)) ||
    (RUNNER.test(command) && first.some((word) => PACKAGE.test(word)));
  if (!ours || !before.includes("proxy")) return undefined;
  if (separator >= 0 && separator + 1 < args.length) return { command: separator + 1 };
  const url = before.indexOf("--url");
  if (url >= 0 && url + 1 < before.length) return { url: url + 1 };
  return undefined;
}
