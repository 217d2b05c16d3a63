/** One character that would be invisible or reorder its surroundings, or plain text in between. */
export interface Piece {
  readonly text: string;
  /** The code point's name as `U+202E`, where the piece stands for a character that cannot be seen. */
  readonly hidden?: string;
}

const HIDDEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;

/** Splits text so that what cannot be seen is shown as a mark. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(HIDDEN)) {
    if (match.index > at) found.push({ text: text.slice(at, match.index) });
    const code = match[0].codePointAt(0) ?? 0;
    found.push({ text: "", hidden: `U+${code.toString(16).toUpperCase().padStart(4, "0")}` });
    at = match.index + match[0].length;
  }
  if (at < text.length) found.push({ text: text.slice(at) });
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
  return new Date(at).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}
