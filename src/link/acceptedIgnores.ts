import type { Environment } from "../core/environment.ts";
import { ensureFolder, pathsFor, readOwn, replaceFile } from "./paths.ts";

/** An ignore of a repository that the person accepted: `Finding.pendingIgnore` of an audit, and what was shown of it. */
export interface AcceptedIgnore {
  /** SHA-256 in hex, as the audit names the ignore. */
  readonly digest: string;
  /** Absolute path of the file. */
  readonly file: string;
  readonly rule: string;
  readonly reason: string;
}

const DIGEST = /^[0-9a-f]{64}$/;
/** Older ones go first: they are asked again. */
const MAX_ACCEPTED = 10_000;

function isAccepted(value: unknown): value is AcceptedIgnore {
  if (typeof value !== "object" || value === null) return false;
  const { digest, file, rule, reason } = value as Readonly<Record<string, unknown>>;
  return (
    typeof digest === "string" &&
    DIGEST.test(digest) &&
    [file, rule, reason].every((text) => typeof text === "string" && text.length <= 4096)
  );
}

/**
 * What this person has accepted on this machine, from `~/.sallyport/accepted-ignores.json`. A file that is not ours or
 * not legible accepts nothing: everything is then shown, and asked again.
 */
export function readAcceptedIgnores(environment: Environment): readonly AcceptedIgnore[] {
  try {
    const value: unknown = JSON.parse(readOwn(pathsFor(environment).acceptedIgnores) ?? "{}");
    const { accepted } = value as { readonly accepted?: unknown };
    return Array.isArray(accepted) ? accepted.filter(isAccepted) : [];
  } catch {
    // Not JSON, not readable, somebody else's: none of it is the person's word.
    return [];
  }
}

/** Adds to what is accepted. Only for a person's own input in front of the findings, never for a program's request. */
export function acceptIgnores(environment: Environment, ignores: readonly AcceptedIgnore[]): void {
  const { home, acceptedIgnores } = pathsFor(environment);
  const fresh = ignores.filter(isAccepted);
  const digests = new Set(fresh.map(({ digest }) => digest));
  const kept = readAcceptedIgnores(environment).filter(({ digest }) => !digests.has(digest));
  const accepted = [...kept, ...fresh].slice(-MAX_ACCEPTED);
  ensureFolder(home);
  replaceFile(acceptedIgnores, `${JSON.stringify({ version: 1, accepted }, undefined, 2)}\n`);
}
