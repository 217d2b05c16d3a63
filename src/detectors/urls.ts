/** A URL in a text, with its parts. Offsets are into the text. */
export interface FoundUrl {
  readonly start: number;
  readonly end: number;
  readonly scheme: string;
  /** What stands before an `@` in the authority; undefined where nothing does. */
  readonly user: string | undefined;
  /** Lower case, without brackets, port and final dot. May hold a placeholder. */
  readonly host: string;
  /** From the first `/`, `?` or `#` on. */
  readonly rest: string;
  readonly restStart: number;
}

/** URLs of one text that are looked at. Beyond it the caller says so. */
export const MAX_URLS = 2000;
const MAX_URL = 4096;

/** What ends a URL in prose, markup and code. A brace, a bracket or a dollar may be a placeholder and ends nothing. */
const STOP = /[\s"'`<>\\^|\u3000-\u303f\uff00-\uffef]/;

/** The URLs of a text, in order. Linear: every unit is looked at once. */
export function urlsOf(text: string): { readonly urls: readonly FoundUrl[]; readonly more: boolean } {
  const urls: FoundUrl[] = [];
  let from = 0;
  for (let at = text.indexOf("://"); at >= 0; at = text.indexOf("://", from)) {
    let start = at;
    while (start > from && at - start < 12 && /[a-z+.-]/i.test(text[start - 1] ?? "")) start--;
    let end = at + 3;
    let depth = 0;
    for (; end < text.length && end - start < MAX_URL; end++) {
      const unit = text[end] ?? "";
      // A placeholder may hold blanks: `<the token>`, `{user email}`.
      if (depth === 0 && (unit === "<" || unit === "{")) {
        const close = closing(text, end);
        if (close > 0) {
          end = close;
          continue;
        }
      }
      if (STOP.test(unit)) break;
      if (unit === "(") depth++;
      if (unit === ")" && --depth < 0) break;
    }
    while (end > at + 3 && /[.,;:!?*_]/.test(text[end - 1] ?? "")) end--;
    from = Math.max(end, at + 3);
    if (start === at || end <= at + 3) continue;
    if (urls.length >= MAX_URLS) return { urls, more: true };
    urls.push(partsOf(text, start, at, end));
  }
  return { urls, more: false };
}

/** Longest placeholder with blanks in it. */
const MAX_PLACEHOLDER = 60;

function closing(text: string, open: number): number {
  const close = text[open] === "<" ? ">" : "}";
  for (let i = open + 1; i < text.length && i < open + MAX_PLACEHOLDER; i++) {
    const unit = text[i] ?? "";
    if (unit === close) return i > open + 1 && /[a-z_$]/i.test(text[open + 1] ?? "") ? i : -1;
    if (/[\n<"'=/]/.test(unit)) return -1;
  }
  return -1;
}

function partsOf(text: string, start: number, colon: number, end: number): FoundUrl {
  const authorityStart = colon + 3;
  const tail = text.slice(authorityStart, end);
  const slash = tail.search(/[/?#]/);
  const authority = slash < 0 ? tail : tail.slice(0, slash);
  const at = authority.lastIndexOf("@");
  const host = authority.slice(at + 1);
  return {
    start,
    end,
    scheme: text.slice(start, colon).toLowerCase(),
    user: at < 0 ? undefined : authority.slice(0, at),
    host: host
      .replace(/^\[([^\]]{0,60})\].*$/, "$1")
      .replace(/:\d{0,5}$/, "")
      .replace(/\.$/, "")
      .toLowerCase(),
    rest: slash < 0 ? "" : tail.slice(slash),
    restStart: slash < 0 ? end : authorityStart + slash,
  };
}
