import { realpathSync } from "node:fs";
import path from "node:path";
import { redact } from "../detectors/redact.ts";
import { scanMessage } from "../detectors/scan.ts";
import { launchIdentityId } from "../link/identity.ts";
import type { StdioIdentity, UrlIdentity } from "../link/messages.ts";
import { findProgram, type Machine } from "./commandLine.ts";
import type { SecretDigest } from "./secrets.ts";

/** Package runners, with the words that may come before the package's name. */
const RUNNERS: Readonly<Record<string, readonly string[]>> = {
  npx: [],
  bunx: [],
  pnpx: [],
  uvx: [],
  pnpm: ["dlx"],
  yarn: ["dlx"],
  npm: ["exec", "x"],
  bun: ["x"],
  uv: ["tool", "run"],
  pipx: ["run"],
  deno: ["run"],
};
/** Options of runners that take a value of their own. */
const WITH_VALUE: ReadonlySet<string> = new Set([
  "-p",
  "--package",
  "--from",
  "--with",
  "--python",
  "--registry",
  "-c",
  "--call",
]);

/** `name@version` of what a package runner starts; undefined where the command is none, or names none. */
export function packageOf(command: string, args: readonly string[]): string | undefined {
  const program = path.win32
    .basename(path.posix.basename(command))
    .replace(/\.(?:exe|cmd|bat|ps1)$/i, "")
    .toLowerCase();
  const words = RUNNERS[program];
  if (!words) return undefined;
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? "";
    if (word === "-p" || word === "--package" || word === "--from") return args[i + 1];
    if (WITH_VALUE.has(word)) i++;
    else if (!word.startsWith("-") && !words.includes(word)) return word;
  }
  return undefined;
}

/** What the broker takes of a command line for display; the id is over all of it. */
const MAX_ARGS = 1024;
const MAX_ARG = 32_768;

/** An argument as it may be shown: secrets are replaced. An option before it names it: `--password`, `hunter2`. */
function shown(argument: string, before: string | undefined, digest: SecretDigest): string {
  const key = before?.startsWith("-") && !before.includes("=") ? before.replace(/^-+/, "") : undefined;
  return redact(argument, scanMessage([{ text: argument, place: "config", key }]), digest).text;
}

/**
 * What a stdio server really is. Where the entry was configured cannot be known from here, and a flag could lie about it:
 * `unknown`, which counts as the least trusted.
 */
export function identityOf(
  command: string,
  args: readonly string[],
  machine: Machine,
  digest: SecretDigest,
): StdioIdentity {
  const found = findProgram(command, machine) ?? command;
  let executable = found;
  try {
    executable = realpathSync(found);
  } catch {
    // Not there: the name as it was given says what was meant.
  }
  const from = packageOf(command, args);
  const raw = {
    kind: "stdio",
    scope: "unknown",
    executable,
    args,
    ...(from !== undefined && { package: from.slice(0, 256) }),
    cwd: machine.cwd,
  } as const;
  return {
    ...raw,
    args: args.slice(0, MAX_ARGS).map((argument, i) => shown(argument, args[i - 1], digest).slice(0, MAX_ARG)),
    id: launchIdentityId(raw),
  };
}

/** What a server behind a URL really is: whoever answers for its origin. The path may hold a secret and says no more. */
export function urlIdentity({ origin }: URL): UrlIdentity {
  const raw = { kind: "url", scope: "unknown", origin } as const;
  return { ...raw, id: launchIdentityId(raw) };
}
