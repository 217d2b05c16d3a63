import { FOLD, SKIP, SPACE, WORD } from "./folding.ts";

/**
 * Finds every occurrence of thousands of words and phrases in one pass (Aho and Corasick, 1975), over folded characters:
 * invisible units are stepped over and runs of white space count as one, so that `I\u200bG N0RE` style disguises cost
 * nothing extra and offsets are those of the original text. Time is linear in the text's length whatever the text is.
 */
export interface Hits {
  /** Index of the phrase in the list that the automaton was built from. */
  readonly phrase: number[];
  readonly start: number[];
  readonly end: number[];
  /** Work done, in steps: units looked at. For the tests that show growth is linear. */
  steps: number;
}

export function noHits(): Hits {
  return { phrase: [], start: [], end: [], steps: 0 };
}

/**
 * Letters in a row from which text counts as written without spaces, where a word boundary cannot be asked for. Longer
 * than identifiers are.
 */
const COMPACT_RUN = 32;
/** A phrase this short is not believed without its boundaries. */
const COMPACT_PHRASE = 5;

export class Automaton {
  readonly #classes: Uint8Array;
  readonly #machine: Machine;
  /** 1 for a state in which a phrase ends: the inner loop's look at `out`. */
  readonly #ends: Uint8Array;
  readonly #folded: readonly string[];
  /** Bit 0: a word boundary is needed before; bit 1: after. */
  readonly #boundary: Uint8Array;

  /** A phrase may end in `*`: any continuation of its last word is accepted. Phrases are folded like the text.
   * `isBare`: the phrase of that index counts inside words too. */
  constructor(phrases: readonly string[], isBare: (index: number) => boolean = () => false) {
    const open = phrases.map((phrase) => phrase.length > 1 && phrase.endsWith("*"));
    this.#folded = phrases.map((phrase, i) => foldPhrase(open[i] ? phrase.slice(0, -1) : phrase));
    this.#boundary = new Uint8Array(phrases.length);
    for (const [i, phrase] of this.#folded.entries()) {
      const before = WORD[phrase.charCodeAt(0)] ?? 0;
      const after = open[i] ? 0 : (WORD[phrase.charCodeAt(phrase.length - 1)] ?? 0);
      this.#boundary[i] = isBare(i) ? 0 : before | (after << 1);
    }
    const { classes, count } = classify(this.#folded);
    this.#classes = classes;
    this.#machine = build(this.#folded, classes, Math.ceil(Math.log2(count)));
    this.#ends = new Uint8Array(this.#machine.out.length);
    for (const [state, list] of this.#machine.out.entries()) if (list) this.#ends[state] = 1;
  }

  /** Every hit in the order of its end. `compact`: the text has lost its spaces, so boundaries are not asked for. */
  find(text: string, compact = false): Hits {
    const hits = noHits();
    const classes = this.#classes;
    const { next, shift, out } = this.#machine;
    const ends = this.#ends;
    let state = 0;
    let run: Run = { start: 0, end: 0, isIdentifier: false };
    for (let i = 0; i < text.length; i++) {
      const unitClass = classes[text.charCodeAt(i)] as number;
      state =
        unitClass === RARE_CLASS
          ? follow(this.#machine, state, FOLD[text.charCodeAt(i)] as number)
          : (next[(state << shift) | unitClass] as number);
      // An invisible unit leaves the state as it is; the phrase ended before it.
      if (ends[state] === 0 || unitClass === SKIP_CLASS) continue;
      const wordAfter = isWordAfter(text, i + 1);
      for (const phrase of out[state] as readonly number[]) {
        const boundary = this.#boundary[phrase] as number;
        const folded = this.#folded[phrase] as string;
        // Most of what fails does so here: a short phrase inside a longer word.
        if (wordAfter && (boundary & 2) !== 0 && folded.length < (compact ? 3 : COMPACT_PHRASE)) continue;
        const start = this.#startOf(text, folded, i, hits);
        const inside = (wordAfter && (boundary & 2) !== 0) || ((boundary & 1) !== 0 && isWordBefore(text, start));
        if (inside && !compact) {
          if (folded.length < COMPACT_PHRASE) continue;
          if (start >= run.end || i >= run.end) run = wordRun(text, start, i + 1, hits);
          if (run.end - run.start < COMPACT_RUN || run.isIdentifier) continue;
        } else if (inside && folded.length < 3) continue;
        hits.phrase.push(phrase);
        hits.start.push(start);
        hits.end.push(i + 1);
      }
    }
    hits.steps += text.length;
    return hits;
  }

  /** Walks back over the phrase from its last unit. */
  #startOf(text: string, folded: string, last: number, hits: Hits): number {
    let at = last;
    for (let left = folded.length; left > 0; at--) {
      hits.steps++;
      const unit = FOLD[text.charCodeAt(at)] as number;
      if (unit === SKIP) continue;
      if (unit === SPACE && at > 0 && FOLD[text.charCodeAt(at - 1)] === SPACE) continue;
      left--;
    }
    return at + 1;
  }
}

function foldPhrase(phrase: string): string {
  let result = "";
  for (let i = 0; i < phrase.length; i++) {
    const unit = FOLD[phrase.charCodeAt(i)] as number;
    if (unit !== SKIP) result += String.fromCharCode(unit);
  }
  return result;
}

/** How many invisible units in a row are looked past for a neighbour. More of them count as a boundary. */
const LOOK_PAST = 8;

function isWordBefore(text: string, start: number): boolean {
  for (let at = start - 1; at >= 0 && at >= start - LOOK_PAST; at--) {
    const unit = text.charCodeAt(at);
    if (FOLD[unit] !== SKIP) return WORD[unit] === 1;
  }
  return false;
}

function isWordAfter(text: string, end: number): boolean {
  for (let at = end; at < text.length && at < end + LOOK_PAST; at++) {
    const unit = text.charCodeAt(at);
    if (FOLD[unit] !== SKIP) return WORD[unit] === 1;
  }
  return false;
}

interface Run {
  readonly start: number;
  readonly end: number;
  /** `resetPasswordRequiredState`: its capitals say where its words begin, and it is a name in a program. */
  readonly isIdentifier: boolean;
}

/** The stretch of word units around a hit. Called once a stretch, so linear over all hits. */
function wordRun(text: string, from: number, to: number, hits: Hits): Run {
  let start = from;
  let end = to;
  // Only so far back as it takes to know: a stretch that began earlier was measured by the hit before.
  while (start > 0 && from - start < COMPACT_RUN && WORD[text.charCodeAt(start - 1)] === 1) start--;
  while (end < text.length && WORD[text.charCodeAt(end)] === 1) end++;
  hits.steps += end - start;
  return {
    start,
    end,
    isIdentifier: /[a-z][A-Z][a-z]|[a-z]_[a-z]/.test(text.slice(start, Math.min(end, start + 200))),
  };
}

/** Class 0: what no phrase uses. */
const SKIP_CLASS = 1;
const SPACE_CLASS = 2;
/** Units outside ASCII that a phrase uses: they have no column in the table, which stays small enough for the cache. */
const RARE_CLASS = 3;

/** Where units are that FOLD takes for others; between them every unit is itself. */
const FOLDED = [
  [0, 0x3200],
  [0xa700, 0xab70],
  [0xfe00, 0x10000],
] as const;

/** A class for each folded ASCII unit that a phrase uses, shared by all units that fold to it. */
function classify(phrases: readonly string[]): { classes: Uint8Array; count: number } {
  const known = new Map<number, number>([[SPACE, SPACE_CLASS]]);
  let count = RARE_CLASS + 1;
  for (const phrase of phrases) {
    for (let i = 0; i < phrase.length; i++) {
      const unit = phrase.charCodeAt(i);
      if (!known.has(unit)) known.set(unit, unit < 0x80 ? count++ : RARE_CLASS);
    }
  }
  const byFolded = new Uint8Array(0x10000);
  for (const [unit, unitClass] of known) byFolded[unit] = unitClass;
  byFolded[SKIP] = SKIP_CLASS;
  const classes = byFolded.slice();
  for (const [from, to] of FOLDED) {
    for (let unit = from; unit < to; unit++) classes[unit] = byFolded[FOLD[unit] as number] as number;
  }
  return { classes, count };
}

/** The automaton's tables. Rows of `next` are states, 1 << shift wide; 0 is the root. */
interface Machine {
  readonly next: Uint16Array;
  readonly shift: number;
  /** Where a unit without a column leads: key `state * 65536 + unit`. */
  readonly rare: ReadonlyMap<number, number>;
  /** The state of the longest suffix that is also the beginning of a phrase. */
  readonly fail: Uint16Array;
  /** Phrases that end in a state. */
  readonly out: readonly (readonly number[] | undefined)[];
}

function build(phrases: readonly string[], classes: Uint8Array, shift: number): Machine {
  const width = 1 << shift;
  const most = phrases.reduce((sum, phrase) => sum + phrase.length, 1);
  if (most > 0xffff) throw new RangeError("the phrases need more than 65,535 states");
  const next = new Uint16Array(most * width);
  const fail = new Uint16Array(most);
  const last = new Uint16Array(most);
  const rare = new Map<number, number>();
  /** A state's children as a list: the newest, and from each the one before it. */
  const newest = new Uint16Array(most);
  const older = new Uint16Array(most);
  const out: (number[] | undefined)[] = [undefined];
  for (const [index, phrase] of phrases.entries()) {
    if (phrase === "" || phrase.endsWith(" ")) throw new RangeError("a phrase is empty or ends in a space");
    let state = 0;
    for (let i = 0; i < phrase.length; i++) {
      const unit = phrase.charCodeAt(i);
      const unitClass = classes[unit] as number;
      const isRare = unitClass === RARE_CLASS;
      let child = (isRare ? rare.get(state * 0x10000 + unit) : next[state * width + unitClass]) ?? 0;
      if (child === 0) {
        child = out.length;
        out.push(undefined);
        last[child] = unit;
        older[child] = newest[state] as number;
        newest[state] = child;
        if (isRare) rare.set(state * 0x10000 + unit, child);
        else next[state * width + unitClass] = child;
      }
      state = child;
    }
    (out[state] ??= []).push(index);
  }
  const machine = { next: next.subarray(0, out.length * width), shift, rare, fail, out };
  // Nearer states first, so that a state's suffix, which is nearer, is complete when it is needed.
  const order = new Uint16Array(out.length);
  let found = 1;
  for (let head = 0; head < found; head++) {
    const state = order[head] as number;
    const row = state * width;
    const back = (fail[state] as number) * width;
    // A row is that of the suffix, with the state's own children in it.
    if (state !== 0) next.copyWithin(row, back, back + width);
    for (let child = newest[state] as number; child !== 0; child = older[child] as number) {
      const unit = last[child] as number;
      const unitClass = classes[unit] as number;
      let suffix = 0;
      if (unitClass === RARE_CLASS) suffix = state === 0 ? 0 : follow(machine, fail[state] as number, unit);
      else {
        suffix = state === 0 ? 0 : (next[back + unitClass] as number);
        next[row + unitClass] = child;
      }
      fail[child] = suffix;
      const inherited = out[suffix];
      if (inherited) out[child] = [...(out[child] ?? []), ...inherited];
      order[found++] = child;
    }
  }
  // Runs of white space are one space, and what cannot be seen is not there.
  for (const state of order) {
    next[state * width + SKIP_CLASS] = state;
    if (last[state] === SPACE) next[state * width + SPACE_CLASS] = state;
  }
  return machine;
}

/** The state after a unit without a column. Steps back at most as often as units went forward: linear over a text. */
function follow({ rare, fail }: Machine, from: number, unit: number): number {
  for (let state = from; ; state = fail[state] as number) {
    const child = rare.get(state * 0x10000 + unit);
    if (child !== undefined) return child;
    if (state === 0) return 0;
  }
}
