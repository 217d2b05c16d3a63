import { WORD } from "./folding.ts";

/** A decoded reading of a text, or of a part of it, with the way back to the original's offsets. */
export interface View {
  /** How it was hidden, for people: `base64`, `Unicode tag characters`. The outermost carrier comes first. */
  readonly carrier: string;
  readonly text: string;
  /** Offset in the original of each unit of `text`, and of its end. Ascending. */
  readonly origin: Uint32Array;
  /** True when the reading has no word boundaries to rely on. */
  readonly compact: boolean;
}

export interface Views {
  readonly views: readonly View[];
  /** Stretches whose decoding was cut off by a bound. */
  readonly skipped: readonly { readonly start: number; readonly end: number; readonly why: string }[];
  /** Work done, in units looked at. */
  readonly steps: number;
}

const NO_VIEWS: Views = { views: [], skipped: [], steps: 0 };

/** A text wrapped more often than this is not unwrapped further. */
export const MAX_DEPTH = 3;
/** Units that decoding may produce: this many times the input, and this many on top. */
const OUTPUT_FACTOR = 4;
const OUTPUT_EXTRA = 64 * 1024;

/** Collects units of a view with the offsets they came from. */
class Builder {
  #pieces: string[] = [];
  #origin = new Uint32Array(256);
  #length = 0;

  #reserve(more: number): void {
    if (this.#length + more < this.#origin.length) return;
    const larger = new Uint32Array(Math.max(this.#origin.length * 2, this.#length + more + 1));
    larger.set(this.#origin);
    this.#origin = larger;
  }

  /** A piece that stands for what is at `from`. */
  add(piece: string, from: number): void {
    this.#reserve(piece.length);
    for (let i = 0; i < piece.length; i++) this.#origin[this.#length++] = from;
    this.#pieces.push(piece);
  }

  /** A stretch of the text as it is. */
  copy(text: string, start: number, end: number): void {
    if (end <= start) return;
    this.#reserve(end - start);
    for (let i = start; i < end; i++) this.#origin[this.#length++] = i;
    this.#pieces.push(text.slice(start, end));
  }

  get length(): number {
    return this.#length;
  }

  view(carrier: string, end: number, compact = false): View {
    const origin = this.#origin.slice(0, this.#length + 1);
    origin[this.#length] = end;
    return { carrier, text: this.#pieces.join(""), origin, compact };
  }
}

type Decoder = (text: string) => View[];

/**
 * Every way in which the text can be read otherwise than as it stands, unwrapped up to MAX_DEPTH times. What the folding
 * tables undo in place (case, accents, look-alikes, zero-width and bidi characters, digits for letters) needs no view.
 * `hasRot13`: words of that cipher were seen in it. Linear: every decoder is one pass, and their output together is bounded by a multiple of the input.
 */
export function viewsOf(text: string, hasRot13 = false): Views {
  // Most strings of a message are names and numbers, too short to hold anything in another form.
  if (text.length < MIN_BASE64 && !/[\ud800-\udfff]|[\ufe00-\ufe0f]/.test(text)) return NO_VIEWS;
  const views: View[] = [];
  const skipped: { start: number; end: number; why: string }[] = [];
  let steps = 0;
  let room = text.length * OUTPUT_FACTOR + OUTPUT_EXTRA;
  let layer: View[] = [{ carrier: "", text, origin: new Uint32Array(0), compact: false }];
  for (let depth = 0; layer.length > 0; depth++) {
    const deeper: View[] = [];
    for (const outer of layer) {
      steps += outer.text.length;
      for (const decode of depth === 0 && hasRot13 ? [...DECODERS, rot13] : DECODERS) {
        for (const inner of decode(outer.text)) {
          const view = depth === 0 ? inner : through(outer, inner);
          const start = view.origin[0] ?? 0;
          const end = view.origin[view.text.length] ?? text.length;
          if (depth >= MAX_DEPTH) skipped.push({ start, end, why: `wrapped more than ${MAX_DEPTH} times` });
          else if (view.text.length > room) skipped.push({ start, end, why: "too much to decode" });
          else {
            room -= view.text.length;
            deeper.push(view);
          }
        }
      }
    }
    for (const view of deeper) views.push(view);
    layer = deeper;
  }
  return { views, skipped, steps };
}

function through(outer: View, inner: View): View {
  return {
    carrier: `${outer.carrier}, ${inner.carrier}`,
    text: inner.text,
    origin: inner.origin.map((at) => outer.origin[at] ?? 0),
    compact: inner.compact,
  };
}

/** The original's span of a span of the view. */
export function originalSpan(view: View, start: number, end: number): { start: number; end: number } {
  const last = view.origin[Math.max(start, end - 1)] ?? 0;
  let after = end;
  // Several units of a view may come from one stretch of the original: its end is where the next one begins.
  while (after < view.text.length && view.origin[after] === last) after++;
  return { start: view.origin[start] ?? 0, end: view.origin[after] ?? last + 1 };
}

// Unicode tags and variation selectors: whole alphabets that nothing draws.

/** Tag characters (U+E0020..E007E) mirror ASCII and are drawn by nothing. Flags of regions are left alone. */
function tags(text: string): View[] {
  const built = new Builder();
  let end = 0;
  for (let i = text.indexOf("\udb40"); i >= 0; i = text.indexOf("\udb40", i + 2)) {
    const low = text.charCodeAt(i + 1);
    if (!(low >= 0xdc20 && low <= 0xdc7e)) continue;
    built.add(String.fromCharCode(low - 0xdc00), i);
    end = i + 2;
  }
  return built.length > 3 ? [built.view("Unicode tag characters", end)] : [];
}

/** Bytes written as variation selectors: VS1..16 for 0..15, VS17..256 for the rest. */
function selectors(text: string): View[] {
  const bytes: number[] = [];
  const from: number[] = [];
  let end = 0;
  for (const match of text.matchAll(/[\ufe00-\ufe0f]|\udb40[\udd00-\uddef]/g)) {
    const unit = match[0].charCodeAt(0);
    bytes.push(unit === 0xdb40 ? match[0].charCodeAt(1) - 0xdd00 + 16 : unit - 0xfe00);
    from.push(match.index);
    end = match.index + match[0].length;
  }
  return asText(Uint8Array.from(bytes), (byte) => from[byte] ?? end, end, "variation selectors");
}

/** Letters of mathematical alphabets and of enclosed ones: pairs of surrogates that compose to ASCII. */
function styled(text: string): View[] {
  if (!/\ud835|\ud83c[\udd30-\udd89]/.test(text)) return [];
  const built = new Builder();
  let letters = 0;
  for (let i = 0; i < text.length; i++) {
    const high = text.charCodeAt(i);
    const low = text.charCodeAt(i + 1);
    let plain = "";
    if (high === 0xd835 && low >= 0xdc00) plain = text.slice(i, i + 2).normalize("NFKD");
    else if (high === 0xd83c && low >= 0xdd30 && low <= 0xdd89) {
      const letter = (low - 0xdd30) % 32;
      plain = letter < 26 ? String.fromCharCode(0x41 + letter) : "";
    }
    if (plain === "") built.copy(text, i, i + 1);
    else {
      built.add(plain, i);
      letters++;
      i++;
    }
  }
  return letters > 3 ? [built.view("styled letters", text.length)] : [];
}

// Escapes.

const NAMED: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
  nbsp: " ",
  colon: ":",
  period: ".",
  comma: ",",
  excl: "!",
  lpar: "(",
  rpar: ")",
  sol: "/",
  NewLine: "\n",
  Tab: "\t",
  ZeroWidthSpace: "",
  shy: "",
  zwnj: "",
  zwj: "",
};

function entities(text: string): View[] {
  if (!text.includes("&#") && !/&(?:lt|gt|shy|zw|Zero)/.test(text)) return [];
  return escapes(text, "HTML entities", /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z]{2,14}));/g, (match) => {
    if (match[3] !== undefined) return NAMED[match[3]];
    return codePoint(match[1] !== undefined ? Number(match[1]) : Number.parseInt(match[2] ?? "", 16));
  });
}

function percent(text: string): View[] {
  if (!/%[2-7][0-9a-fA-F]/.test(text)) return [];
  return escapes(text, "percent-encoding", /%([2-7][0-9a-fA-F])/g, (match) =>
    codePoint(Number.parseInt(match[1] ?? "", 16)),
  );
}

function backslashes(text: string): View[] {
  if (!text.includes("\\u") && !text.includes("\\x")) return [];
  return escapes(
    text,
    "character escapes",
    /\\(?:u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|x([0-9a-fA-F]{2}))/g,
    (match) => codePoint(Number.parseInt(match[1] ?? match[2] ?? match[3] ?? "", 16)),
  );
}

function quotedPrintable(text: string): View[] {
  if (!/=[2-7][0-9A-F](?:=[2-7][0-9A-F]){3}/.test(text)) return [];
  return escapes(text, "quoted-printable", /=([2-7][0-9A-F])/g, (match) =>
    codePoint(Number.parseInt(match[1] ?? "", 16)),
  );
}

/** Escapes further apart than this do not write one passage. */
const ESCAPE_GAP = 64;
/** Plain text around escapes that is read with them. */
const ESCAPE_CONTEXT = 96;

/** Passages with three escapes at least, decoded: a lone one hides nothing that the plain text would not show. */
function escapes(
  text: string,
  carrier: string,
  pattern: RegExp,
  decode: (match: RegExpExecArray) => string | undefined,
): View[] {
  const found: View[] = [];
  let built = new Builder();
  let count = 0;
  let at = 0;
  const flush = (): void => {
    if (count >= 3) {
      const end = Math.min(text.length, at + ESCAPE_CONTEXT);
      built.copy(text, at, end);
      found.push(built.view(carrier, end));
    }
    built = new Builder();
    count = 0;
  };
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const plain = decode(match);
    if (plain === undefined) continue;
    if (count > 0 && match.index - at > ESCAPE_GAP) flush();
    built.copy(text, count === 0 ? Math.max(at, match.index - ESCAPE_CONTEXT) : at, match.index);
    built.add(plain, match.index);
    at = match.index + match[0].length;
    count++;
  }
  flush();
  return found;
}

function codePoint(value: number): string | undefined {
  return value > 0 && value <= 0x10ffff && !(value >= 0xd800 && value <= 0xdfff)
    ? String.fromCodePoint(value)
    : undefined;
}

// Encodings.

/** Shorter runs say too little to carry an instruction. */
const MIN_BASE64 = 20;
const MIN_HEX = 24;
const BASE64 = alphabet("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_");
const HEX = alphabet("0123456789abcdefABCDEF");

function alphabet(characters: string): Uint8Array {
  const table = new Uint8Array(0x10000);
  for (let i = 0; i < characters.length; i++) table[characters.charCodeAt(i)] = 1;
  return table;
}

/**
 * Stretches of at least `min` units of an alphabet. Looks at every `min`-th unit and goes back from there, so that prose
 * is passed over several units at a time.
 */
function* runs(
  text: string,
  table: Uint8Array,
  min: number,
  from = 0,
  to = text.length,
): Generator<{ start: number; end: number }> {
  let start = from;
  while (start + min <= to) {
    let at = start + min - 1;
    while (at >= start && table[text.charCodeAt(at)] === 1) at--;
    if (at >= start) {
      start = at + 1;
      continue;
    }
    let end = start + min;
    while (end < to && table[text.charCodeAt(end)] === 1) end++;
    yield { start, end };
    start = end + 1;
  }
}

/** Base64 and hexadecimal: the digits of the second are letters of the first. */
function encoded(text: string): View[] {
  const found: View[] = [];
  for (const run of runs(text, BASE64, MIN_BASE64)) {
    let plain = true;
    if (run.end - run.start >= MIN_HEX) {
      for (const inner of runs(text, HEX, MIN_HEX, run.start, run.end)) {
        const views = hex(text, inner.start, inner.end);
        found.push(...views);
        plain &&= views.length === 0;
      }
    }
    if (plain) found.push(...base64(text, run.start, run.end));
  }
  return found;
}

function base64(text: string, start: number, end: number): View[] {
  // What does not begin as text is not text: an image or a digest costs no more than this.
  if (!isReadable(Buffer.from(text.slice(start, start + 32), "base64"))) return [];
  const bytes = Buffer.from(text.slice(start, end), "base64");
  return asText(bytes, (byte) => start + Math.floor((byte * 4) / 3), end, "base64");
}

function hex(text: string, start: number, end: number): View[] {
  if (!isReadable(Buffer.from(text.slice(start, start + 48), "hex"))) return [];
  const bytes = Buffer.from(text.slice(start, end - ((end - start) % 2)), "hex");
  return asText(bytes, (byte) => start + byte * 2, end, "hexadecimal");
}

/** A view of bytes that are text; nothing for any others. `from`: where in the original a byte stands. */
function asText(bytes: Uint8Array, from: (byte: number) => number, end: number, carrier: string): View[] {
  if (bytes.length < 8 || !isReadable(bytes)) return [];
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
  const origin = new Uint32Array(text.length + 1);
  let byte = 0;
  for (let i = 0; i < text.length; i++) {
    origin[i] = from(byte);
    const unit = text.charCodeAt(i);
    // A pair of surrogates was four bytes: two for each half.
    byte += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 2 : 3;
  }
  origin[text.length] = end;
  return [{ carrier, text, origin, compact: false }];
}

/** True when nearly all bytes are printable ASCII or plausible UTF-8. */
function isReadable(bytes: Uint8Array): boolean {
  let good = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    if ((byte >= 0x20 && byte < 0x7f) || byte === 9 || byte === 10 || byte === 13) good++;
    else if (byte >= 0xc3 && byte < 0xf5 && ((bytes[i + 1] ?? 0) & 0xc0) === 0x80) good++;
    else if ((byte & 0xc0) === 0x80 && (bytes[i - 1] ?? 0) >= 0x80) good++;
  }
  return good >= bytes.length * 0.95;
}

// Ciphers of the schoolyard.

function rot13(text: string): View[] {
  const built = new Builder();
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const base = unit >= 0x61 && unit <= 0x7a ? 0x61 : unit >= 0x41 && unit <= 0x5a ? 0x41 : 0;
    if (base === 0) built.copy(text, i, i + 1);
    else built.add(String.fromCharCode(((unit - base + 13) % 26) + base), i);
  }
  return [built.view("ROT13", text.length)];
}

/** Pieces in a row from which the text counts as cut up. */
const MIN_PIECES = 12;
const PIECES_STEP = 2 * MIN_PIECES - 4;
/** Units of space and punctuation that may lie between two pieces. */
const MAX_GAP = 4;

/**
 * Text cut into letters or into groups of four: `i g n o r e`, `i.g.n.o.r.e`, `igno real lpre`. Put together again.
 * MIN_PIECES of them and the gaps between span more than PIECES_STEP, so that one look every so many units is enough to
 * pass over prose.
 */
function pieces(text: string): View[] {
  const found: View[] = [];
  const isWord = (at: number): boolean => WORD[text.charCodeAt(at)] === 1;
  for (let from = 0, at = PIECES_STEP; at < text.length; at += PIECES_STEP) {
    while (at < text.length && !isWord(at)) at++;
    let start = at;
    while (start > from && at - start <= 4 && isWord(start - 1)) start--;
    let end = at;
    while (end - start <= 4 && isWord(end)) end++;
    const size = end - start;
    if (size !== 1 && size !== 4) continue;
    let count = 1;
    for (let i = start; i > from;) {
      let last = i - 1;
      while (last > from && i - last < MAX_GAP && !isWord(last)) last--;
      let first = last + 1;
      while (first > from && last + 1 - first <= size && isWord(first - 1)) first--;
      if (last + 1 - first !== size) break;
      start = first;
      i = first;
      count++;
    }
    let tail = end;
    for (let i = end; i < text.length;) {
      let first = i;
      while (first - i < MAX_GAP && first < text.length && !isWord(first)) first++;
      let last = first;
      while (last - first <= size && isWord(last)) last++;
      tail = last > first && last - first <= size ? last : end;
      if (last - first !== size) break;
      i = last;
      end = last;
      count++;
    }
    // The last group may be a shorter one.
    if (count >= MIN_PIECES) found.push(joined(text, start, tail));
    from = end;
    at = end;
  }
  return found;
}

function joined(text: string, start: number, end: number): View {
  const built = new Builder();
  for (let i = start; i < end; i++) if (WORD[text.charCodeAt(i)] === 1) built.add(text[i] ?? "", i);
  return built.view("letters set apart", end, true);
}

const DECODERS: readonly Decoder[] = [
  tags,
  selectors,
  styled,
  entities,
  percent,
  backslashes,
  quotedPrintable,
  encoded,
  pieces,
];
