import type { Hits } from "./automaton.ts";
import { Automaton } from "./automaton.ts";
import type { Lexicon } from "./lexicon.ts";
import { readLexicon } from "./lexicon.ts";
import { secretAnchors } from "./secretMatchers.ts";

/**
 * What one pass over a text found, for the detectors that share it. `phrase` below `lexicon().phrases.length` is a phrase
 * of the lexicon, above it an anchor of a secret: see `anchorOf`.
 */
export type Survey = Hits;

interface Tables {
  readonly automaton: Automaton;
  readonly lexicon: Lexicon;
}

let built: Tables | undefined;

/** Built when first needed, so that a command without detectors does not pay for it. */
function tables(): Tables {
  if (!built) {
    const lexicon = readLexicon();
    const count = lexicon.phrases.length;
    built = { lexicon, automaton: new Automaton([...lexicon.phrases, ...secretAnchors], (index) => index >= count) };
  }
  return built;
}

export function lexicon(): Lexicon {
  return tables().lexicon;
}

/** Reads a text once. `compact`: its spaces were taken out, so words are not told by their boundaries. */
export function survey(text: string, compact = false): Survey {
  return tables().automaton.find(text, compact);
}

/** Index in `secretAnchors` of a hit's phrase; negative for a phrase of the lexicon. */
export function anchorOf(phrase: number): number {
  return phrase - tables().lexicon.phrases.length;
}
