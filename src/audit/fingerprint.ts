import { createHash } from "node:crypto";
import type { ConfigFile, ServerEntry } from "../clients/config.ts";
import type { Finding } from "../core/finding.ts";
import type { Span } from "../core/text.ts";
import type { DataValue } from "../documents/data.ts";
import { findProviderSecret } from "./secrets.ts";

/** Rules whose primary location is the secret itself. */
export const SECRET_RULES: ReadonlySet<string> = new Set(["secret", "url-credentials"]);

interface Step {
  readonly span: Span;
  readonly key: string;
  readonly above: Step | undefined;
}

/** Every property of a document, in the order of the text. */
function stepsOf(root: DataValue | undefined): Step[] {
  const steps: Step[] = [];
  const pending: { value: DataValue; above: Step | undefined }[] = root ? [{ value: root, above: undefined }] : [];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { value, above } = next;
    if (value.kind === "array") for (const element of value.elements) pending.push({ value: element, above });
    if (value.kind !== "object") continue;
    for (const { span, key, value: inner } of value.properties) {
      const step = { span, key, above };
      steps.push(step);
      pending.push({ value: inner, above: step });
    }
  }
  return steps.toSorted((a, b) => a.span.start - b.span.start);
}

/** The keys that lead to a place. Without positions in lists: an element that is put before it changes nothing. */
function pathTo(steps: readonly Step[], { start, end }: Span): string[] {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle]?.span.start ?? 0) > start) high = middle;
    else low = middle + 1;
  }
  let step = steps[low - 1];
  while (step && !(step.span.start <= start && end <= step.span.end)) step = step.above;
  const keys: string[] = [];
  for (; step; step = step.above) keys.push(step.key);
  return keys.toReversed();
}

const MAX_SECRETS = 100;

/** A stretch of text without blanks, and without the secrets in it: a fingerprint must not let anybody try them. */
function masked(text: string, { start, end }: Span, secrets: readonly Span[]): string {
  let shown = "";
  let at = start;
  for (const secret of secrets) {
    if (secret.end <= at || secret.start >= end) continue;
    shown += `${text.slice(at, Math.max(at, secret.start))}\u0000`;
    at = Math.min(end, secret.end);
  }
  let rest = shown + text.slice(at, end);
  for (let i = 0; i < MAX_SECRETS; i++) {
    const found = findProviderSecret(rest);
    if (!found) break;
    rest = `${rest.slice(0, found.start)}\u0000${rest.slice(found.end)}`;
  }
  return rest.replace(/\s+/g, "");
}

const digest = (parts: readonly unknown[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);

/**
 * Gives the findings of one file their fingerprints: of the rule, the keys that lead to the place, and what stands there.
 * Where the rule needs the person's own consent, of the whole entry: a command that was accepted is not accepted for
 * other arguments. Equal ones are told apart by their order. `entries`: what each finding is about, in their order.
 */
export function withFingerprints(
  file: ConfigFile,
  findings: readonly Finding[],
  entries: readonly (ServerEntry | undefined)[],
): Finding[] {
  if (findings.length === 0) return [];
  const { text, root } = file.document;
  const steps = stepsOf(root);
  const secrets = findings
    .filter(({ rule, primary }) => SECRET_RULES.has(rule.id) && primary.file === file.path)
    .map(({ primary }) => primary.span)
    .toSorted((a, b) => a.start - b.start);
  const known = new Map<string, string>();
  const stretch = (span: Span): string => {
    const key = `${span.start}-${span.end}`;
    const made = known.get(key) ?? masked(text, span, nearby(secrets, span));
    known.set(key, made);
    return made;
  };
  const seen = new Map<string, number>();
  return findings.map((found, i): Finding => {
    const { rule, primary } = found;
    const entry = rule.needsOwnConsent ? entries[i] : undefined;
    const parts = [rule.id, pathTo(steps, primary.span), stretch(primary.span)];
    const hash = digest(entry ? [...parts, stretch(entry.span)] : parts);
    const nth = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, nth);
    return { ...found, fingerprint: `${hash}:${nth}` };
  });
}

/** Those of the places, which are in order, that can overlap with one. */
function nearby(secrets: readonly Span[], { start, end }: Span): readonly Span[] {
  let low = 0;
  let high = secrets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((secrets[middle]?.end ?? 0) > start) high = middle;
    else low = middle + 1;
  }
  let last = low;
  while (last < secrets.length && (secrets[last]?.start ?? Infinity) < end) last++;
  return secrets.slice(low, last);
}
