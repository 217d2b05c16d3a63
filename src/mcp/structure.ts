/** One member of the outermost object, as byte offsets: key without its quotes, value without white space around it. */
export interface TopMember {
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

/** What one pass over the bytes of a JSON text sees. Right only where the text is JSON, which the parser then proves. */
export interface Structure {
  /** Members of all objects, counted by their colons. A key that comes twice counts twice. */
  readonly members: number;
  readonly depth: number;
  /** Objects and arrays. */
  readonly containers: number;
  /** Those members of the outermost object that were wanted. */
  readonly top: readonly TopMember[];
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** A wanted name that comes more often makes the message refused anyhow: no object may have a key twice. */
const MAX_TOP = 64;
/** The members of an envelope. */
const ENVELOPE: ReadonlySet<string> = new Set(["jsonrpc", "id", "method", "params", "result", "error"]);
/** Strings up to this length are skipped byte by byte: a call into native code costs more. */
const SHORT = 48;

/** The offset of the quote that ends the string whose first byte is at `from`; the length where none does. */
function stringEnd(bytes: Buffer, from: number): number {
  let i = from;
  const near = Math.min(bytes.length, from + SHORT);
  while (i < near) {
    const c = bytes[i];
    if (c === QUOTE) return i;
    i += c === BACKSLASH ? 2 : 1;
  }
  // `i` stands on the first byte that is not part of an escape: search from there for a quote with an even number of
  // backslashes before it. The runs of backslashes are disjoint, so this stays linear.
  let quote = bytes.indexOf(QUOTE, i);
  while (quote !== -1) {
    let slash = quote - 1;
    while (slash >= i && bytes[slash] === BACKSLASH) slash--;
    if ((quote - slash) % 2 === 1) return quote;
    quote = bytes.indexOf(QUOTE, quote + 1);
  }
  return bytes.length;
}

const isSpace = (c: number | undefined): boolean => c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09;

/**
 * Counts the structure of a JSON text, without building anything of it. Stops early, with the depth or the count that it
 * had then, once `maxDepth` or `maxContainers` is passed. `wanted`: the members of the outermost object to note, wherever
 * they stand: however many others come before one, it is found.
 */
export function scanStructure(
  bytes: Buffer,
  maxDepth: number,
  maxContainers: number,
  wanted: ReadonlySet<string> = ENVELOPE,
): Structure {
  let members = 0;
  let depth = 0;
  let deepest = 0;
  let containers = 0;
  const top: TopMember[] = [];
  let keyStart = -1;
  let keyEnd = -1;
  let valueStart = -1;
  const length = bytes.length;
  const closeMember = (end: number): void => {
    if (valueStart === -1) return;
    let valueEnd = end;
    while (valueEnd > valueStart && isSpace(bytes[valueEnd - 1])) valueEnd--;
    if (top.length < MAX_TOP && wanted.has(keyText(bytes, keyStart, keyEnd)))
      top.push({ keyStart, keyEnd, valueStart, valueEnd });
    valueStart = -1;
  };
  for (let i = 0; i < length; i++) {
    switch (bytes[i] ?? 0) {
      case QUOTE: {
        const end = stringEnd(bytes, i + 1);
        if (depth === 1 && valueStart === -1) {
          keyStart = i + 1;
          keyEnd = end;
        }
        i = end;
        break;
      }
      case 0x3a: // :
        members++;
        if (depth === 1) {
          valueStart = i + 1;
          while (isSpace(bytes[valueStart])) valueStart++;
        }
        break;
      case 0x2c: // ,
        if (depth === 1) closeMember(i);
        break;
      case 0x7b: // {
      case 0x5b: // [
        depth++;
        containers++;
        if (depth > deepest) {
          deepest = depth;
          if (depth > maxDepth) return { members, depth: deepest, containers, top };
        }
        if (containers > maxContainers) return { members, depth: deepest, containers, top };
        break;
      case 0x7d: // }
      case 0x5d: // ]
        if (depth === 1) closeMember(i);
        depth--;
        break;
      default:
    }
  }
  return { members, depth: deepest, containers, top };
}

/** The bytes of one member of the outermost object of a JSON text, as they were written. The text is known to be JSON. */
export function scanMember(bytes: Buffer, name: string): Buffer | undefined {
  const { top } = scanStructure(bytes, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, new Set([name]));
  const member = top.find(({ keyStart, keyEnd }) => keyIs(bytes, keyStart, keyEnd, name));
  return member && bytes.subarray(member.valueStart, member.valueEnd);
}

/** Whether a key as it was written, escapes and all, is this name. */
export function keyIs(bytes: Buffer, start: number, end: number, name: string): boolean {
  return keyText(bytes, start, end) === name;
}

/** What a key as it was written says. Of a text that does not parse it may be anything; such a text is refused. */
function keyText(bytes: Buffer, start: number, end: number): string {
  const key = bytes.toString("utf8", start, end);
  if (!key.includes("\\")) return key;
  try {
    return JSON.parse(`"${key}"`) as string;
  } catch {
    return key;
  }
}
