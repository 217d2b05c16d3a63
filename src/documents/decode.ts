import type { Problem } from "../core/finding.ts";

/** A file's text. Offsets count from after a byte order mark, as in an editor's buffer. */
export interface Decoded {
  readonly text: string;
  /** The file begins with a UTF-8 byte order mark, which a writer must put back. */
  readonly bom: boolean;
  readonly problem?: Problem;
}

/** Offset in `text` of the first character that stands for a byte sequence that is no UTF-8. */
function firstReplacement(bytes: Uint8Array, text: string): number {
  let byte = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0xfffd) {
      // A replacement character that the file itself holds is EF BF BD.
      if (bytes[byte] !== 0xef || bytes[byte + 1] !== 0xbf || bytes[byte + 2] !== 0xbd) return i;
      byte += 3;
    } else if (code < 0x80) byte += 1;
    else if (code < 0x800) byte += 2;
    else if (code >= 0xd800 && code < 0xdc00) {
      byte += 4;
      i++;
    } else byte += 3;
  }
  return text.length;
}

/** True for the two UTF-16 byte order marks, and for ASCII characters with a zero byte each and no mark. */
function looksLikeUtf16(bytes: Uint8Array): boolean {
  const [a, b, c, d] = bytes;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return true;
  return bytes.length >= 4 && ((a === 0 && c === 0 && b !== 0) || (b === 0 && d === 0 && a !== 0));
}

/**
 * Reads bytes as UTF-8. Bytes that are not, and UTF-16, give a MALFORMED problem beside the text as far as it can be
 * read, so that what is legible is still looked at.
 */
export function decodeText(file: string, bytes: Uint8Array): Decoded {
  const malformed = (message: string, start: number, end: number): Problem => ({
    code: "MALFORMED",
    file,
    message,
    span: { start, end },
  });
  if (looksLikeUtf16(bytes)) {
    const little = bytes[0] === 0xff || bytes[1] === 0;
    const text = new TextDecoder(little ? "utf-16le" : "utf-16be").decode(bytes);
    return { text, bom: false, problem: malformed("is UTF-16; clients read UTF-8", 0, Math.min(1, text.length)) };
  }
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const body = bom ? bytes.subarray(3) : bytes;
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8");
  if (!text.includes("\ufffd")) return { text, bom };
  const at = firstReplacement(body, text);
  if (at === text.length) return { text, bom };
  return { text, bom, problem: malformed("has bytes that are no UTF-8", at, at + 1) };
}
