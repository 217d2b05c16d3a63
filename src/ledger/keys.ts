import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { SallyportError } from "../core/errors.ts";

const SIGNING = "ledger.key";
const PUBLIC = "ledger.pub";
const DIGEST = "digest.key";

/** The public half of a checkpoint key. */
export interface VerifyingKey {
  readonly publicKey: KeyObject;
  /** Base64 of the SubjectPublicKeyInfo. */
  readonly encoded: string;
  /** First 16 hex digits of its SHA-256. */
  readonly id: string;
}

export interface SigningKey extends VerifyingKey {
  readonly privateKey: KeyObject;
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? "";

function verifying(publicKey: KeyObject): VerifyingKey {
  const der = publicKey.export({ type: "spki", format: "der" });
  return {
    publicKey,
    encoded: der.toString("base64"),
    id: createHash("sha256").update(der).digest("hex").slice(0, 16),
  };
}

/** A key of a record's own claim; undefined where it is none. */
export function decodePublicKey(encoded: string): VerifyingKey | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(encoded, "base64"), type: "spki", format: "der" });
    return key.asymmetricKeyType === "ed25519" ? verifying(key) : undefined;
  } catch {
    // Whatever is no key is answered by undefined; the caller says so.
    return undefined;
  }
}

/** Reads a key file that nobody else may read. Undefined where it is missing. */
function readPrivate(file: string): Buffer | undefined {
  let fd: number;
  try {
    fd = openSync(file, "r");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw new SallyportError("UNREADABLE", `${file}: the key cannot be read`, { cause: error });
  }
  try {
    const { mode } = fstatSync(fd);
    if (process.platform !== "win32" && (mode & 0o077) !== 0) {
      throw new SallyportError("REFUSED", `${file}: others may read this key; look why, then chmod 600 it`);
    }
    return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Creates a file whole or not at all, 0600; another process that was first wins, and false is returned. */
function createOnce(file: string, content: string): boolean {
  const temporary = `${file}.${process.pid}.${randomBytes(6).toString("hex")}.tmp`;
  const fd = openSync(temporary, "wx", 0o600);
  try {
    writeSync(fd, content);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  try {
    linkSync(temporary, file);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function makeFolder(dir: string): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
}

/** The checkpoint key, or undefined where there is none yet. Throws UNREADABLE, REFUSED, MALFORMED. */
export function readSigningKey(dir: string): SigningKey | undefined {
  const file = path.join(dir, SIGNING);
  const bytes = readPrivate(file);
  if (bytes === undefined) return undefined;
  try {
    const privateKey = createPrivateKey(bytes);
    return { ...verifying(createPublicKey(privateKey)), privateKey };
  } catch (error) {
    throw new SallyportError("MALFORMED", `${file}: this is no private key`, { cause: error });
  }
}

/** Makes the checkpoint key of a new ledger: `ledger.key` (PKCS #8, PEM, 0600) and its public half `ledger.pub`. */
export function createSigningKey(dir: string): SigningKey {
  makeFolder(dir);
  const { privateKey } = generateKeyPairSync("ed25519");
  createOnce(path.join(dir, SIGNING), privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  const key = readSigningKey(dir);
  if (!key) throw new SallyportError("UNAVAILABLE", `${path.join(dir, SIGNING)}: the key vanished as it was made`);
  return key;
}

/** Puts the public half beside the private one, where it is missing. */
export function publish(dir: string, key: SigningKey): void {
  createOnce(path.join(dir, PUBLIC), key.publicKey.export({ type: "spki", format: "pem" }).toString());
}

/** The public half alone, for readers: `ledger.pub`. Undefined where it is missing. Throws UNREADABLE, MALFORMED. */
export function readVerifyingKey(dir: string): VerifyingKey | undefined {
  const file = path.join(dir, PUBLIC);
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw new SallyportError("UNREADABLE", `${file}: the public key cannot be read`, { cause: error });
  }
  try {
    return verifying(createPublicKey(bytes));
  } catch (error) {
    throw new SallyportError("MALFORMED", `${file}: this is no public key`, { cause: error });
  }
}

/** The key of `secretDigest`: 32 bytes in `digest.key`, 0600, made where it is missing. Throws UNREADABLE, REFUSED, MALFORMED. */
export function loadDigestKey(dir: string): Buffer {
  const file = path.join(dir, DIGEST);
  let bytes = readPrivate(file);
  if (bytes === undefined) {
    makeFolder(dir);
    createOnce(file, `${randomBytes(32).toString("hex")}\n`);
    bytes = readPrivate(file);
  }
  const key = Buffer.from(bytes?.toString("latin1").trim() ?? "", "hex");
  if (key.length !== 32) throw new SallyportError("MALFORMED", `${file}: this is no key of 32 bytes in hex`);
  return key;
}
