import { styleText } from "node:util";
import { type CallSite, VERDICTS, type Verdict } from "../callsites/callSite.ts";
import type { CallSitesResult } from "../callsites/run.ts";
import { plain, plainLine, wrap } from "../report/plain.ts";

/** The number of the JSON format; it grows when a consumer has to change. docs/callsites/output.md describes it. */
export const CALL_SITES_JSON_VERSION = 1;

export interface ShowOptions {
  readonly colours: boolean;
  readonly width: number;
  /** A path as the person reads it. */
  readonly shown: (file: string) => string;
}

const COLOUR: Readonly<Record<Verdict, "red" | "yellow" | "green" | "cyan">> = {
  unlogged: "red",
  partly: "yellow",
  unknown: "cyan",
  logged: "green",
  instrumented: "green",
};

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;

function counts(sites: readonly CallSite[]): Record<Verdict, number> {
  const result = { unlogged: 0, partly: 0, unknown: 0, logged: 0, instrumented: 0 };
  for (const { verdict } of sites) result[verdict]++;
  return result;
}

function byFile(sites: readonly CallSite[]): Map<string, CallSite[]> {
  const files = new Map<string, CallSite[]>();
  for (const site of sites) {
    const list = files.get(site.file);
    if (list) list.push(site);
    else files.set(site.file, [site]);
  }
  return files;
}

/** Every site by file, with its verdict, the evidence and what a record lacks; then the sums. */
export function renderCallSitesText(result: CallSitesResult, options: ShowOptions): string {
  const paint = (colour: Parameters<typeof styleText>[0], text: string): string =>
    options.colours ? styleText(colour, text, { validateStream: false }) : text;
  const lines: string[] = [];
  const add = (indent: string, text: string): void => {
    for (const line of wrap(plainLine(text), Math.max(20, options.width - indent.length))) lines.push(indent + line);
  };
  const width = Math.max(...VERDICTS.map((verdict) => verdict.length));
  for (const [file, sites] of byFile(result.sites)) {
    lines.push(paint("bold", plainLine(options.shown(file))));
    for (const site of sites) {
      const model = site.model === undefined ? "" : ` · ${site.model}`;
      const head = plainLine(`${site.provider} ${site.method}${model}`);
      const line = String(site.line).padStart(5);
      lines.push(`${line}  ${paint(COLOUR[site.verdict], site.verdict.padEnd(width))}  ${head}`);
      const indent = " ".repeat(7 + width + 2);
      if (site.evidence.length === 0) add(indent, `${site.reason}.`);
      else if (site.verdict === "partly" || site.verdict === "unknown") add(indent, `${site.reason}:`);
      for (const { file: where, line: at, what } of site.evidence.slice(0, 5)) {
        add(indent, `${where === file ? "line" : options.shown(where)} ${at}: ${what}`);
      }
      if (site.evidence.length > 5) add(indent, `and ${site.evidence.length - 5} more`);
      for (const note of site.notes) add(indent, `note: ${note}`);
      if (site.verdict === "unlogged" || site.verdict === "partly") {
        if (site.fields.present.length > 0) add(indent, `missing: ${site.fields.missing.join(", ")}`);
        add(indent, site.fix);
      }
    }
    lines.push("");
  }
  for (const { file, message } of result.problems)
    lines.push(`${plainLine(options.shown(file))}: ${plainLine(message)}`);
  for (const { file, reason } of result.skipped) lines.push(`${plainLine(options.shown(file))}: skipped, ${reason}`);
  if (result.problems.length + result.skipped.length > 0) lines.push("");
  const sums = counts(result.sites);
  const parts = VERDICTS.filter((verdict) => sums[verdict] > 0).map((verdict) => `${sums[verdict]} ${verdict}`);
  const found =
    result.sites.length === 0 ? "No call sites" : `${count(result.sites.length, "call site")}: ${parts.join(", ")}`;
  const parsed = `${count(result.filesSearched, "file")} searched, ${result.filesParsed} parsed`;
  lines.push(
    `${found} (${parsed}${result.problems.length > 0 ? `, ${count(result.problems.length, "problem")}` : ""}).`,
  );
  return `${lines.join("\n")}\n`;
}

/** One JSON document with every site, whatever its verdict. Lines count from 1, spans are UTF-16 offsets. */
export function renderCallSitesJson(result: CallSitesResult, version: string): string {
  const document = {
    version: CALL_SITES_JSON_VERSION,
    tool: { name: "sallyport", version },
    summary: {
      sites: result.sites.length,
      ...counts(result.sites),
      filesSearched: result.filesSearched,
      filesParsed: result.filesParsed,
      problems: result.problems.length,
      skipped: result.skipped.length,
    },
    sites: result.sites.map(({ span, client, evidence, reason, notes, ...site }) => ({
      ...site,
      offset: span.start,
      endOffset: span.end,
      ...(client ? { client: { file: client.file, line: client.line } } : {}),
      reason: plain(reason),
      evidence: evidence.map(({ file, line, what, span: at }) => ({
        file,
        line,
        offset: at.start,
        endOffset: at.end,
        what: plain(what),
      })),
      notes,
    })),
    problems: result.problems.map(({ code, file, message }) => ({ code, file, message: plain(message) })),
    skipped: result.skipped,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
