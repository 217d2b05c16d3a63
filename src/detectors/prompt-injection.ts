import type { RuleInfo } from "../core/finding.ts";
import type { Hits } from "./automaton.ts";
import { Frames } from "./frames.ts";
import type { Cue, CueKind } from "./cues.ts";
import { cuesOf, wordsOf } from "./cues.ts";
import type { Detection, Detector, ScanContext } from "./detector.ts";
import type { Meaning } from "./lexicon.ts";
import type { View } from "./normalise.ts";
import { originalSpan, viewsOf } from "./normalise.ts";
import { notInspectedAt } from "./not-inspected.ts";
import { shown } from "./shown.ts";
import { lexicon, survey } from "./survey.ts";

const rule: RuleInfo = {
  id: "prompt-injection",
  title: "Text that instructs the model",
  summary:
    "A passage that speaks to the model in place of the person: sets its instructions aside, forges another speaker, hides something from the user, asks for secrets or for its prompt, forces a tool.",
  why: "A model does not tell data from orders. Whoever writes what an agent reads can make it act with the person's rights.",
  remedy: "Do not let the agent act on this passage. Look at who could write it, and answer what it asks for yourself.",
  severity: "high",
  persona: "regular",
  references: ["MCP06:2025", "MCP03:2025", "ASI01", "CWE-1427"],
};

/** Scores from which a passage is an alarm, and from which it marks its source. */
const HIGH = 0.95;
const MEDIUM = 0.55;
/** Cues further apart do not add up. */
const CLUSTER_GAP = 240;

/** What each kind does, for people. */
const DOES: Readonly<Record<CueKind, string>> = {
  override: "sets the model's instructions aside",
  "role-forgery": "poses as another speaker",
  concealment: "hides something from the user",
  "prompt-leak": "asks for the model's own prompt",
  exfiltration: "moves secrets out",
  coercion: "forces a tool call",
  obedience: "demands obedience to the text itself",
  persona: "gives the model another role",
  memory: "plants a lasting instruction",
  "false-completion": "pretends the task is over",
  takeover: "takes over another tool",
  shell: "runs a shell line",
  delivery: "sends something to an address",
  pressure: "presses with authority or fear",
};

/** Without one of these meanings a text cannot reach the medium score. */
const TRIGGERS: readonly Meaning[] = [
  "setAside",
  "setAsideWhole",
  "concealed",
  "negation",
  "quietly",
  "modelPrompt",
  "secretFile",
  "secretWord",
  "roleMark",
  "roleLine",
  "toModel",
  "persona",
  "obey",
  "takeover",
  "remember",
  "done",
  "shell",
  "over",
  "approved",
  "model",
  "ask",
  "hide",
];

let triggers: Uint8Array | undefined;

export const promptInjection: Detector = {
  rule,
  scan(text, context, hits = survey(text)) {
    const { views, skipped } = viewsOf(text, countOf("rot13", hits) >= 2);
    const found = readPlain(text, hits, context);
    for (const view of views) found.push(...readView(view, context, found));
    for (const { start, end, why } of skipped) found.push(notInspectedAt(start, end, "encoded", why));
    return found;
  },
};

/** A passage: cues near one another, with what they come to. */
interface Passage {
  readonly cues: readonly Cue[];
  readonly score: number;
  readonly start: number;
  readonly end: number;
}

function readPlain(text: string, hits: Hits, context: ScanContext): Detection[] {
  return passages(text, hits, false, false).map((passage) =>
    detection(text, passage, { start: passage.start, end: passage.end }, "", context),
  );
}

function countOf(meaning: Meaning, hits: Hits): number {
  const { meanings } = lexicon();
  return hits.phrase.reduce((sum, phrase) => sum + (meanings[phrase]?.has(meaning) ? 1 : 0), 0);
}

/** What somebody went to the trouble of disguising counts for more. */
const DISGUISE = 0.4;
/** Longer encoded content is a file that a program encoded for transport, and is read like any other text. */
const DISGUISE_MAX = 1000;

function readView(view: View, context: ScanContext, known: readonly Detection[]): Detection[] {
  const found: Detection[] = [];
  const disguised = view.text.length <= DISGUISE_MAX && !/escapes$|^HTML entities$/.test(view.carrier);
  for (const passage of passages(view.text, survey(view.text, view.compact), view.compact, disguised)) {
    const span = originalSpan(view, passage.start, passage.end);
    if (known.some((other) => other.span.start < span.end && span.start < other.span.end)) continue;
    found.push(detection(view.text, passage, span, view.carrier, context));
  }
  return found;
}

function passages(text: string, hits: Hits, compact: boolean, encoded: boolean): Passage[] {
  const { meanings } = lexicon();
  triggers ??= Uint8Array.from(meanings, (means) => (TRIGGERS.some((meaning) => means.has(meaning)) ? 1 : 0));
  if (!hits.phrase.some((phrase) => triggers?.[phrase] === 1)) return [];
  const words = wordsOf(text, hits, meanings, compact);
  const cues = cuesOf(text, words, encoded).toSorted((a, b) => a.start - b.start);
  const found: Passage[] = [];
  if (cues.length === 0) return [];
  const frames = new Frames(text, words);
  let group: Cue[] = [];
  let end = 0;
  const flush = (): void => {
    const passage = weigh(text, frames, group, encoded);
    if (passage && passage.score >= MEDIUM) found.push(passage);
    group = [];
  };
  for (const cue of cues) {
    if (group.length > 0 && cue.start - end > CLUSTER_GAP) flush();
    group.push(cue);
    end = Math.max(end, cue.end);
  }
  if (group.length > 0) flush();
  return found;
}

/** The sum over the kinds, each counted by its strongest cue, as far as the frame leaves it. */
function weigh(text: string, frames: Frames, cues: readonly Cue[], encoded: boolean): Passage | undefined {
  const best = new Map<CueKind, { cue: Cue; weight: number }>();
  for (const cue of cues) {
    const weight = cue.weight * frames.left(cue.start, cue.end);
    const before = best.get(cue.kind);
    if (!before || weight > before.weight) best.set(cue.kind, { cue, weight });
  }
  const kept = [...best.values()].toSorted((a, b) => b.weight - a.weight);
  const score = kept.reduce((sum, { weight }) => sum + weight, 0);
  if (kept.length === 0) return undefined;
  const disguised = score >= 0.3 && (encoded || kept.some(({ cue }) => isDisguised(text.slice(cue.start, cue.end))));
  return {
    cues: kept.map(({ cue }) => cue),
    score: score + (disguised ? DISGUISE : 0),
    start: Math.min(...kept.map(({ cue }) => cue.start)),
    end: Math.max(...kept.map(({ cue }) => cue.end)),
  };
}

/**
 * True when the words are written so that a person or a filter would miss them: letters of two scripts in a word,
 * invisible characters or digits inside words, no spaces at all.
 */
function isDisguised(passage: string): boolean {
  return (
    /[A-Za-z][\u0370-\u058f]|[\u0370-\u058f][A-Za-z]/.test(passage) ||
    /[a-z][\u200b-\u200f\u2060-\u2064\ufeff][a-z]/i.test(passage) ||
    (passage.match(/[a-z][013457]{1,4}[a-z]|\b[013457][a-z]{2}|[a-z]{2}[013457]\b/gi)?.length ?? 0) >= 3 ||
    /^[A-Za-z]{16,}$/.test(passage)
  );
}

function detection(
  text: string,
  { cues, score }: Passage,
  span: { start: number; end: number },
  carrier: string,
  context: ScanContext,
): Detection {
  const what = cues.slice(0, 3).map((cue) => `${DOES[cue.kind]} (${shown(text.slice(cue.start, cue.end))})`);
  const how = carrier === "" ? "The text" : `The text, decoded from ${carrier},`;
  // What the agent itself sends is at most a copy of what it has read.
  const high = score >= HIGH && context.place !== "argument";
  return {
    rule: rule.id,
    variant: cues[0]?.kind ?? "override",
    severity: high ? "high" : "medium",
    confidence: score >= HIGH * 1.5 ? "high" : score >= HIGH ? "medium" : "low",
    span,
    evidence: `${how} ${what.join(", ")}`,
  };
}
