import type { Hits } from "./automaton.ts";
import { WORD } from "./folding.ts";
import type { Meaning } from "./lexicon.ts";

/** What a passage tries to do. Each is weak alone; together they are an attack. */
export type CueKind =
  | "override"
  | "role-forgery"
  | "concealment"
  | "prompt-leak"
  | "exfiltration"
  | "coercion"
  | "obedience"
  | "persona"
  | "memory"
  | "false-completion"
  | "takeover"
  | "shell"
  | "pressure";

export interface Cue {
  readonly kind: CueKind;
  /** What it adds to the score. 1 is an alarm by itself. */
  readonly weight: number;
  readonly start: number;
  readonly end: number;
}

/** A hit with its meanings and the sentence it stands in. */
export interface Word {
  readonly start: number;
  readonly end: number;
  readonly means: ReadonlySet<Meaning>;
  readonly sentence: number;
}

/** Words that are looked at after one another in a cue, at most. Keeps hostile lists of trigger words linear. */
const MAX_LOOK = 24;

/** The hits as words, with the sentences of the text between them. Linear in the text between the hits. */
export function wordsOf(text: string, hits: Hits, meanings: readonly ReadonlySet<Meaning>[], compact: boolean): Word[] {
  const words: Word[] = [];
  let sentence = 0;
  let seen = 0;
  for (let i = 0; i < hits.phrase.length; i++) {
    const means = meanings[hits.phrase[i] ?? 0];
    if (!means) continue;
    const start = hits.start[i] ?? 0;
    const end = hits.end[i] ?? 0;
    if (!compact) {
      for (; seen < start; seen++) {
        const unit = text.charCodeAt(seen);
        // Almost every unit is a letter or a space, which end nothing.
        if (
          (unit < 0x40 && unit !== 0x20 && endsSentence(text, seen)) ||
          unit === 0x3002 ||
          unit === 0xff01 ||
          unit === 0xff1f
        )
          sentence++;
      }
    }
    words.push({ start, end, means, sentence });
    seen = Math.max(seen, end);
  }
  return words;
}

function endsSentence(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  const next = text.charCodeAt(at + 1);
  if (unit === 0x2e || unit === 0x21 || unit === 0x3f) {
    return (next <= 0x20 || Number.isNaN(next)) && !(text[at - 2] === "." || text[at - 2] === "e");
  }
  // A blank line, or a line that begins as a list item, a heading or a table row does.
  if (unit !== 0x0a) return false;
  return next === 0x0a || next === 0x0d || next === 0x2d || next === 0x2a || next === 0x23 || next === 0x7c;
}

/** Reads the cues out of the words of one text. Every rule looks at a bounded number of neighbours. */
export function cuesOf(text: string, words: readonly Word[], encoded: boolean): Cue[] {
  const cues: Cue[] = [];
  const reader = new Reader(text, words, encoded);
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (!word) continue;
    for (const meaning of word.means) {
      const cue = RULES[meaning]?.(reader, i, word);
      if (cue) cues.push(cue);
    }
  }
  return cues;
}

type Rule = (reader: Reader, index: number, word: Word) => Cue | undefined;

/** Looks around in the words of a text. */
class Reader {
  constructor(
    readonly text: string,
    readonly words: readonly Word[],
    /** The text was encoded by somebody. */
    readonly encoded: boolean,
  ) {}

  /** The first word after `index` of one of the meanings, at most `reach` units on, in the same sentence. */
  ahead(index: number, reach: number, ...wanted: readonly Meaning[]): number {
    const from = this.words[index];
    if (!from) return -1;
    for (let i = index + 1; i < this.words.length && i <= index + MAX_LOOK; i++) {
      const word = this.words[i];
      if (!word || word.start - from.end > reach || word.sentence !== from.sentence) return -1;
      if (word.start >= from.end && wanted.some((meaning) => word.means.has(meaning))) return i;
    }
    return -1;
  }

  /** The same, backwards. */
  behind(index: number, reach: number, ...wanted: readonly Meaning[]): number {
    const from = this.words[index];
    if (!from) return -1;
    for (let i = index - 1; i >= 0 && i >= index - MAX_LOOK; i--) {
      const word = this.words[i];
      if (!word || from.start - word.end > reach || word.sentence !== from.sentence) return -1;
      if (word.end <= from.start && wanted.some((meaning) => word.means.has(meaning))) return i;
    }
    return -1;
  }

  textOf(index: number): string {
    const word = this.words[index];
    return word ? this.text.slice(word.start, word.end) : "";
  }

  at(index: number): Word | undefined {
    return this.words[index];
  }

  cue(kind: CueKind, weight: number, ...indexes: readonly number[]): Cue {
    let start = Number.POSITIVE_INFINITY;
    let end = 0;
    for (const index of indexes) {
      const word = this.words[index];
      if (!word) continue;
      start = Math.min(start, word.start);
      end = Math.max(end, word.end);
    }
    return { kind, weight, start, end };
  }

  /** True when the verb does not command: a `not` stands before it, it tells what somebody does, or it is a noun. */
  isTold(index: number): boolean {
    const word = this.words[index];
    if (!word) return true;
    const before = this.text.slice(Math.max(0, word.start - 16), word.start).toLowerCase();
    return TOLD.test(before) && !COMMANDED.test(before);
  }

  /** True when a quotation begins between two words. */
  isQuoteBetween(first: number, second: number): boolean {
    const a = this.words[Math.min(first, second)];
    const b = this.words[Math.max(first, second)];
    return a !== undefined && b !== undefined && /[ (]["'`\u201c\u2018]/.test(this.text.slice(a.end, b.start));
  }

  isCapitals(word: Word): boolean {
    const letters = this.text.slice(word.start, word.end);
    return letters === letters.toUpperCase() && letters !== letters.toLowerCase();
  }

  /** True when a verb stands where a command does: at a beginning, or after a word that leads up to one. */
  commands(word: Word): boolean {
    const before = this.text.slice(Math.max(0, word.start - 14), word.start);
    return (
      /(?:then|now|please|must|first|and|immediately|also|always|instead|should|,|:) {1,3}$/i.test(before) ||
      this.beginsLine(word)
    );
  }

  /** True when only blanks, brackets, list or comment marks stand before it on its line, or a sentence ended there. */
  beginsLine(word: Word): boolean {
    for (let at = word.start - 1; at >= 0 && at >= word.start - 40; at--) {
      const unit = this.text[at] ?? "";
      if (unit === "\n" || ".!?\"'".includes(unit)) return true;
      if (WORD[unit.charCodeAt(0)] === 1) return false;
    }
    return true;
  }
}

const TOLD =
  /(?:^|[^a-z])(?:not|n't|never|can|could|will|would|may|might|that|which|who|to|they|we|i|attempts|prompts|tools|users|by|of|the|a|an|this|each|blog|or) {1,3}$/;
const COMMANDED =
  /(?:need|have|want|going|required|you|sure|ought|asked|instructed|remember|try|first|is) (?:not )?to {1,3}$/;
/** Verbs that mostly print what is theirs to print; giving away needs more than them. */
const NEUTRAL_REVEAL =
  /^(?:print|output|display|show|return|share|summari|translate|write|give|tell|dump|mostra|muestra|gib|显示|输出)/i;
const OWNER = /^(?:your|user's|developer's|operator's|vos|votre|tus?$|deine?)/i;
/** `export type`, `export const`: code, in which nothing is moved anywhere. */
const EXPORTS =
  /^export\s{1,4}(?:[{*]|(?:type|interface|class|const|let|var|function|default|declare|async|abstract|enum|namespace)\b|\w{1,40}=)/;
const STRONG_SEND = /^(?:exfil|leak|bcc)/i;

const RULES: Partial<Record<Meaning, Rule>> = {
  setAside(reader, i, word) {
    if (reader.behind(i, 6, "negation") >= 0 && word.end - word.start < 12) return undefined;
    const told = reader.isTold(i) ? 0.5 : 1;
    const other = /[^\u0000-\u024f]/.test(reader.text.slice(word.start, word.end));
    const rules = other ? either(reader, i, 60, "rules") : reader.ahead(i, 70, "rules");
    const weak = other ? either(reader, i, 60, "rulesWeak") : reader.ahead(i, 70, "rulesWeak");
    const talk = reader.ahead(i, 40, "talk");
    const aim = rules >= 0 ? rules : weak >= 0 ? weak : talk;
    if (aim < 0 || (!other && reader.isQuoteBetween(i, aim))) return undefined;
    const which = between(reader, i, aim, "earlier");
    const after = which >= 0 ? which : other ? either(reader, aim, 24, "earlier") : reader.ahead(aim, 24, "earlier");
    const all = between(reader, i, aim, "all");
    if (rules >= 0 && after >= 0) return reader.cue("override", told, i, rules, after);
    if (rules >= 0 && all >= 0) return reader.cue("override", 0.75 * told, i, rules);
    if (weak >= 0 && which >= 0) return reader.cue("override", 0.65 * told, i, weak);
    if (rules >= 0) return reader.cue("override", 0.4 * told, i, rules);
    if (weak < 0) return which >= 0 ? reader.cue("override", 0.4 * told, i, talk) : undefined;
    return reader.cue("override", (all >= 0 ? 0.3 : 0.2) * told, i, weak);
  },
  setAsideWhole(reader, i) {
    return reader.cue("override", reader.isTold(i) ? 0.4 : 0.65, i);
  },
  negation(reader, i) {
    const tell = reader.ahead(i, 20, "tell");
    if (tell < 0) return undefined;
    const person = reader.ahead(tell, 30, "person");
    return person >= 0 ? reader.cue("concealment", 0.7, i, tell, person) : undefined;
  },
  concealed: (reader, i) => reader.cue("concealment", 0.7, i),
  quietly(reader, i) {
    const act = reader.ahead(i, 30, "send", "read", "reveal", "run");
    return act >= 0 ? reader.cue("concealment", 0.45, i, act) : undefined;
  },
  reveal(reader, i, word) {
    const prompt = reader.ahead(i, 60, "modelPrompt");
    if (prompt < 0) return undefined;
    const strong = !NEUTRAL_REVEAL.test(reader.text.slice(word.start, word.end));
    const own = between(reader, i, prompt, "earlier") >= 0 || reader.at(prompt)?.means.has("earlier") === true;
    const told = reader.isTold(i);
    const commands = strong && !told && reader.commands(word) ? 0.15 : 0;
    const weight = (strong ? 0.7 : 0.45) + commands + (own || reader.ahead(prompt, 30, "away") >= 0 ? 0.2 : 0);
    return reader.cue("prompt-leak", weight * (told ? 0.6 : 1), i, prompt);
  },
  send(reader, i, word) {
    if (EXPORTS.test(reader.text.slice(word.start, word.start + 60))) return undefined;
    const file = reader.ahead(i, 90, "secretFile");
    const secret = file >= 0 ? file : reader.ahead(i, 90, "secretWord", "modelPrompt");
    if (secret < 0) return undefined;
    const strong = STRONG_SEND.test(reader.text.slice(word.start, word.end));
    const away = reader.ahead(i, 160, "away");
    const carry = reader.ahead(secret, 60, "carry");
    const owner = between(reader, i, secret, "earlier");
    const theirs = between(reader, i, secret, "person") >= 0 || (owner >= 0 && OWNER.test(reader.textOf(owner)));
    const told = reader.isTold(i);
    const weight =
      (file >= 0 ? 0.6 : 0.3) +
      (strong ? 0.4 : 0) +
      (away >= 0 ? 0.35 : 0) +
      (carry >= 0 ? 0.2 : 0) +
      (theirs ? 0.25 : 0) +
      (!told && reader.commands(word) ? 0.1 : 0);
    return reader.cue("exfiltration", weight * (told ? 0.5 : 1), i, secret, away);
  },
  read(reader, i) {
    const file = reader.ahead(i, 60, "secretFile");
    if (file < 0 || reader.isTold(i)) return undefined;
    const send = reader.ahead(file, 110, "send");
    const carry = send < 0 ? -1 : reader.ahead(send, 90, "carry", "away");
    if (send < 0) return reader.cue("exfiltration", 0.3, i, file);
    return reader.cue("exfiltration", carry >= 0 ? 1 : 0.7, i, file, send, carry);
  },
  secretFile(reader, i) {
    const shell = reader.behind(i, 12, "shell");
    return shell >= 0 ? reader.cue("exfiltration", 0.6, shell, i) : undefined;
  },
  roleMark: (reader, i, word) => (word.end - word.start >= 6 ? reader.cue("role-forgery", 0.5, i) : undefined),
  roleLine(reader, i, word) {
    if (!reader.beginsLine(word)) return undefined;
    return reader.cue("role-forgery", reader.isCapitals(word) ? 0.45 : 0.15, i);
  },
  toModel: (reader, i) => reader.cue("role-forgery", 0.4, i),
  persona: (reader, i) => (reader.isTold(i) ? undefined : reader.cue("persona", 0.4, i)),
  must(reader, i) {
    const obey = reader.ahead(i, 20, "obey");
    if (obey >= 0) {
      const rules = reader.ahead(obey, 50, "rules", "rulesWeak");
      if (rules >= 0 && (between(reader, obey, rules, "fresh") >= 0 || reader.ahead(rules, 20, "fresh") >= 0)) {
        return reader.cue("obedience", 0.6, i, obey, rules);
      }
    }
    const run = reader.ahead(i, 40, "run");
    const tool = run < 0 ? -1 : reader.ahead(run, 50, "tool", "shell");
    if (tool < 0) return undefined;
    return reader.cue("coercion", reader.ahead(run, 90, "shell") >= 0 ? 0.4 : 0.25, i, run, tool);
  },
  obey(reader, i) {
    const rules = reader.ahead(i, 40, "rules");
    if (rules < 0 || between(reader, i, rules, "fresh") < 0) return undefined;
    return reader.behind(i, 30, "must") < 0 ? reader.cue("obedience", 0.25, i, rules) : undefined;
  },
  run(reader, i) {
    const shell = reader.ahead(i, 100, "shell");
    if (shell >= 0) return reader.cue("shell", 0.3, i, shell);
    const tool = reader.ahead(i, 40, "tool");
    const away = tool < 0 ? -1 : reader.ahead(tool, 60, "away");
    return away >= 0 && !reader.isTold(i) ? reader.cue("coercion", 0.3, i, tool, away) : undefined;
  },
  shell: (reader, i) => (reader.encoded ? reader.cue("shell", 0.6, i) : undefined),
  press: (reader, i, word) => reader.cue("pressure", word.end - word.start <= 10 ? 0.15 : 0.25, i),
  remember: (reader, i) => reader.cue("memory", 0.3, i),
  done: (reader, i) => reader.cue("false-completion", 0.35, i),
  takeover: (reader, i) => (either(reader, i, 50, "tool") >= 0 ? reader.cue("takeover", 0.6, i) : undefined),
};

/** A word of the meaning that stands between two others, or overlaps one of them. */
function between(reader: Reader, from: number, to: number, meaning: Meaning): number {
  for (let i = Math.min(from, to); i <= Math.max(from, to); i++) {
    if (i !== from && reader.at(i)?.means.has(meaning)) return i;
  }
  return -1;
}

function either(reader: Reader, index: number, reach: number, meaning: Meaning): number {
  const ahead = reader.ahead(index, reach, meaning);
  return ahead >= 0 ? ahead : reader.behind(index, reach, meaning);
}
