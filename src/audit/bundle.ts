import { MCPB_ARCHIVE, MCPB_BUNDLED } from "../clients/claudeDesktop.ts";
import { readConfig } from "../clients/clients.ts";
import type { ConfigFile } from "../clients/config.ts";
import { SallyportError } from "../core/errors.ts";
import { type Files, MAX_CONFIG_BYTES } from "../core/files.ts";
import type { Problem } from "../core/finding.ts";
import { decodeText } from "../documents/decode.ts";
import { type ByteSource, openArchive, readMember } from "../documents/zip.ts";
import type { Place } from "./discover.ts";

const MANIFEST = "manifest.json";
/** Between an archive's path and the name of what is in it, as the path of what is in it. */
const INSIDE = `!${MANIFEST}`;
/** Where files can be read as a whole only (git's index), a bundle beyond this is not read. */
const MAX_WHOLE = 64 * 1024 * 1024;

/** What the bundles' own tool puts behind an archive that it signs (`mcpb sign`), around the signature. */
const SIGNATURE_START = "MCPB_SIG_V1";
const SIGNATURE_END = "MCPB_SIG_END";

export function isBundle({ kind }: Pick<Place, "kind">): boolean {
  return kind === MCPB_ARCHIVE;
}

/** The file on the disk that holds what a path names: the archive of a path inside one. */
export function onDisk(file: string): string {
  return file.endsWith(INSIDE) ? file.slice(0, -INSIDE.length) : file;
}

async function sourceOf(files: Files, file: string): Promise<ByteSource> {
  const part = files.part?.bind(files);
  if (part) {
    const { size } = await part(file, 0, 0);
    return { size, read: async (start, length) => (await part(file, start, length)).bytes };
  }
  const bytes = await files.read(file, MAX_WHOLE);
  return { size: bytes.length, read: (start, length) => Promise.resolve(bytes.subarray(start, start + length)) };
}

/**
 * Reads the manifest of a bundle, whose path is then the archive's with `!manifest.json` behind. Throws a SallyportError
 * for an archive that is broken, beyond the bounds, holds no manifest, or names members outside of its folder.
 */
export async function readBundle(
  files: Files,
  place: Place,
): Promise<{ readonly config: ConfigFile; readonly problem?: Problem }> {
  const archive = await openArchive(await sourceOf(files, place.path));
  const bytes = await readMember(archive, MANIFEST, MAX_CONFIG_BYTES);
  if (!bytes) throw new SallyportError("MALFORMED", `holds no ${MANIFEST}, so it is no MCP bundle`);
  const path = `${place.path}${INSIDE}`;
  const { text, problem } = decodeText(path, bytes);
  const after = Buffer.from(archive.after.buffer, archive.after.byteOffset, archive.after.byteLength);
  const signed = after.includes(SIGNATURE_START) && after.includes(SIGNATURE_END);
  const config = await readConfig({ ...place, path, kind: MCPB_BUNDLED, text, archive: { path: place.path, signed } });
  return { config, ...(problem && { problem }) };
}
