import { randomBytes } from "node:crypto";
import path from "node:path";
import type { Environment } from "../core/environment.ts";
import { secretDigest } from "../core/secretDigest.ts";
import { createExclusive, ensureFolders, pathsFor, readOwn } from "../link/paths.ts";

/** What stands for a secret: its keyed digest, equal for equal values on this machine. */
export type SecretDigest = (value: string) => string;

/**
 * The digest under this machine's key (`keys/digest.key`, 32 bytes in hex, made by whoever needs it first), read when the
 * first secret is seen. Where the key cannot be had, a key of this process alone: a placeholder is then not comparable
 * with other processes', but still tells nothing.
 */
export function machineDigest(environment: Environment): SecretDigest {
  let key: Buffer | undefined;
  return (value) => secretDigest((key ??= loadKey(environment)), value);
}

function loadKey(environment: Environment): Buffer {
  try {
    const paths = pathsFor(environment);
    ensureFolders(paths);
    const file = path.join(paths.keys, "digest.key");
    if (readOwn(file) === undefined) createExclusive(file, `${randomBytes(32).toString("hex")}\n`);
    const key = Buffer.from(readOwn(file)?.trim() ?? "", "hex");
    if (key.length === 32) return key;
  } catch {
    // No home, no rights: nothing will be recorded either.
  }
  return randomBytes(32);
}
