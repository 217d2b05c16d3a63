import path from "node:path";
import { SallyportError } from "../core/errors.ts";
import type { Environment } from "../core/environment.ts";
import type { Finding } from "../core/finding.ts";

/** One accepted finding as a baseline names it. */
export interface BaselineEntry {
  /** Relative to the baseline's folder with `/`, else below the home folder as `~/…`, else absolute. */
  readonly file: string;
  readonly rule: string;
  readonly fingerprint: string;
  /** What it was, for the person who reviews the file. Not compared. */
  readonly severity: string;
  readonly message: string;
  /** Why it is accepted, where somebody wrote that in. */
  readonly reason?: string;
}

/** The number of the format; it grows when a reader has to change. */
const VERSION = 1;
const MAX_ENTRIES = 200_000;
const DEFAULT_REASON = "in the baseline";

/** How a baseline names a file, so that it holds for another checkout and on another system. */
export function nameIn(baseline: string, environment: Environment, file: string): string {
  const below = (folder: string): string | undefined => {
    const relative = path.relative(folder, file);
    const outside = relative === "" || relative === ".." || relative.startsWith(`..${path.sep}`);
    return outside || path.isAbsolute(relative) ? undefined : relative.split(path.sep).join("/");
  };
  const here = below(path.dirname(baseline));
  const fromHome = here === undefined ? below(environment.home) : undefined;
  return here ?? (fromHome === undefined ? file : `~/${fromHome}`);
}

/** The absolute path of a file that a baseline names. */
export function fileIn(baseline: string, environment: Environment, name: string): string {
  if (name.startsWith("~/")) return path.join(environment.home, ...name.slice(2).split("/"));
  return path.isAbsolute(name) ? name : path.join(path.dirname(baseline), ...name.split("/"));
}

const keyOf = ({ file, rule, fingerprint }: BaselineEntry): string => JSON.stringify([file, rule, fingerprint]);

function entryOf(value: unknown): BaselineEntry | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { file, rule, fingerprint, severity, message, reason } = value as Readonly<Record<string, unknown>>;
  if (typeof file !== "string" || typeof rule !== "string" || typeof fingerprint !== "string") return undefined;
  if (reason !== undefined && typeof reason !== "string") return undefined;
  const shown = (one: unknown): string => (typeof one === "string" ? one : "");
  const entry = { file, rule, fingerprint, severity: shown(severity), message: shown(message) };
  return reason === undefined ? entry : { ...entry, reason };
}

/** Reads a baseline; throws MALFORMED for anything else: what would be accepted by it cannot be known. */
export function parseBaseline(file: string, text: string): BaselineEntry[] {
  const refuse = (why: string): never => {
    throw new SallyportError("MALFORMED", `${file} is no baseline: ${why}`);
  };
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
  const { version, findings } = (value ?? {}) as { readonly version?: unknown; readonly findings?: unknown };
  if (version !== VERSION) return refuse(`its version is ${JSON.stringify(version)}, and not ${VERSION}`);
  if (!Array.isArray(findings)) return refuse("it has no list of findings");
  if (findings.length > MAX_ENTRIES) return refuse(`it has more than ${MAX_ENTRIES} findings`);
  return findings.map((one, i) => entryOf(one) ?? refuse(`findings[${i}] lacks file, rule or fingerprint`));
}

/** A baseline as it is written: sorted, so that a review shows what came and what went. */
export function renderBaseline(entries: readonly BaselineEntry[]): string {
  const unique = new Map(entries.map((entry) => [keyOf(entry), entry]));
  const findings = [...unique]
    .toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)))
    .map(([, { file, rule, severity, message, fingerprint, reason }]) => ({
      file,
      rule,
      severity,
      message,
      fingerprint,
      ...(reason !== undefined && { reason }),
    }));
  return `${JSON.stringify({ version: VERSION, findings }, undefined, 2)}\n`;
}

export interface BaselineResult {
  /** The same findings; those that the baseline has are marked as ignored. */
  readonly findings: Finding[];
  /** Entries that no finding answers to. */
  readonly unused: BaselineEntry[];
}

/** Marks what a baseline accepts. The findings must have fingerprints. `name`: of a file, as the baseline has it. */
export function applyBaseline(
  findings: readonly Finding[],
  entries: readonly BaselineEntry[],
  name: (file: string) => string,
): BaselineResult {
  const byKey = new Map(entries.map((entry) => [keyOf(entry), entry]));
  const used = new Set<string>();
  const marked = findings.map((found): Finding => {
    const key = keyOf(baselineEntry(found, name));
    const entry = byKey.get(key);
    if (!entry) return found;
    used.add(key);
    if (found.ignored) return found;
    const { pendingIgnore: _, ...open } = found;
    return { ...open, ignored: { by: "baseline", reason: entry.reason ?? DEFAULT_REASON } };
  });
  return { findings: marked, unused: entries.filter((entry) => !used.has(keyOf(entry))) };
}

/** The entry that a finding would have. */
export function baselineEntry(found: Finding, name: (file: string) => string): BaselineEntry {
  const { rule, severity, message, primary, fingerprint = "" } = found;
  return { file: name(primary.file), rule: rule.id, severity, message, fingerprint };
}
