import { MarkupKind, type Hover } from "vscode-languageserver";
import { reachInWords, reachOf } from "../audit/reach.ts";
import type { ConfigFile, ServerEntry } from "../clients/config.ts";
import { resolvedNames } from "../clients/variables.ts";
import type { Environment } from "../core/environment.ts";
import type { Finding } from "../core/finding.ts";
import type { Range } from "../core/text.ts";
import { rangeOf, type Places } from "./convert.ts";
import { escaped } from "./markdown.ts";
import { overlap } from "./workspace.ts";
import { whatStarts } from "./servers.ts";

export interface HoverContext {
  readonly places: Places;
  readonly at: Range;
  readonly findings: readonly { readonly finding: Finding; readonly range: Range }[];
  /** Whose variables an entry's server would get. */
  readonly environment: Environment;
  /** The URI of a rule's page. */
  readonly page: (rule: string) => string | undefined;
}

/** What a person wants to know of an entry, above its name or what it starts. */
function entryText(config: ConfigFile, entry: ServerEntry, findings: number, environment: Environment): string {
  const [first, ...clauses] = reachInWords(reachOf(config, entry)).map(escaped);
  const state = entry.protected
    ? "Starts through Sallyport, by what this file says."
    : "Not protected: its calls are neither inspected nor recorded.";
  const lines = [
    `**${escaped(entry.name)}** ${entry.command ? "starts" : "connects to"} ${escaped(whatStarts(config, entry))}`,
    [first ?? "", ...clauses.map((one) => `- ${one}`)].join("\n"),
    entry.enabled ? state : `Switched off. ${state}`,
  ];
  const taken = variablesOf(config, entry, environment);
  if (taken.length > 0) lines.push(`Takes from the environment: ${taken.join(", ")}`);
  if (findings > 0) lines.push(findings === 1 ? "1 finding" : `${findings} findings`);
  return lines.join("\n\n");
}

const NAMED = 12;

/** The variables that an entry takes from outside, by name, with whether they are set here; never a value. */
function variablesOf(config: ConfigFile, entry: ServerEntry, environment: Environment): string[] {
  const fields = [...entry.env, ...entry.headers, ...entry.args, ...(entry.url ? [entry.url] : [])];
  const found = new Map<string, boolean>();
  for (const { value } of fields) {
    for (const { source, name, set } of resolvedNames(value, config.kind.variables, environment)) {
      if (source === "environment" && set !== undefined) found.set(name, set);
    }
  }
  return [...found].slice(0, NAMED).map(([name, set]) => `${escaped(name)}${set ? "" : " (not set here)"}`);
}

/** Why a rule minds. What was found and the remedy are in the diagnostic, which editors show beside this. */
function findingText({ rule }: Finding, page: string | undefined): string {
  const link = page === undefined || /[\s()<>]/.test(page) ? "" : ` [About ${escaped(rule.id)}](${page})`;
  return `**${escaped(rule.title)}**\n\n${escaped(rule.why)}${link}`;
}

/** What is at a place of a configuration: an entry's name, command or address; a finding. */
export function hoverOf(config: ConfigFile | undefined, context: HoverContext): Hover | undefined {
  const { places, at, findings, environment, page } = context;
  const parts: string[] = [];
  let range: Range | undefined;
  for (const entry of config?.entries ?? []) {
    const spans = [entry.nameSpan, entry.command?.node.span, entry.url?.node.span].filter((one) => one !== undefined);
    const touched = spans.map((one) => rangeOf(places, config?.path ?? "", one)).find((one) => overlap(one, at));
    if (!touched || !config) continue;
    const inEntry = rangeOf(places, config.path, entry.span);
    range = touched;
    parts.push(entryText(config, entry, findings.filter((one) => overlap(one.range, inEntry)).length, environment));
    break;
  }
  for (const one of findings) {
    if (!overlap(one.range, at)) continue;
    range ??= one.range;
    parts.push(findingText(one.finding, page(one.finding.rule.id)));
  }
  if (range === undefined) return undefined;
  return { range, contents: { kind: MarkupKind.Markdown, value: parts.join("\n\n---\n\n") } };
}
