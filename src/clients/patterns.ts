/** `\` as `/`. */
export const slashed = (file: string): string => file.replaceAll("\\", "/");

/** A segment against one in which each `*` stands for any run of characters. */
export function matchesName(pattern: string, name: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return pattern === name;
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= name.length - last.length;
}

function matchesFrom(pattern: readonly string[], segments: readonly string[], p: number, s: number): boolean {
  for (let i = p, j = s; ; i++, j++) {
    const wanted = pattern[i];
    if (wanted === undefined) return j === segments.length;
    if (wanted === "**") {
      // The last `**` takes what is left to it; patterns of ours have at most two.
      for (let k = j; k < segments.length; k++) if (matchesFrom(pattern, segments, i + 1, k)) return true;
      return false;
    }
    const segment = segments[j];
    if (segment === undefined || !matchesName(wanted, segment)) return false;
  }
}

/** A path against a pattern, both with `/`: `*` stands for part of a segment, `**` for any number of folders. */
export function matchesPath(pattern: string, file: string): boolean {
  if (!pattern.includes("*")) return pattern === file;
  return matchesFrom(pattern.split("/"), file.split("/"), 0, 0);
}

/** True for a path that ends as the pattern says, from the beginning of a segment. */
export function endsLike(pattern: string, file: string): boolean {
  if (!pattern.includes("*")) return file === pattern || file.endsWith(`/${pattern}`);
  return matchesFrom(["**", ...pattern.split("/")], file.split("/"), 0, 0);
}
