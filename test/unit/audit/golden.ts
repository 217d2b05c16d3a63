import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";

/**
 * Compares with the file of what was accepted. On a mismatch the outcome is written beside it as `.actual`;
 * SALLYPORT_ACCEPT=1 accepts it.
 */
export function matchesGolden(file: string, actual: string): void {
  const expected = existsSync(file) ? readFileSync(file, "utf8").replaceAll("\r\n", "\n") : "";
  if (expected === actual && existsSync(file)) return rmSync(`${file}.actual`, { force: true });
  if (process.env["SALLYPORT_ACCEPT"] === "1") return writeFileSync(file, actual);
  writeFileSync(`${file}.actual`, actual);
  assert.equal(actual, expected, `${file} differs; see ${file}.actual`);
}
