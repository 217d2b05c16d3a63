import { type CallSite, VERDICTS, type Verdict } from "../callsites/callSite.ts";
import { plainLine } from "./plain.ts";

/** Calls without a record that are listed; a comment on a pull request is read by people. */
const MAX_LISTED = 50;

/** Text that Markdown shows as it is: nothing in it is markup, a link, a mention or the end of a table's cell. */
function text(value: string): string {
  return plainLine(value).replace(/[\\`*_{}[\]<>()#+!|~@&]/g, String.raw`\$&`);
}

/** Text as code. A grave accent in it would end it. */
function code(value: string): string {
  return `\`${plainLine(value)
    .replaceAll("`", "'")
    .replaceAll("|", String.raw`\|`)}\``;
}

/** `1 of 3 model calls leaves a record`, a table by provider, and what has none: for a README or a pull request. */
export function renderCallSitesMarkdown(sites: readonly CallSite[], shown: (file: string) => string): string {
  if (sites.length === 0) return "No call of a language model was found.\n";
  const of = (verdict: Verdict, among: readonly CallSite[] = sites): number =>
    among.filter((site) => site.verdict === verdict).length;
  const recorded = of("logged") + of("instrumented");
  const lines = [
    `**${recorded} of ${sites.length} model ${sites.length === 1 ? "call" : "calls"} ${recorded === 1 || sites.length === 1 ? "leaves" : "leave"} a record.**`,
    "",
    `| provider | calls | ${VERDICTS.join(" | ")} | models |`,
    `|---|---:|${VERDICTS.map(() => "---:").join("|")}|---|`,
  ];
  const providers = [...new Set(sites.map((site) => site.provider))].toSorted();
  for (const provider of providers) {
    const own = sites.filter((site) => site.provider === provider);
    const models = [...new Set(own.flatMap(({ model }) => (model === undefined ? [] : [model])))].toSorted();
    const counts = VERDICTS.map((verdict) => of(verdict, own) || "");
    lines.push(`| ${text(provider)} | ${own.length} | ${counts.join(" | ")} | ${models.map(code).join(", ")} |`);
  }
  const open = sites.filter((site) => site.verdict !== "logged" && site.verdict !== "instrumented");
  if (open.length > 0) {
    lines.push("", "| without a full record | call | verdict | why |", "|---|---|---|---|");
    for (const site of open.slice(0, MAX_LISTED)) {
      const place = code(`${shown(site.file)}:${site.line}`);
      lines.push(`| ${place} | ${code(`${site.provider} ${site.method}`)} | ${site.verdict} | ${text(site.reason)} |`);
    }
    if (open.length > MAX_LISTED) lines.push("", `… and ${open.length - MAX_LISTED} more.`);
  }
  return `${lines.join("\n")}\n`;
}
