// A node:test reporter: prints what failed and why, and writes the counts where SALLYPORT_COUNTS says.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { inspect } from "node:util";

function explain(error) {
  const cause = error?.cause ?? error;
  const text = cause?.stack ?? cause?.message ?? cause;
  return (typeof text === "string" ? text : inspect(text))
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n");
}

export default async function* reporter(source) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for await (const { type, data } of source) {
    if (type === "test:stdout" || type === "test:stderr") yield data.message;
    if (type !== "test:pass" && type !== "test:fail") continue;
    if (data.details?.type === "suite" && type === "test:pass") continue;
    // A suite fails with its tests; it counts itself only where none of them did (a hook that throws).
    if (data.details?.type === "suite" && data.details.error?.failureType === "subtestsFailed") continue;
    // A file's own entry is not a test, unless it is all that failed.
    if (type === "test:pass" && data.nesting === 0 && data.file && data.name === data.file) continue;
    if (data.skip !== undefined || data.todo !== undefined) {
      counts.skipped++;
      yield `  skipped: ${data.name}${typeof data.skip === "string" ? `, because ${data.skip}` : ""}\n`;
    } else if (type === "test:pass") {
      counts.passed++;
      if (process.env.SALLYPORT_VERBOSE) yield `  ok ${data.name} (${Math.round(data.details.duration_ms)} ms)\n`;
    } else if (data.details?.error?.failureType !== "subtestsFailed") {
      counts.failed++;
      const where = data.file ? ` (${path.relative(process.cwd(), data.file)}:${data.line ?? 1})` : "";
      yield `  FAILED: ${data.name}${where}\n${explain(data.details?.error)}\n`;
    }
  }
  if (process.env.SALLYPORT_COUNTS) writeFileSync(process.env.SALLYPORT_COUNTS, JSON.stringify(counts));
}
