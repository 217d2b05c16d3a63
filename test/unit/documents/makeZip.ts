import { crc32, deflateRawSync } from "node:zlib";

/** One member; what is not said follows from its bytes. The directory can be made to lie. */
export interface ZipMember {
  readonly name: string;
  readonly data: string | Uint8Array;
  readonly stored?: boolean;
  readonly method?: number;
  readonly flags?: number;
  /** What the directory says of the size, the checksum and the packed size. */
  readonly size?: number;
  readonly crc?: number;
  readonly packed?: number;
  /** What its own header calls it. */
  readonly localName?: string;
}

interface ZipOptions {
  readonly comment?: Uint8Array;
  /** Behind the archive, counted by nothing. */
  readonly after?: Uint8Array;
  readonly count?: number;
}

/** A ZIP archive, byte for byte by the format's own description. */
export function makeZip(members: readonly ZipMember[], options: ZipOptions = {}): Buffer {
  const parts: Buffer[] = [];
  const records: Buffer[] = [];
  let at = 0;
  const put = (...buffers: readonly Buffer[]): void => {
    for (const one of buffers) {
      parts.push(one);
      at += one.length;
    }
  };
  for (const one of members) {
    const data = Buffer.from(one.data);
    const packed = one.stored ? data : deflateRawSync(data);
    const method = one.method ?? (one.stored ? 0 : 8);
    const offset = at;
    const sizes = [one.crc ?? crc32(data), one.packed ?? packed.length, one.size ?? data.length];
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(one.flags ?? 0, 2);
    common.writeUInt16LE(method, 4);
    for (const [i, value] of sizes.entries()) common.writeUInt32LE(value, 10 + i * 4);
    const header = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common]);
    const localName = Buffer.from(one.localName ?? one.name);
    header.writeUInt16LE(localName.length, 26);
    put(header, localName, packed);
    const name = Buffer.from(one.name);
    const record = Buffer.concat([Buffer.from("PK\x01\x02\x14\x00", "latin1"), common, Buffer.alloc(14)]);
    record.writeUInt16LE(name.length, 28);
    record.writeUInt32LE(offset, 42);
    records.push(record, name);
  }
  const directory = Buffer.concat(records);
  const end = Buffer.alloc(22);
  const comment = Buffer.from(options.comment ?? []);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(options.count ?? members.length, 8);
  end.writeUInt16LE(options.count ?? members.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  end.writeUInt16LE(comment.length, 20);
  put(directory, end, comment, Buffer.from(options.after ?? []));
  return Buffer.concat(parts);
}
