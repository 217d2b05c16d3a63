/** A version taken apart: release numbers, and what comes before or after the release. */
interface Version {
  readonly release: readonly number[];
  /** -1 for a pre-release, 0 for the release, 1 for a post-release. */
  readonly stage: -1 | 0 | 1;
  readonly rest: string;
}

function parse(text: string): Version {
  const [plain = ""] = text.trim().slice(0, 200).split("+");
  const release = /^v?(\d{1,20}(?:\.\d{1,20}){0,9})/.exec(plain);
  const rest = plain
    .slice(release?.[0].length ?? 0)
    .replace(/^[-._]/, "")
    .toLowerCase();
  const stage = rest === "" ? 0 : rest.startsWith("post") ? 1 : -1;
  return { release: (release?.[1] ?? "0").split(".").map(Number), stage, rest };
}

/** Order of two versions of npm or PyPI: negative, zero, positive. */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [parse(a), parse(b)];
  for (let i = 0; i < Math.max(x.release.length, y.release.length); i++) {
    const difference = (x.release[i] ?? 0) - (y.release[i] ?? 0);
    if (difference !== 0) return difference;
  }
  if (x.stage !== y.stage) return x.stage - y.stage;
  return x.rest.localeCompare(y.rest, "en", { numeric: true });
}

function satisfies(version: string, comparator: string): boolean {
  const match = /^([<>]?=?)(.+)$/.exec(comparator);
  const order = compareVersions(version, match?.[2] ?? "0");
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
export function inRange(version: string, range: string): boolean {
  return range.split("||").some((alternative) => {
    const comparators = alternative.trim().split(/\s+/);
    return comparators.every((comparator) => comparator === "*" || satisfies(version, comparator));
  });
}

/** True for a range without an upper end: what is published last lies in it. */
export function isOpenRange(range: string): boolean {
  return range.split("||").some((alternative) => !/(?:^|\s)(?:<|=)/.test(alternative.trim()));
}
