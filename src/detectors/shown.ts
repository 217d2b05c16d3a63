/** Longest passage that evidence quotes, in characters. */
const MAX_SHOWN = 120;

/**
 * A passage of untrusted text for people's eyes: one line, in quotes, bounded, invisible and control characters spelt
 * out, and whatever could be a secret (a long stretch of letters and digits mixed) masked.
 */
export function shown(passage: string): string {
  const safe = passage
    .slice(0, MAX_SHOWN * 8)
    .replace(/[A-Za-z0-9+/_=.-]{16,}/g, (token) => (isOpaque(token) ? `${token.slice(0, 4)}\u2026` : token))
    .replace(/\s+/g, " ")
    // Format, control, surrogate, private and unassigned characters.
    .replace(
      /\p{C}/gu,
      (character) => `<${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}>`,
    )
    .trim();
  const characters = Array.from(safe);
  return characters.length > MAX_SHOWN ? `"${characters.slice(0, MAX_SHOWN).join("")}\u2026"` : `"${safe}"`;
}

function isOpaque(token: string): boolean {
  return /\d/.test(token) && /[A-Za-z]/.test(token) && !/^[a-z]+(?:[-_./][a-z0-9]+)+$/.test(token);
}
