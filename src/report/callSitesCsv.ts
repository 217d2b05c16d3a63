import type { CallSite } from "../callsites/callSite.ts";
import { plainLine } from "./plain.ts";

const COLUMNS = [
  "file",
  "line",
  "endLine",
  "language",
  "provider",
  "sdk",
  "method",
  "api",
  "model",
  "streaming",
  "confidence",
  "verdict",
  "reason",
  "evidence",
  "recorded",
  "missing",
] as const;

/**
 * One field as RFC 4180 has it. A spreadsheet takes what begins with `=`, `+`, `-`, `@`, a tab or a carriage return for a
 * formula (CWE-1236): an apostrophe before it keeps it text.
 */
function cell(value: string | number | boolean): string {
  const text = plainLine(String(value));
  const safe = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Every call site as a line of comma-separated values, with a header line; `shown` says how a path is written. */
export function renderCallSitesCsv(sites: readonly CallSite[], shown: (file: string) => string): string {
  const rows = sites.map((site) => {
    const values: Readonly<Record<(typeof COLUMNS)[number], string | number | boolean>> = {
      file: shown(site.file),
      line: site.line,
      endLine: site.endLine,
      language: site.language,
      provider: site.provider,
      sdk: site.sdk,
      method: site.method,
      api: site.api,
      model: site.model ?? "",
      streaming: site.streaming,
      confidence: site.confidence,
      verdict: site.verdict,
      reason: site.reason,
      evidence: site.evidence.map(({ file, line, what }) => `${shown(file)}:${line} ${what}`).join("; "),
      recorded: site.fields.present.join(" "),
      missing: site.fields.missing.join(" "),
    };
    return COLUMNS.map((column) => cell(values[column])).join(",");
  });
  return `${[COLUMNS.join(","), ...rows].join("\r\n")}\r\n`;
}
