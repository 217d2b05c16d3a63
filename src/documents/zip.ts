import { crc32, inflateRawSync } from "node:zlib";
import { SallyportError } from "../core/errors.ts";

/** Bytes that are read in parts: an archive is not loaded for one small member. */
export interface ByteSource {
  /** In bytes. */
  readonly size: number;
  /** Those from `start`; fewer than `length` only where the source ends. */
  read(start: number, length: number): Promise<Uint8Array>;
}

/** What the directory of an archive says of one member. */
interface Member {
  readonly name: string;
  readonly method: number;
  readonly flags: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  /** Of its own header, in the archive. */
  readonly offset: number;
}

/** An archive whose directory was read. */
export interface Archive {
  readonly source: ByteSource;
  readonly members: readonly Member[];
  /** Where the directory begins: members end before it. */
  readonly directory: number;
  /** The bytes behind the archive's own end. */
  readonly after: Uint8Array;
}

/** Bounds: beyond them an archive is refused. A bundle with all of its dependencies has some thousand members. */
const MAX_MEMBERS = 50_000;
const MAX_DIRECTORY = 16 * 1024 * 1024;
const MAX_NAME = 1024;
/** What all members together may become, and how many times the archive's size: code packs to a third or a tenth. */
const MAX_UNPACKED = 4 * 1024 * 1024 * 1024;
const MAX_RATIO = 200;
/** Below this, whatever the ratio: a few files of blanks are no bomb. */
const SMALL = 64 * 1024 * 1024;

const END = 0x06054b50;
const END_SIZE = 22;
const ENTRY = 0x02014b50;
const ENTRY_SIZE = 46;
const HEADER = 0x04034b50;
const HEADER_SIZE = 30;
/** The comment behind the end is at most this long; a signature that was put behind the archive counts as one. */
const MAX_COMMENT = 65_535;
const ENCRYPTED = 1;
const STORED = 0;
const DEFLATED = 8;

const malformed = (message: string): SallyportError => new SallyportError("MALFORMED", message);
const tooLarge = (message: string): SallyportError => new SallyportError("TOO_LARGE", message);

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Exactly these bytes. */
async function exactly(source: ByteSource, start: number, length: number, what: string): Promise<Uint8Array> {
  const bytes = start < 0 || start + length > source.size ? undefined : await source.read(start, length);
  if (bytes?.length !== length) throw malformed(`is cut off: ${what} at byte ${start} is not all there`);
  return bytes;
}

/** Where the record at the archive's end begins, in the bytes of the tail: the last one, as unpackers take it. */
function endIn(tail: DataView): number {
  for (let at = tail.byteLength - END_SIZE; at >= 0; at--) {
    if (tail.getUint32(at, true) === END) return at;
  }
  throw malformed("is no ZIP archive: it has no directory at its end");
}

/** Why a member's name is none that may be unpacked; undefined for an honest one. */
function unsafeName(name: string): string | undefined {
  if (name === "") return "a member without a name";
  if (/[\0-\x1f\x7f]/.test(name)) return "a member with control characters in its name";
  const shown = JSON.stringify(name.slice(0, 100));
  if (/^[\\/]|^[a-z]:/i.test(name)) return `${shown}, an absolute path`;
  return name.split(/[\\/]/).includes("..") ? `${shown}, which leaves the folder it is unpacked to` : undefined;
}

/** One record of the directory, and where the next one begins. */
function memberAt(directory: DataView, bytes: Uint8Array, at: number, start: number): { member: Member; next: number } {
  const place = start + at;
  if (at + ENTRY_SIZE > bytes.length || directory.getUint32(at, true) !== ENTRY) {
    throw malformed(`has a broken directory: no record of a member at byte ${place}`);
  }
  const short = (offset: number): number => directory.getUint16(at + offset, true);
  const long = (offset: number): number => directory.getUint32(at + offset, true);
  const named = short(28);
  if (named > MAX_NAME) throw tooLarge(`has a name of ${named} bytes at byte ${place}; at most ${MAX_NAME} are read`);
  const next = at + ENTRY_SIZE + named + short(30) + short(32);
  if (next > bytes.length) throw malformed(`has a broken directory: the record at byte ${place} runs past its end`);
  // Beyond the bounds of this format stands 0xffffffff, with the number in a field of ZIP64.
  if ([long(20), long(24), long(42)].includes(0xffff_ffff)) throw tooLarge("has a member of the ZIP64 format");
  const name = Buffer.from(bytes.buffer, bytes.byteOffset + at + ENTRY_SIZE, named).toString("utf8");
  const member = {
    name,
    flags: short(8),
    method: short(10),
    crc: long(16),
    packed: long(20),
    size: long(24),
    offset: long(42),
  };
  return { member, next };
}

function checkTotals(members: readonly Member[], size: number): void {
  let unpacked = 0;
  for (const one of members) {
    const why = unsafeName(one.name);
    if (why !== undefined) throw malformed(`holds ${why}`);
    if (one.offset + HEADER_SIZE > size)
      throw malformed(`has ${JSON.stringify(one.name.slice(0, 100))} beyond its end`);
    unpacked += one.size;
  }
  if (unpacked > MAX_UNPACKED || (unpacked > SMALL && unpacked > size * MAX_RATIO)) {
    throw tooLarge(`would become ${unpacked} bytes from ${size}: it is not unpacked`);
  }
}

/**
 * Reads the directory of a ZIP archive (APPNOTE 6.3.10, without ZIP64, several disks and encryption). Throws a
 * SallyportError whose message completes a sentence that begins with the file's name: MALFORMED, with the place, for what
 * is broken or would leave the folder that it is unpacked to; TOO_LARGE for what is beyond the bounds.
 */
export async function openArchive(source: ByteSource): Promise<Archive> {
  const { size } = source;
  const tailStart = Math.max(0, size - END_SIZE - MAX_COMMENT);
  const tail = await exactly(source, tailStart, size - tailStart, "the end");
  const view = viewOf(tail);
  const end = endIn(view);
  const place = tailStart + end;
  const [disk, disks, here, count] = [4, 6, 8, 10].map((offset) => view.getUint16(end + offset, true));
  const [length = 0, directory = 0] = [12, 16].map((offset) => view.getUint32(end + offset, true));
  if (count === 0xffff || directory === 0xffff_ffff) throw tooLarge("is of the ZIP64 format, which is not read");
  if (disk !== 0 || disks !== 0 || here !== count) throw malformed("is a part of an archive of several");
  if ((count ?? 0) > MAX_MEMBERS) throw tooLarge(`has ${count} members; at most ${MAX_MEMBERS} are read`);
  if (length > MAX_DIRECTORY) throw tooLarge(`has a directory of ${length} bytes; at most ${MAX_DIRECTORY} are read`);
  // Something between the two, or before the first member, is read differently by different programs.
  if (directory + length !== place) throw malformed(`has a broken directory: it does not end at byte ${place}`);
  const bytes = await exactly(source, directory, length, "the directory");
  const records = viewOf(bytes);
  const members: Member[] = [];
  let at = 0;
  for (let i = 0; i < (count ?? 0); i++) {
    const { member, next } = memberAt(records, bytes, at, directory);
    members.push(member);
    at = next;
  }
  if (at !== length) throw malformed(`has a broken directory: ${length - at} bytes too many at byte ${directory + at}`);
  checkTotals(members, size);
  return { source, members, directory, after: tail.subarray(end + END_SIZE) };
}

/** Checks that a member's own header says what the directory says, and gives where its bytes begin. */
async function dataOf({ source, directory }: Archive, member: Member): Promise<number> {
  const { offset, name, method, packed } = member;
  const header = await exactly(source, offset, HEADER_SIZE, "a member");
  const view = viewOf(header);
  if (view.getUint32(0, true) !== HEADER) throw malformed(`has no member at byte ${offset}, where its directory says`);
  const named = view.getUint16(26, true);
  const start = offset + HEADER_SIZE + named + view.getUint16(28, true);
  const own = named > MAX_NAME ? undefined : await exactly(source, offset + HEADER_SIZE, named, "a name");
  const isSame = own && Buffer.from(own).toString("utf8") === name && view.getUint16(8, true) === method;
  if (!isSame) throw malformed(`calls the member at byte ${offset} something else than its directory does`);
  if (start + packed > directory) throw malformed(`has a member at byte ${offset} that runs into the directory`);
  return start;
}

/**
 * The bytes of one member, of the exact name; undefined where there is none. At most `maxBytes`, both packed and not.
 * Throws as `openArchive`; also where there are two of the name, of which programs take different ones.
 */
export async function readMember(archive: Archive, name: string, maxBytes: number): Promise<Uint8Array | undefined> {
  const [member, second] = archive.members.filter((one) => one.name === name);
  if (!member) return undefined;
  if (second) throw malformed(`holds ${name} twice: which one is taken depends on the program`);
  const { flags, method, packed, size, crc } = member;
  if ((flags & ENCRYPTED) !== 0) throw malformed(`has ${name} encrypted`);
  if (method !== STORED && method !== DEFLATED) throw malformed(`has ${name} packed by method ${method}`);
  if (Math.max(packed, size) > maxBytes) {
    throw tooLarge(`holds ${name} with ${Math.max(packed, size)} bytes; at most ${maxBytes} are read`);
  }
  const start = await dataOf(archive, member);
  const bytes = await exactly(archive.source, start, packed, name);
  const broken = (): SallyportError => malformed(`has ${name} at byte ${start} broken: it is not what was packed`);
  let unpacked: Uint8Array = bytes;
  if (method === DEFLATED) {
    try {
      // One byte more than is said tells a member that becomes more; it is never let grow beyond that.
      unpacked = inflateRawSync(bytes, { maxOutputLength: size + 1 });
    } catch {
      throw broken();
    }
  }
  if (unpacked.length !== size || crc32(unpacked) !== crc) throw broken();
  return unpacked;
}
