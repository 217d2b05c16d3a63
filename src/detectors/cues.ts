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
  | "delivery"
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
          unit === 0xff1b ||
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
  // Between letters of a script without spaces a semicolon ends a clause that says something of its own.
  if (unit === 0x3b) return next >= 0x2e80;
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

  /** A word of the meaning before this one, whatever sentence it stands in, that is written otherwise. */
  other(index: number, reach: number, meaning: Meaning): number {
    const from = this.words[index];
    if (!from) return -1;
    for (let i = index - 1; i >= 0 && i >= index - MAX_LOOK; i--) {
      const word = this.words[i];
      if (!word || from.start - word.end > reach) return -1;
      if (word.means.has(meaning) && this.textOf(i) !== this.textOf(index)) return i;
    }
    return -1;
  }

  /** What stands between the ends of two words. */
  gap(first: number, second: number): string {
    const a = this.words[Math.min(first, second)];
    const b = this.words[Math.max(first, second)];
    return a && b ? this.text.slice(a.end, Math.min(b.start, a.end + 200)) : "";
  }

  /** What follows a word, up to so many units, in its sentence. */
  after(word: Word, reach: number): string {
    const text = this.text.slice(word.end, word.end + reach);
    const end = text.search(SENTENCE_END);
    return end < 0 ? text : text.slice(0, end);
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
    if (DONE_BY.test(this.text.slice(Math.max(0, word.start - 30), word.start))) return true;
    return TOLD.test(before) && !COMMANDED.test(before);
  }

  /** True when a quotation begins between two words. */
  isQuoteBetween(first: number, second: number): boolean {
    const a = this.words[Math.min(first, second)];
    const b = this.words[Math.max(first, second)];
    return a !== undefined && b !== undefined && /[ (]["'`\u201c\u2018]/.test(this.text.slice(a.end, b.start));
  }

  /** True for `.env.example`, and for `process.env`, which is no file. */
  isTemplate(index: number): boolean {
    const word = this.words[index];
    if (!word) return false;
    const member = this.text[word.start] === "." && /\w/.test(this.text[word.start - 1] ?? "");
    return member || TEMPLATE.test(this.text.slice(word.end, word.end + 16));
  }

  /** True for a word of sending that is code: `export type`. */
  isExport(index: number): boolean {
    const word = this.words[index];
    return word !== undefined && EXPORTS.test(this.text.slice(word.start, word.start + 60));
  }

  /** True for a file that something is put into. */
  isTarget(index: number): boolean {
    const word = this.words[index];
    return word !== undefined && DESTINATION.test(this.text.slice(Math.max(0, word.start - 14), word.start));
  }

  /** True when a comment of markup was opened just before, so that no reader of the page sees the word. */
  isHidden(word: Word): boolean {
    const before = this.text.slice(Math.max(0, word.start - 90), word.start);
    return Math.max(before.lastIndexOf("<!--"), before.lastIndexOf("[//]: # (")) > before.lastIndexOf("-->");
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

const SENTENCE_END = /[.!?](?:\s|$)|[\u3002\uff01\uff1f]|\n\n/;
/** A tool by its name: `read_file`, `send_payment`. */
const TOOL_NAME = /(?<![\w./$])[a-z][a-z0-9]{1,30}_[a-z][a-z0-9_]{1,40}(?![\w./])/;
/** Somebody's address. */
const ADDRESS = /[\w+-]@[\w-]{1,40}\.[a-z]{2}|https?:\/\//i;
/** Reads `copy the sample to .env`: the file is where something goes. */
const DESTINATION = /(?:^|[^a-z])(?:to|into|in|in your|in the|to your|to the|create an?|edit|a) {1,2}["'`(]?$/i;
const TEMPLATE = /^\.(?:example|sample|template|dist|local\.example)/i;
/** Setting everything aside; what everything is decides. */
const VAGUE =
  /^(?:forget everything|disregard everything|olvida todo|oubliez tout|vergiss alles|dimentica tutto|esque[cç]a tudo)$/i;
const BASICS = /^(?:anyone|people|person|human|humans)$/i;

const TOLD =
  /(?:^|[^a-z])(?:not|n't|never|can|could|will|would|may|might|that|which|who|to|they|we|i|attempts|prompts|tools|users|messages|settings|options|values|flags|arguments|by|of|the|a|an|this|each|blog|or) {1,3}$/;
/** An article and a noun before the verb: somebody does it. `le système ignore` */
const DONE_BY = /(?:^|[\s'\u2019])(?:le|la|les|el|los|las|il|der|die|das) \p{L}{2,16} $/iu;
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
    const talk = other ? either(reader, i, 40, "talk") : reader.ahead(i, 40, "talk");
    const aim = rules >= 0 ? rules : weak >= 0 ? weak : talk;
    if (aim < 0 || (!other && reader.isQuoteBetween(i, aim))) return undefined;
    const which = between(reader, i, aim, "earlier");
    const after = which >= 0 ? which : other ? either(reader, aim, 24, "earlier") : reader.ahead(aim, 24, "earlier");
    const all = between(reader, i, aim, "all");
    if (rules >= 0 && after >= 0) return reader.cue("override", told, i, rules, after);
    if (rules >= 0 && all >= 0) return reader.cue("override", 0.75 * told, i, rules);
    if (weak >= 0 && which >= 0) return reader.cue("override", 0.65 * told, i, weak);
    if (rules >= 0) return reader.cue("override", 0.4 * told, i, rules);
    if (weak < 0) {
      const asked = between(reader, i, aim, "person") >= 0;
      return which >= 0 || asked ? reader.cue("override", (asked ? 0.55 : 0.4) * told, i, talk) : undefined;
    }
    return reader.cue("override", (all >= 0 ? 0.3 : 0.2) * told, i, weak);
  },
  setAsideWhole(reader, i, word) {
    const vague = VAGUE.test(reader.text.slice(word.start, word.end)) && reader.ahead(i, 40, "earlier", "rules") < 0;
    return reader.cue("override", reader.isTold(i) || vague ? 0.4 : 0.65, i);
  },
  over(reader, i) {
    const rules = reader.behind(i, 80, "rules", "rulesWeak");
    if (rules < 0) return undefined;
    const whose = between(reader, rules, i, "earlier") >= 0 || reader.behind(rules, 20, "earlier") >= 0;
    return reader.cue("override", whose ? 0.75 : 0.4, i, rules);
  },
  negation(reader, i, word) {
    const person = reader.ahead(i, 60, "person");
    if (person < 0) return undefined;
    const tell = reader.ahead(i, 20, "tell");
    const first = tell >= 0 && tell < person ? tell : -1;
    if (first < 0) {
      // `不要让用户知道`: who comes before what.
      const after = reader.ahead(person, 6, "tell");
      const unspaced = isUnspaced(reader.text.slice(word.start, word.end)) && reader.gap(i, person).length <= 4;
      return after >= 0 && unspaced ? reader.cue("concealment", 0.7, i, person, after) : undefined;
    }
    if (reader.gap(first, person).length > 30 || /,\s{0,2}(?:or|and|but)\s/.test(reader.gap(i, first)))
      return undefined;
    const basic = BASICS.test(reader.textOf(person));
    const told = /^not to$/i.test(reader.text.slice(word.start, word.end)) ? 0.7 : 1;
    return reader.cue("concealment", (basic ? 0.45 : 0.7) * told, i, first, person);
  },
  tell(reader, i) {
    // Languages that say `not` last: German, Japanese, Korean.
    const not = reader.ahead(i, 40, "negation");
    const last = not >= 0 && LAST_NOT.test(reader.textOf(not));
    if (!last) return undefined;
    const person = between(reader, i, not, "person");
    const before = person >= 0 ? person : reader.behind(i, 12, "person");
    return before >= 0 ? reader.cue("concealment", 0.7, i, before, not) : undefined;
  },
  hide(reader, i, word) {
    const person = reader.ahead(i, 60, "person");
    if (person < 0 || reader.isTold(i)) return undefined;
    const gap = reader.gap(i, person);
    const keeps = /^keep/i.test(reader.text.slice(word.start, word.end));
    if (keeps ? !/(?:secret|hidden|private|confidential) from/i.test(gap) : !/\b(?:from|vor|al|à)\b/i.test(gap))
      return undefined;
    return reader.cue("concealment", keeps ? 0.7 : 0.45, i, person);
  },
  ask(reader, i) {
    const person = either(reader, i, 50, "person");
    const secret = either(reader, i, 70, "secretWord");
    if (person < 0 || secret < 0 || reader.isTold(i)) return undefined;
    const from = Math.max(i, secret, person);
    const send = reader.ahead(from, 100, "send");
    const away = reader.ahead(from, 140, "away");
    const carry = reader.ahead(from, 100, "carry");
    if (send < 0 || reader.isExport(send)) return undefined;
    return reader.cue("exfiltration", 0.6 + (away >= 0 ? 0.4 : carry >= 0 ? 0.15 : 0), i, secret, person, send, away);
  },
  carry(reader, i) {
    const must = reader.ahead(i, 24, "must");
    const file = must < 0 ? -1 : reader.ahead(must, 60, "secretFile");
    return file >= 0 && !reader.isTemplate(file) ? reader.cue("exfiltration", 0.96, i, file) : undefined;
  },
  model(reader, i, word) {
    const must = reader.ahead(i, 30, "must");
    const act = reader.ahead(i, 90, "run", "send", "read", "reveal", "ask");
    const after = reader.text.slice(word.end, word.end + 3);
    const before = reader.text.slice(Math.max(0, word.start - 24), word.start);
    const called = /^ ?[:,\uff1a\uff0c]/.test(after) && (reader.isHidden(word) || SPOKEN_TO.test(before));
    if (act < 0) return called ? reader.cue("role-forgery", 0.4, i) : undefined;
    // User agents, build agents and the like are programs without an ear.
    const isProgram = /^(?:the )?agent$/i.test(reader.textOf(i));
    if (must < 0 || isProgram) return called ? reader.cue("role-forgery", 0.45, i, act) : undefined;
    const at = reader.at(act);
    const aimed =
      reader.ahead(act, 60, "shell", "secretWord", "secretFile") >= 0 ||
      (at !== undefined && ADDRESS.test(reader.after(at, 100)));
    return reader.cue("coercion", aimed ? 0.66 : 0.3, i, must, act);
  },
  approved: (reader, i) => reader.cue("pressure", 0.3, i),
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
    if (reader.isExport(i)) return undefined;
    const found = reader.ahead(i, 90, "secretFile");
    const file = found >= 0 && (reader.isTarget(found) || reader.isTemplate(found)) ? -1 : found;
    const ahead = file >= 0 ? file : reader.ahead(i, 90, "secretWord", "modelPrompt");
    // Japanese and Korean name first what is sent, and where to.
    const last = ahead < 0 && isUnspaced(reader.text.slice(word.start, word.end));
    const secret = last ? reader.behind(i, 90, "secretWord", "modelPrompt", "secretFile") : ahead;
    if (secret < 0) {
      const after = reader.after(word, 100);
      const aimed = !reader.isTold(i) && (ADDRESS.test(after) || TOOL_NAME.test(after));
      return aimed ? reader.cue("delivery", 0.27, i) : undefined;
    }
    const strong = STRONG_SEND.test(reader.text.slice(word.start, word.end));
    const away = last ? between(reader, secret, i, "away") : reader.ahead(i, 160, "away");
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
    if (reader.isTemplate(file)) return undefined;
    const send = reader.ahead(file, 110, "send");
    // Where the verb comes last, the parameter stands before it.
    const carry = reader.ahead(file, 160, "carry", "away");
    if (send < 0 || reader.isExport(send)) return reader.cue("exfiltration", 0.3, i, file);
    return reader.cue("exfiltration", carry >= 0 ? 1 : 0.7, i, file, send, carry);
  },
  secretFile(reader, i) {
    const shell = reader.behind(i, 12, "shell");
    return shell >= 0 ? reader.cue("exfiltration", 0.6, shell, i) : undefined;
  },
  roleMark(reader, i, word) {
    if (word.end - word.start < 6) return undefined;
    const other = reader.other(i, 160, "roleMark");
    return reader.cue("role-forgery", other >= 0 ? 0.7 : 0.5, i, other);
  },
  roleLine(reader, i, word) {
    if (!reader.beginsLine(word)) return undefined;
    return reader.cue("role-forgery", reader.isCapitals(word) ? 0.45 : 0.15, i);
  },
  toModel: (reader, i) => reader.cue("role-forgery", 0.4, i),
  persona: (reader, i) => (reader.isTold(i) ? undefined : reader.cue("persona", 0.4, i)),
  must(reader, i) {
    const obey = reader.ahead(i, 20, "obey");
    if (obey >= 0 && !/^sh/i.test(reader.textOf(i))) {
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
    if (reader.isTold(i)) return undefined;
    if (away >= 0) return reader.cue("coercion", 0.3, i, tool, away);
    const word = reader.at(i);
    return word && TOOL_NAME.test(reader.after(word, 40)) ? reader.cue("coercion", 0.26, i) : undefined;
  },
  shell: (reader, i) => (reader.encoded ? reader.cue("shell", 0.6, i) : undefined),
  press: (reader, i, word) => reader.cue("pressure", word.end - word.start <= 10 ? 0.15 : 0.25, i),
  remember: (reader, i) => reader.cue("memory", 0.3, i),
  done: (reader, i) => reader.cue("false-completion", 0.35, i),
  takeover: (reader, i) => (either(reader, i, 50, "tool") >= 0 ? reader.cue("takeover", 0.6, i) : undefined),
};

/** Words that say `not` after what they deny. */
const LAST_NOT = /^(?:nichts|nicht|kein|keine|keinem|ないで|ないこと|せず|しないで|마세요|하지 마|지 마)$/i;
/** `To the assistant:`, `Dear agent,`. */
const SPOKEN_TO = /(?:to|for|dear|attention|an|note|hey|hello) (?:the |all |any |ai |das |den |die )?$/i;

function isUnspaced(text: string): boolean {
  return /[\u2e80-\u9fff\uac00-\ud7af]/.test(text);
}

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
