import type { Detection } from "./detector.ts";

export interface Redacted {
  readonly text: string;
  /** What was replaced, in order, with spans in the text as it was given. */
  readonly replaced: readonly { readonly start: number; readonly end: number; readonly placeholder: string }[];
}

/**
 * Replaces every detected secret by a placeholder that is the same for the same value, so that whoever reads can still
 * tell two of them apart. `digest` must be keyed (an HMAC): a plain hash of a short password can be guessed.
 * Overlapping detections become one. Other rules' detections are left alone.
 */
export function redact(text: string, detections: readonly Detection[], digest: (value: string) => string): Redacted {
  const secrets = detections.filter(({ rule, severity }) => rule === "secret" && severity !== "info");
  const replaced: { start: number; end: number; placeholder: string }[] = [];
  let result = "";
  let at = 0;
  for (const { span, variant } of secrets.toSorted((a, b) => a.span.start - b.span.start || b.span.end - a.span.end)) {
    if (span.start < at) {
      // Overlaps the one before: what sticks out goes too, without a placeholder of its own.
      at = Math.max(at, span.end);
      continue;
    }
    const placeholder = placeholderOf(variant, digest(text.slice(span.start, span.end)));
    result += text.slice(at, span.start) + placeholder;
    replaced.push({ start: span.start, end: span.end, placeholder });
    at = span.end;
  }
  return { text: result + text.slice(at), replaced };
}

/** `[secret:github-token:3f9a1c07]`: says what it was and, by the digest's beginning, which. `hmac:` is no part of that. */
function placeholderOf(variant: string, digest: string): string {
  const digits = digest.slice(digest.indexOf(":") + 1);
  return `[secret:${variant}:${digits.slice(0, 8)}]`;
}
