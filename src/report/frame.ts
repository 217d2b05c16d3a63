import { LineIndex, type Span } from "../core/text.ts";
import { cells, plainLine } from "./plain.ts";
import type { SpanSet } from "./spanSet.ts";

/** One line of a code frame, as columns of a terminal. */
export interface FrameLine {
  /** One-based; undefined where lines were left out. */
  readonly number: number | undefined;
  readonly text: string;
  /** Columns of `text` that the finding is about. */
  readonly mark: { readonly start: number; readonly end: number } | undefined;
}

interface Piece {
  readonly shown: string;
  readonly width: number;
  /** Offsets into the document that it stands for. */
  readonly start: number;
  readonly end: number;
}

const MASK = "********";
const TAB = "  ";
/** Code units before and after the marked place that can matter: more than the widest terminal shows. */
const REACH = 600;
/** Lines of a finding that are shown; the middle of a longer one is left out. */
const MAX_LINES = 5;
/** Invisible characters of a run that are spelt one by one; a longer run is counted. */
const SPELT_RUN = 2;

/** A secret's place as it is masked: without the quotes around it. */
function inner(text: string, { start, end }: Span): Span {
  const quote = text[start];
  const quoted = end - start >= 2 && (quote === '"' || quote === "'") && text[end - 1] === quote;
  return quoted ? { start: start + 1, end: end - 1 } : { start, end };
}

/** Offset of a code point's first unit. */
function whole(text: string, offset: number): number {
  const code = text.charCodeAt(offset);
  return code >= 0xdc00 && code <= 0xdfff && offset > 0 ? offset - 1 : offset;
}

/** A stretch of one line in pieces that are shown whole: characters, escapes, masks. */
function pieces(text: string, from: number, to: number, secrets: readonly Span[]): Piece[] {
  const found: Piece[] = [];
  const push = (shown: string, start: number, end: number): void => {
    found.push({ shown, width: cells(shown), start, end });
  };
  let at = from;
  while (at < to) {
    const secret = secrets.find((span) => span.start <= at && at < span.end);
    if (secret) {
      push(MASK, at, Math.min(secret.end, to));
      at = Math.min(secret.end, to);
      continue;
    }
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    const end = at + character.length;
    if (character === "\t") push(TAB, at, end);
    else if (plainLine(character) === character || character === "\ufe0f") push(character, at, end);
    else {
      at = unseen(text, at, to, push);
      continue;
    }
    at = end;
  }
  return found;
}

/** One run of characters that nobody sees: spelt when it is short, counted when it is long. Gives where it ends. */
function unseen(text: string, from: number, to: number, push: (shown: string, start: number, end: number) => void) {
  const run: { character: string; at: number }[] = [];
  let at = from;
  while (at < to) {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    if (character === "\t" || plainLine(character) === character) break;
    run.push({ character, at });
    at += character.length;
  }
  if (run.length > SPELT_RUN) push(`<${run.length} hidden characters>`, from, at);
  else for (const one of run) push(plainLine(one.character), one.at, one.at + one.character.length);
  return at;
}

/** The pieces that fit into `room` columns, around the marked ones, with an ellipsis where something was left out. */
function fit(all: readonly Piece[], marked: (piece: Piece) => boolean, room: number, cut: [boolean, boolean]) {
  const total = all.reduce((sum, piece) => sum + piece.width, 0);
  if (total <= room && !cut[0] && !cut[1]) return { shown: [...all], before: false, after: false };
  const first = Math.max(0, all.findIndex(marked));
  const budget = Math.max(1, room - 2);
  let start = first;
  let used = all[first]?.width ?? 0;
  // A third of the room for what leads up to the place, the rest for the place and what follows.
  while (start > 0 && used + (all[start - 1]?.width ?? 0) <= Math.floor(budget / 3)) used += all[--start]?.width ?? 0;
  let end = first + 1;
  while (end < all.length && used + (all[end]?.width ?? 0) <= budget) used += all[end++]?.width ?? 0;
  while (start > 0 && used + (all[start - 1]?.width ?? 0) <= budget) used += all[--start]?.width ?? 0;
  return { shown: all.slice(start, end), before: start > 0 || cut[0], after: end < all.length || cut[1] };
}

interface Show {
  readonly span: Span;
  readonly secrets: SpanSet;
  readonly room: number;
  /** Blanks at the start of each line that all lines share, and that are no news. */
  readonly indent: number;
}

function frameLine(index: LineIndex, line: number, { span, secrets, room, indent }: Show): FrameLine {
  const lineEnd = index.lineStart(line) + index.lineText(line).length;
  const lineStart = Math.min(index.lineStart(line) + indent, lineEnd);
  const start = Math.min(Math.max(span.start, lineStart), lineEnd);
  const from = whole(index.text, Math.max(lineStart, start - REACH));
  const to = whole(index.text, Math.min(lineEnd, Math.max(start, Math.min(span.end, start + REACH)) + REACH));
  const masked = secrets.within(from, to).map((secret) => inner(index.text, secret));
  const all = pieces(index.text, from, to, masked);
  const empty = span.end === span.start;
  if (empty && start === lineEnd) all.push({ shown: " ", width: 1, start: lineEnd, end: lineEnd + 1 });
  const marked = (piece: Piece): boolean =>
    empty ? piece.start <= start && start < piece.end : piece.start < span.end && piece.end > span.start;
  const { shown, before, after } = fit(all, marked, room, [from > lineStart, to < lineEnd]);
  let text = before ? "…" : "";
  let column = cells(text);
  let mark: { start: number; end: number } | undefined;
  for (const piece of shown) {
    if (marked(piece)) mark = { start: mark?.start ?? column, end: column + piece.width };
    text += piece.shown;
    column += piece.width;
  }
  if (after) text += "…";
  return { number: line + 1, text: text.trimEnd(), mark };
}

/**
 * The lines that a place covers, as a terminal shows them: characters that nobody sees are spelt or counted, secrets are
 * masked, long lines are cut around the place, the middle of a long place is left out. `room`: columns for the text.
 */
export function frame(index: LineIndex, span: Span, secrets: SpanSet, room: number): FrameLine[] {
  const first = index.position(span.start).line;
  // A place that ends at the start of a line does not cover that line.
  const last = index.position(Math.max(span.start, span.end - 1)).line;
  const head = Math.ceil(MAX_LINES / 2);
  const shown: number[] = [];
  for (let line = first; line <= last; line++) {
    if (last - first + 1 > MAX_LINES && line === first + head) line = last - (MAX_LINES - head) + 1;
    shown.push(line);
  }
  const indents = shown.map((line) => /^[ 	]*/.exec(index.lineText(line))?.[0].length ?? 0);
  const indent = Math.min(...indents, span.start - index.lineStart(first));
  return shown.flatMap((line, i) => {
    const one = frameLine(index, line, { span, secrets, room, indent });
    const gap = i > 0 && line !== (shown[i - 1] ?? 0) + 1;
    return gap ? [{ number: undefined, text: "…", mark: undefined }, one] : [one];
  });
}

/** Columns that the line numbers of a frame need. */
export function gutterWidth(lines: readonly FrameLine[]): number {
  return Math.max(...lines.map((line) => String(line.number ?? "").length));
}
