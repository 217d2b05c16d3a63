import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { type AuditOptions, type AuditResult, auditConfigs } from "../../../src/audit/run.ts";
import type { Environment } from "../../../src/core/environment.ts";
import type { Machine } from "../../../src/core/machine.ts";
import type { Finding } from "../../../src/core/finding.ts";
import { LineIndex } from "../../../src/core/text.ts";
import { withSecrets } from "./fakeSecrets.ts";
import { memoryFiles } from "./memoryFiles.ts";

export const FIXTURES = path.join(import.meta.dirname, "fixtures");
/** Where a fixture's `input` and `home` stand when it is audited. */
export const ROOT = path.resolve("/work space/project");
export const HOME = path.resolve("/home/mina");

export const environment: Environment = { os: "linux", home: HOME, cwd: ROOT, variable: () => undefined };

/** One fixture: `<rule>/ok.<case>` or `<rule>/ng.<case>`, with `input/` (the workspace) and, where needed, `home/`. */
export interface Fixture {
  readonly rule: string;
  readonly name: string;
  readonly good: boolean;
  readonly folder: string;
  /** By absolute path as audited. */
  readonly texts: Map<string, string>;
  /** What `machine.json` says: paths that git tracks and that others may change, below `input` and `home`. */
  readonly machine: Machine;
}

function textsBelow(folder: string, at: string): [string, string][] {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      // git keeps no folder of its own name.
      const inside = path.relative(folder, file).replace(/^dot-git(?=[\\/])/, ".git");
      return [path.join(at, inside), withSecrets(readFileSync(file, "utf8"))];
    });
}

function machineOf(folder: string): Machine {
  const file = path.join(folder, "machine.json");
  const said = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, string[]>) : {};
  const absolute = (one: string): string =>
    one.startsWith("~/") ? path.join(HOME, one.slice(2)) : path.resolve(ROOT, one);
  const among = (list: string[] | undefined, paths: readonly string[]): Set<string> => {
    const known = new Set((list ?? []).map(absolute));
    return new Set(paths.filter((one) => known.has(one)));
  };
  return {
    tracked: async (_, files) => among(said["tracked"], files),
    untracked: async (_, files) => among(said["untracked"], files),
    ignored: async (_, files) => among(said["ignored"], files),
    changeableByOthers: async (paths) => among(said["changeable"], paths),
  };
}

export function fixturesOf(rule: string): Fixture[] {
  return readdirSync(path.join(FIXTURES, rule))
    .toSorted()
    .map((name) => {
      const folder = path.join(FIXTURES, rule, name);
      const texts = new Map([
        ...textsBelow(path.join(folder, "input"), ROOT),
        ...textsBelow(path.join(folder, "home"), HOME),
      ]);
      return { rule, name, good: name.startsWith("ok."), folder, texts, machine: machineOf(folder) };
    });
}

export function auditTexts(
  texts: ReadonlyMap<string, string>,
  options: Partial<AuditOptions> = {},
): Promise<AuditResult> {
  const roots = [...texts.keys()].some((file) => file.startsWith(ROOT)) ? [ROOT] : [];
  return auditConfigs({ files: memoryFiles(texts), environment, roots, home: true, ...options });
}

const shown = (file: string): string =>
  (file.startsWith(HOME) ? path.join("~", path.relative(HOME, file)) : path.relative(ROOT, file)).replaceAll("\\", "/");

/** A finding as a golden shows it: one line a place, fixes below. */
export function describeFinding(finding: Finding, texts: ReadonlyMap<string, string>): string {
  const place = (file: string, start: number, end: number): string => {
    const index = new LineIndex(texts.get(file) ?? "");
    const from = index.position(start);
    const to = index.position(end);
    return `${shown(file)}:${from.line + 1}:${from.character + 1}-${to.line + 1}:${to.character + 1}`;
  };
  const { primary, related, fixes, severity, confidence, rule, message } = finding;
  return [
    `${place(primary.file, primary.span.start, primary.span.end)} ${severity} (${confidence}) ${rule.id}: ${message}`,
    ...(primary.message === undefined ? [] : [`  here: ${primary.message}`]),
    ...related.map((one) => `  see ${place(one.file, one.span.start, one.span.end)} ${one.message ?? ""}`),
    ...fixes.map((fix) => `  fix (${fix.safety}): ${fix.title}`),
    ...(finding.ignored ? [`  ignored: ${finding.ignored.reason}`] : []),
  ].join("\n");
}
