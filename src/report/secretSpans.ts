import { SECRET_RULES } from "../audit/fingerprint.ts";
import { findProviderSecret, looksRandom } from "../audit/secrets.ts";
import type { Finding, Problem } from "../core/finding.ts";
import type { Span } from "../core/text.ts";
import { SpanSet } from "./spanSet.ts";

/** Code units around a place that can come to be shown. */
const REACH = 4000;
const MAX_IN_PLACE = 50;
const WORD = /[A-Za-z0-9+/=_-]{16,}/g;

/** True for a word with a stretch that looks like chance; a model's name and a slug have none. */
function isRandom(word: string): boolean {
  return word.split(/[-_/=+]/).some((part) => looksRandom(part, 12));
}

/** Credentials of known forms in the lines around a place and, with `random`, words that look like chance. */
function around(text: string, place: Span, random: boolean): Span[] {
  const before = text.slice(Math.max(0, place.start - REACH), place.start);
  const from = place.start - (before.length - (before.lastIndexOf("\n") + 1));
  const after = text.slice(place.end, place.end + REACH);
  const lineEnd = after.indexOf("\n");
  const to = Math.min(place.end + (lineEnd < 0 ? after.length : lineEnd), from + 4 * REACH);
  const spans: Span[] = [];
  let at = from;
  while (spans.length < MAX_IN_PLACE) {
    const found = findProviderSecret(text.slice(at, to));
    if (!found) break;
    spans.push({ start: at + found.start, end: at + found.end });
    at += found.end;
  }
  if (!random) return spans;
  for (const { 0: word, index } of text.slice(from, to).matchAll(WORD)) {
    if (isRandom(word)) spans.push({ start: from + index, end: from + index + word.length });
  }
  return spans;
}

/**
 * Where secrets stand in what may be shown, by file. In a configuration the rules have looked at every value, so theirs
 * are the places, beside credentials of known forms; in source code, and in a file that could not be parsed, whatever
 * looks like chance is one too. Takes all findings, those that are not shown included.
 */
export function secretSpans(
  findings: readonly Finding[],
  problems: readonly Problem[],
  texts: ReadonlyMap<string, string>,
): Map<string, SpanSet> {
  const spans = new Map<string, Span[]>();
  const add = (file: string, found: readonly Span[]): void => {
    const list = spans.get(file);
    if (list) list.push(...found);
    else spans.set(file, [...found]);
  };
  const broken = new Set(problems.map((problem) => problem.file));
  for (const { rule, primary } of findings) {
    const { file, span } = primary;
    if (SECRET_RULES.has(rule.id)) add(file, [span]);
    const code = !/\.jsonc?$/i.test(file) || broken.has(file);
    add(file, around(texts.get(file) ?? "", span, code));
  }
  for (const { file, span } of problems) if (span) add(file, around(texts.get(file) ?? "", span, true));
  return new Map(Array.from(spans, ([file, found]) => [file, new SpanSet(found)]));
}
