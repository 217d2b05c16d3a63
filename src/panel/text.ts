/** One character that would be invisible or reorder its surroundings, or plain text in between. */
export interface Piece {
  readonly text: string;
  /** The code point's name as `U+202E`, where the piece stands for a character that cannot be seen. */
  readonly hidden?: string;
}

/** Ranges of code points that show nothing or reorder what stands around them; sorted. */
const HIDDEN: readonly (readonly [number, number])[] = [
  [0x00, 0x08],
  [0x0b, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff9, 0xfffb],
  [0xe0000, 0xe0fff],
];

function isHidden(code: number): boolean {
  if (code >= 0x20 && code < 0x7f) return false;
  return HIDDEN.some(([from, to]) => code >= from && code <= to);
}

/** Splits text so that what cannot be seen is shown as a mark. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let from = 0;
  for (let i = 0; i < text.length;) {
    const code = text.codePointAt(i) ?? 0;
    const next = i + (code > 0xffff ? 2 : 1);
    if (isHidden(code)) {
      if (i > from) found.push({ text: text.slice(from, i) });
      found.push({ text: "", hidden: `U+${code.toString(16).toUpperCase().padStart(4, "0")}` });
      from = next;
    }
    i = next;
  }
  if (from < text.length) found.push({ text: text.slice(from) });
  return found;
}

/** JSON laid out for reading; any other text as it is. Numbers keep their digits: only white space is added. */
export function laidOut(json: string): string {
  let out = "";
  let depth = 0;
  let i = 0;
  const newline = (): string => `\n${"  ".repeat(Math.min(depth, 40))}`;
  while (i < json.length) {
    const c = json.charAt(i);
    if (c === '"') {
      let end = i + 1;
      while (end < json.length && json.charAt(end) !== '"') end += json.charAt(end) === "\\" ? 2 : 1;
      out += json.slice(i, end + 1);
      i = end + 1;
      continue;
    }
    if (c === "{" || c === "[") {
      const close = c === "{" ? "}" : "]";
      let next = i + 1;
      while (next < json.length && " \t\r\n".includes(json.charAt(next))) next++;
      if (json.charAt(next) === close) {
        out += c + close;
        i = next + 1;
        continue;
      }
      depth++;
      out += c + newline();
    } else if (c === "}" || c === "]") {
      depth = Math.max(0, depth - 1);
      out += newline() + c;
    } else if (c === ",") out += c + newline();
    else if (c === ":") out += ": ";
    else if (!" \t\r\n".includes(c)) out += c;
    i++;
  }
  return out;
}

export function milliseconds(ms: number): string {
  if (ms < 1) return "<1 ms";
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

export function bytes(count: number): string {
  if (count < 1024) return `${count} B`;
  if (count < 1024 * 1024) return `${(count / 1024).toFixed(1)} KB`;
  return `${(count / 1024 / 1024).toFixed(1)} MB`;
}

export function clock(at: number): string {
  return new Date(at).toLocaleTimeString(undefined, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hour12: false,
  });
}
