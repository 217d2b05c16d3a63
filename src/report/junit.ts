import type { Finding, Problem } from "../core/finding.ts";
import { plain, plainLine } from "./plain.ts";
import { Places } from "./places.ts";
import { type Report, shownPath } from "./report.ts";

/** What XML 1.0 has no way to say, beside what `plain` spells: the two last code points of each plane. */
const NONCHARACTERS = /[\p{Noncharacter_Code_Point}]/gu;

function escape(text: string): string {
  return text
    .replace(NONCHARACTERS, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&apos;");
}

/** A parser makes blanks of tabs and line feeds in an attribute, unless they are written so. */
function attribute(text: string): string {
  return escape(text).replaceAll("\t", "&#9;").replaceAll("\n", "&#10;");
}

type Attributes = Readonly<Record<string, string | number | undefined>>;

function tag(name: string, attributes: Attributes): string {
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
  return `${name}${given.map(([key, value]) => ` ${key}="${attribute(String(value))}"`).join("")}`;
}

interface Case {
  readonly file: string;
  readonly sort: "failure" | "error" | "skipped";
  readonly lines: readonly string[];
}

/**
 * The report as JUnit XML: a suite for each file, a failed case for each finding, a skipped one for each that is ignored,
 * an error for what could not be read. Without any there is one case that passed, since readers take an empty report for a
 * broken one.
 */
export function renderJunit(report: Report): string {
  const places = new Places(report);
  const cases: Case[] = [];
  const testcase = (file: string, line: number | undefined, name: string, sort: Case["sort"], body: string): void => {
    const shown = plainLine(shownPath(report, file));
    const where = line === undefined ? shown : `${shown}:${line}`;
    const head = tag("testcase", {
      name: `${plainLine(name)} (${where})`,
      classname: shown,
      file: shown,
      line,
      time: 0,
    });
    cases.push({ file, sort, lines: [`    <${head}>`, `      ${body}`, "    </testcase>"] });
  };
  const finding = (found: Finding): void => {
    const { primary, rule, severity, ignored, remedy } = { ...found, remedy: found.rule.remedy };
    const line = places.region(primary.file, primary.span)?.startLine;
    const message = plain(found.message);
    if (ignored) {
      testcase(primary.file, line, rule.id, "skipped", `<${tag("skipped", { message: plain(ignored.reason) })}/>`);
      return;
    }
    const text = `${severity}, ${found.confidence} confidence\n${message}\n${plain(remedy)}\n${rule.references.join(", ")}`;
    const head = tag("failure", { message, type: `${rule.id} (${severity})` });
    testcase(primary.file, line, rule.id, "failure", `<${head}>${escape(text)}</failure>`);
  };
  const problem = ({ code, file, message, span }: Problem): void => {
    const line = span && places.region(file, span)?.startLine;
    testcase(file, line, code.toLowerCase(), "error", `<${tag("error", { message: plain(message), type: code })}/>`);
  };
  for (const found of [...report.findings, ...report.ignored]) finding(found);
  for (const one of report.problems) problem(one);

  // The common schema has no `skipped` at the top.
  const counts = (of: readonly Case[], suite = true): Attributes => ({
    tests: Math.max(1, of.length),
    failures: of.filter(({ sort }) => sort === "failure").length,
    errors: of.filter(({ sort }) => sort === "error").length,
    ...(suite && { skipped: of.filter(({ sort }) => sort === "skipped").length }),
    time: 0,
  });
  const byFile = new Map<string, Case[]>();
  for (const one of cases) {
    const list = byFile.get(one.file);
    if (list) list.push(one);
    else byFile.set(one.file, [one]);
  }
  const clean = `    <${tag("testcase", { name: `no findings in ${report.filesRead} files`, classname: "sallyport audit", time: 0 })}/>`;
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<${tag("testsuites", { name: "sallyport audit", ...counts(cases, false) })}>`,
    ...Array.from(byFile, ([file, of]) => [
      `  <${tag("testsuite", { name: plainLine(shownPath(report, file)), ...counts(of) })}>`,
      ...of.flatMap((one) => one.lines),
      "  </testsuite>",
    ]).flat(),
    ...(cases.length > 0
      ? []
      : [`  <${tag("testsuite", { name: "sallyport audit", ...counts(cases) })}>`, clean, "  </testsuite>"]),
    "</testsuites>",
  ];
  return `${lines.join("\n")}\n`;
}
