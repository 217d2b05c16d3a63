import { readFile } from "node:fs/promises";
import { type BaselineEntry, baselineEntry, parseBaseline, renderBaseline } from "../audit/baseline.ts";
import { SallyportError } from "../core/errors.ts";
import type { Finding } from "../core/finding.ts";
import { writeWhole } from "./wholeFile.ts";

/** A baseline as the command line names it. */
export interface Baseline {
  /** Absolute path. */
  readonly file: string;
  readonly entries: readonly BaselineEntry[];
}

const MAX_BYTES = 64 * 1024 * 1024;

/** Reads a baseline; one that is to be made may be missing. Throws UNREADABLE, TOO_LARGE or MALFORMED. */
export async function readBaseline(file: string, mayBeMissing: boolean): Promise<Baseline> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && mayBeMissing) return { file, entries: [] };
    const why = code === "ENOENT" ? "does not exist; --update-baseline makes it" : `could not be read: ${code}`;
    throw new SallyportError("UNREADABLE", `the baseline ${file} ${why}`, { cause: error });
  }
  if (bytes.length > MAX_BYTES) throw new SallyportError("TOO_LARGE", `${file} is over ${MAX_BYTES} bytes`);
  return { file, entries: parseBaseline(file, bytes.toString("utf8")) };
}

export interface BaselineUpdate {
  readonly added: number;
  readonly removed: number;
  readonly total: number;
}

/**
 * Writes the baseline anew: what is found now, with the reasons that somebody wrote in, and `kept`, which the run could
 * not know about.
 */
export async function updateBaseline(
  { file, entries }: Baseline,
  findings: readonly Finding[],
  kept: readonly BaselineEntry[],
  name: (file: string) => string,
): Promise<BaselineUpdate> {
  const key = (one: BaselineEntry): string => JSON.stringify([one.file, one.rule, one.fingerprint]);
  const before = new Map(entries.map((entry) => [key(entry), entry]));
  const found = findings.map((one): BaselineEntry => {
    const entry = baselineEntry(one, name);
    const reason = before.get(key(entry))?.reason;
    return reason === undefined ? entry : { ...entry, reason };
  });
  const after = new Map([...kept, ...found].map((entry) => [key(entry), entry]));
  await writeWhole(file, renderBaseline([...after.values()]));
  return {
    added: [...after.keys()].filter((one) => !before.has(one)).length,
    removed: [...before.keys()].filter((one) => !after.has(one)).length,
    total: after.size,
  };
}
