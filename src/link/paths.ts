import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";
import type { Environment } from "../core/environment.ts";
import { SallyportError } from "../core/errors.ts";

/** Everything that lies under `~/.sallyport`. This is the one module that knows these names. */
export interface Paths {
  readonly home: string;
  readonly run: string;
  readonly bin: string;
  readonly keys: string;
  readonly pins: string;
  readonly ledger: string;
  readonly userPolicy: string;
  /** Machine-wide, written by an administrator only. */
  readonly managedPolicy: string;
  readonly grants: string;
  /** Ignores of repositories that the person has accepted, for the audit. */
  readonly acceptedIgnores: string;
  /** Commands that a person let `sallyport inspect` start, by their digests. */
  readonly inspections: string;
  /** Conversations that read what looked like an injection, so that a restart does not forget it. */
  readonly taints: string;
  /** Timings a person may change: `broker.json`. */
  readonly settings: string;
  /** Shared secret of all our processes of this user. */
  readonly tokenFile: string;
  /** What went wrong in a broker that nobody watched. */
  readonly brokerLog: string;
  /** Public keys of the reviewers whose answers count. */
  readonly reviewers: string;
  /** What the broker seals its own files with. */
  readonly stateKey: string;
}

/** A unix socket's name may have about 104 bytes on macOS and 108 on Linux, its end included. */
const MAX_SOCKET_BYTES = 100;

function managedFolder(environment: Environment): string {
  switch (environment.os) {
    case "windows":
      // Not %ProgramData%: an entry of a repository can set that, and would do away with the managed policy.
      return "C:\\ProgramData\\Sallyport";
    case "macos":
      return "/Library/Application Support/Sallyport";
    case "linux":
      return "/etc/sallyport";
  }
}

/** Pure: names only. `SALLYPORT_HOME` must be absolute; the broker, the proxies and the editor must agree on it. */
export function pathsFor(environment: Environment): Paths {
  const names = environment.os === "windows" ? path.win32 : path.posix;
  const override = environment.variable("SALLYPORT_HOME");
  if (override !== undefined && override !== "" && !names.isAbsolute(override)) {
    throw new SallyportError("USAGE", `SALLYPORT_HOME is ${JSON.stringify(override)}, which is no absolute path`);
  }
  const home = override || names.join(environment.home, ".sallyport");
  const run = names.join(home, "run");
  const keys = names.join(home, "keys");
  return {
    home,
    run,
    keys,
    bin: names.join(home, "bin"),
    pins: names.join(home, "pins"),
    ledger: names.join(home, "ledger"),
    userPolicy: names.join(home, "policy.yaml"),
    managedPolicy: names.join(managedFolder(environment), "policy.yaml"),
    grants: names.join(home, "grants.json"),
    acceptedIgnores: names.join(home, "accepted-ignores.json"),
    inspections: names.join(home, "inspections.json"),
    taints: names.join(run, "taints.json"),
    settings: names.join(home, "broker.json"),
    tokenFile: names.join(keys, "link.token"),
    brokerLog: names.join(run, "broker.log"),
    reviewers: names.join(keys, "reviewers.json"),
    stateKey: names.join(keys, "state.key"),
  };
}

/**
 * Creates a folder of ours, for this user alone. A folder that somebody else owns, or a link in its place, is refused:
 * whoever could put one there could read or answer for us.
 */
export function ensureFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (process.platform === "win32") return; // the profile's own access list holds there
  const stat = lstatSync(folder);
  if (!stat.isDirectory()) throw new SallyportError("REFUSED", `${folder} is not a folder`);
  if (stat.uid !== userInfo().uid) throw new SallyportError("REFUSED", `${folder} belongs to another user`);
  if ((stat.mode & 0o077) !== 0) chmodSync(folder, 0o700);
}

/** Creates the folders that every process of ours needs before it can talk. */
export function ensureFolders(paths: Paths): void {
  for (const folder of [paths.home, paths.run, paths.keys]) ensureFolder(folder);
}

/** Writes a file that did not exist, whole or not at all: false where another process was first. */
export function createExclusive(file: string, text: string): boolean {
  const draft = `${file}.${process.pid}.${randomBytes(6).toString("hex")}`;
  const handle = openSync(draft, "wx", 0o600);
  try {
    writeSync(handle, text);
  } finally {
    closeSync(handle);
  }
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    unlinkSync(draft);
  }
}

/** Writes a file of ours whole or not at all, 0600, and has it on the disk before it returns. */
export function replaceFile(file: string, text: string): void {
  const draft = `${file}.${process.pid}.${randomBytes(6).toString("hex")}`;
  try {
    const handle = openSync(draft, "wx", 0o600);
    try {
      writeSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** The text of a small file of ours that only we may have written; undefined where there is none. */
export function readOwn(file: string): string | undefined {
  try {
    const stat = lstatSync(file);
    if (!stat.isFile()) throw new SallyportError("REFUSED", `${file} is not a plain file`);
    if (process.platform !== "win32" && stat.uid !== userInfo().uid) {
      throw new SallyportError("REFUSED", `${file} belongs to another user`);
    }
    if (stat.size > 16 * 1024 * 1024) throw new SallyportError("TOO_LARGE", `${file} is over 16 MiB`);
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** The token that every process of this user proves to know; made by whoever is first. 32 bytes as hex. */
export function linkToken(paths: Paths): string {
  for (let attempt = 0; attempt < 3; attempt++) {
    const token = readOwn(paths.tokenFile)?.trim();
    if (token !== undefined) {
      if (/^[0-9a-f]{64}$/.test(token)) {
        if (process.platform !== "win32" && (lstatSync(paths.tokenFile).mode & 0o077) !== 0) {
          throw new SallyportError(
            "REFUSED",
            `${paths.tokenFile} can be read by others; delete it, and a new one is made`,
          );
        }
        return token;
      }
      throw new SallyportError("MALFORMED", `${paths.tokenFile} holds no token; delete it, and a new one is made`);
    }
    createExclusive(paths.tokenFile, `${randomBytes(32).toString("hex")}\n`);
  }
  throw new SallyportError("UNAVAILABLE", `${paths.tokenFile} cannot be made`);
}

/**
 * A name for a broker to listen on; clients read it from the pid file. `run/<random>.sock`; where that is too long for a
 * socket, a hashed name in a folder of this user alone under the system's temporary folder. On Windows a pipe with a
 * random name, known only to who can read this profile.
 */
export function newSocketAddress(paths: Paths): string {
  const random = randomBytes(16).toString("hex");
  if (process.platform === "win32") return `\\\\.\\pipe\\sallyport-${random}`;
  const plain = path.join(paths.run, `${random.slice(0, 8)}.sock`);
  if (Buffer.byteLength(plain) <= MAX_SOCKET_BYTES) return plain;
  const folder = path.join(tmpdir(), `sallyport-${userInfo().uid}`);
  const name = `${createHash("sha256").update(`${plain}${random}`).digest("hex").slice(0, 16)}.sock`;
  if (Buffer.byteLength(folder) + 1 + name.length > MAX_SOCKET_BYTES) {
    throw new SallyportError("UNAVAILABLE", `${folder} is too long a name for a socket; set TMPDIR to a shorter one`);
  }
  ensureFolder(folder);
  return path.join(folder, name);
}
