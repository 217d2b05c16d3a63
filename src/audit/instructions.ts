import type { ConfigFile } from "../clients/config.ts";
import type { Confidence, Severity } from "../core/finding.ts";
import type { Span } from "../core/text.ts";
import { markdownParts } from "../documents/markdown.ts";

/** A passage of an instruction file that works against the person who loads it. */
export interface Passage {
  readonly span: Span;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** Completes a sentence about the file: "sets the model's instructions aside ("…")". */
  readonly what: string;
  /** In an HTML comment, which is not shown where the file is rendered. */
  readonly hidden: boolean;
}

/**
 * What any instruction file does by its nature: it gives a role, demands to be followed, asks for tools and for memory.
 * Passages that do nothing else are none, unless they are certain.
 */
const ORDINARY: ReadonlySet<string> = new Set(["obedience", "coercion", "memory", "persona", "pressure", "shell"]);

/** "These rules override your defaults": what such a file is for. To forget or ignore something is another thing. */
const isMild = (passage: string, evidence: string): boolean =>
  /\boverrid/i.test(passage) &&
  !/\b(?:ignor|forget|disregard|bypass|discard)/i.test(passage) &&
  !/hides something|poses as|asks for the model/.test(evidence);

/** An image whose address takes something along: a renderer fetches it without a click (CVE-2025-32711 and others). */
const IMAGE = /!\[[^\]\n]{0,200}\]\((https?:\/\/[^)\n]{1,500})\)/g;
const CARRIES =
  /[?&][\w.-]{1,40}=(?:[^&]{0,60}(?:\{\{?|\$\{|\[|<|%7B|%5B|%3C)|(?:DATA|SECRET|TOKEN|CONTENTS?|OUTPUT|RESULTS?)\b)/i;

const within = (inner: Span, outer: Span): boolean => outer.start <= inner.start && inner.end <= outer.end;

function imagesIn(text: string): Omit<Passage, "hidden">[] {
  return Array.from(text.matchAll(IMAGE)).flatMap((match): Omit<Passage, "hidden">[] => {
    const [whole, url = ""] = match;
    if (!CARRIES.test(url)) return [];
    const span = { start: match.index, end: match.index + whole.length };
    return [{ span, severity: "high", confidence: "medium", what: "has an image whose address carries data out" }];
  });
}

/**
 * The passages of the instruction files among some files that try to steer an agent against its user: the detector that
 * reads tool results reads them too, with what an instruction file may say taken out. Code and quotations of attacks weigh
 * one step less, comments that no renderer shows weigh most. The detector is loaded only where there is such a file.
 */
export async function instructionPassages(
  files: readonly ConfigFile[],
): Promise<ReadonlyMap<string, readonly Passage[]>> {
  const instructions = files.filter((file) => file.kind.instructions);
  if (instructions.length === 0) return new Map();
  const { promptInjection } = await import("../detectors/prompt-injection.ts");
  return new Map(
    instructions.map(({ path, document: { text } }) => {
      const { comments, code } = markdownParts(text);
      const detected = promptInjection
        .scan(text, { place: "instructions" })
        .filter((one) => one.rule === promptInjection.rule.id)
        .filter((one) => one.severity === "high" || !ORDINARY.has(one.variant))
        .filter((one) => one.variant !== "override" || !isMild(text.slice(one.span.start, one.span.end), one.evidence))
        .map(({ span, severity: detected, confidence, variant, evidence }) => {
          const severity: Severity = ORDINARY.has(variant) ? "medium" : detected;
          const what = evidence.replace(/^The text(?:, decoded from ([^,]*),)? /, (_, from?: string) =>
            from === undefined ? "" : `has ${from}-coded text that `,
          );
          return { span, severity, confidence, what };
        });
      const passages = [...detected, ...imagesIn(text)].flatMap((one): Passage[] => {
        if (comments.some((comment) => within(one.span, comment))) {
          return [{ ...one, severity: "high", hidden: true }];
        }
        if (!code.some((span) => within(one.span, span))) return [{ ...one, hidden: false }];
        return one.severity === "high" ? [{ ...one, severity: "medium", confidence: "low", hidden: false }] : [];
      });
      return [path, passages];
    }),
  );
}
