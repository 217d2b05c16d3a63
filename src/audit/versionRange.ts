/** How versions are written and ordered: Semantic Versioning 2.0.0, or PEP 440 of Python. */
export type Scheme = "semver" | "pep440";

/** A version taken apart: release numbers, and what comes before or after the release. */
interface Version {
  readonly epoch: number;
  readonly release: readonly number[];
  /** Below 0 for a pre-release, 0 for the release, 1 for a post-release. */
  readonly stage: number;
  readonly rest: string;
}

/** PEP 440: `1.0.dev1` < `1.0a1` < `1.0b1` < `1.0rc1` < `1.0` < `1.0.post1`. */
function pythonStage(rest: string): number {
  if (rest === "") return 0;
  if (/^(?:post|rev|r\d)/.test(rest)) return 1;
  if (rest.startsWith("dev")) return -4;
  if (rest.startsWith("a")) return -3;
  return rest.startsWith("b") ? -2 : -1;
}

function parse(text: string, scheme: Scheme): Version {
  const [plain = ""] = text.trim().slice(0, 200).split("+");
  const epoch = scheme === "pep440" ? /^v?(\d{1,9})!/.exec(plain) : null;
  const own = epoch ? plain.slice(epoch[0].length) : plain;
  const release = /^v?(\d{1,20}(?:\.\d{1,20}){0,9})/.exec(own);
  const rest = own
    .slice(release?.[0].length ?? 0)
    .replace(/^[-._]/, "")
    .toLowerCase();
  const stage = scheme === "pep440" ? pythonStage(rest) : rest === "" ? 0 : -1;
  return { epoch: Number(epoch?.[1] ?? 0), release: (release?.[1] ?? "0").split(".").map(Number), stage, rest };
}

/** Order of two versions: negative, zero, positive. */
export function compareVersions(a: string, b: string, scheme: Scheme = "semver"): number {
  const [x, y] = [parse(a, scheme), parse(b, scheme)];
  if (x.epoch !== y.epoch) return x.epoch - y.epoch;
  for (let i = 0; i < Math.max(x.release.length, y.release.length); i++) {
    const difference = (x.release[i] ?? 0) - (y.release[i] ?? 0);
    if (difference !== 0) return difference;
  }
  if (x.stage !== y.stage) return x.stage - y.stage;
  // A collator is slow to make, and seldom needed.
  return x.rest === y.rest ? 0 : x.rest.localeCompare(y.rest, "en", { numeric: true });
}

function satisfies(version: string, comparator: string, scheme: Scheme): boolean {
  const match = /^([<>]?=?)(.+)$/.exec(comparator);
  const order = compareVersions(version, match?.[2] ?? "0", scheme);
  switch (match?.[1]) {
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    case undefined:
    default:
      return order === 0;
  }
}

/** True for a version inside a range as advisories write it: comparators, `||` between alternatives, `*` for all. */
export function inRange(version: string, range: string, scheme: Scheme = "semver"): boolean {
  return range.split("||").some((alternative) => {
    const comparators = alternative.trim().split(/\s+/);
    return comparators.every((comparator) => comparator === "*" || satisfies(version, comparator, scheme));
  });
}

/** True for a range without an upper end: what is published last lies in it. */
export function isOpenRange(range: string): boolean {
  return range.split("||").some((alternative) => !/(?:^|\s)(?:<|=)/.test(alternative.trim()));
}

/** The version at which a range ends, where it ends with one that is outside of it. */
export function endOf(range: string): string | undefined {
  return /^(?:[^|]*\s)?<(?!=)(\S+)$/.exec(range.trim())?.[1];
}
