import type { ConfigFile, ServerEntry } from "../../clients/config.ts";
import type { Confidence, Severity } from "../../core/finding.ts";
import type { Span } from "../../core/text.ts";
import { type DataString, type DataValue, partOfString } from "../../documents/data.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";
import {
  findProviderSecret,
  isCredentialName,
  isPasswordName,
  isPlaceholder,
  looksLikePassword,
  looksRandom,
  nameOf,
} from "../secrets.ts";
import { byVariable } from "../variables.ts";

/** A text that may hold a credential. */
interface Candidate {
  readonly node: DataString;
  /** Offsets of the part of the value in question. */
  readonly from: number;
  readonly to: number;
  /** Its name, where it has one: of the variable, the header, the flag. */
  readonly name?: string;
  /** `the variable "X"`, as the message names the place. */
  readonly place: () => string;
  readonly sort: "variable" | "header" | "argument" | "value";
  readonly entry?: ServerEntry;
}

interface Verdict {
  readonly what: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly from: number;
  readonly to: number;
}

/** The scheme in front of a header's credential. */
const SCHEME = /^(?:Bearer|Token|Basic|ApiKey|Api-Key|Bot|Key)\s+/i;

function judge(candidate: Candidate): Verdict | undefined {
  const { node, from, to, name, sort } = candidate;
  const text = node.value.slice(from, to);
  // Nothing shorter is a credential of any form.
  if (text.length < 8) return undefined;
  // An address is the question of url-credentials.
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return undefined;
  const known = findProviderSecret(text);
  if (known) {
    const place = { from: from + known.start, to: from + known.end };
    if (known.checksum === "fails") {
      const what = `what has the form of ${known.what}, though not its checksum,`;
      return { what, severity: "medium", confidence: "medium", ...place };
    }
    return {
      what: known.what,
      severity: "critical",
      confidence: known.what.includes("JWT") ? "medium" : "high",
      ...place,
    };
  }
  if (name === undefined || !isCredentialName(name)) return undefined;
  const scheme = sort === "header" ? (SCHEME.exec(text)?.[0].length ?? 0) : 0;
  const value = text.slice(scheme);
  if (isPlaceholder(value, name)) return undefined;
  const place = { from: from + scheme, to };
  if (sort === "header" && looksRandom(value, 12)) {
    return { what: "a credential", severity: "critical", confidence: "medium", ...place };
  }
  if (looksRandom(value, sort === "argument" ? 16 : 12)) {
    return { what: "a credential", severity: "high", confidence: "medium", ...place };
  }
  if (isPasswordName(name) && looksLikePassword(value)) {
    return { what: "a password", severity: "high", confidence: "medium", ...place };
  }
  return undefined;
}

function whole(node: DataString): { node: DataString; from: number; to: number } {
  return { node, from: 0, to: node.value.length };
}

/** `--api-key VALUE`, `--api-key=VALUE`, `-e NAME=VALUE`, `--header "Name: VALUE"`, and every other argument unnamed. */
function argumentCandidates(entry: ServerEntry): Candidate[] {
  return entry.args.map((arg, i): Candidate => {
    const place = (): string => `an argument of the server ${JSON.stringify(entry.name)}`;
    const base = { ...whole(arg.node), entry, place, sort: "argument" as const };
    const pair = /^(-{0,2}[A-Za-z][\w.-]{0,80})=/.exec(arg.value);
    if (pair?.[1] !== undefined) return { ...base, from: pair[0].length, name: pair[1] };
    const header = /^([A-Za-z][A-Za-z-]{1,60}):\s*/.exec(arg.value);
    if (header?.[1] !== undefined && !arg.value.startsWith("//", header[0].length)) {
      return { ...base, from: header[0].length, name: header[1], sort: "header" };
    }
    const before = entry.args[i - 1]?.value;
    if (before !== undefined && /^-{1,2}[A-Za-z][\w-]*$/.test(before) && !arg.value.startsWith("-")) {
      return { ...base, name: before === "-t" ? "token" : before };
    }
    return base;
  });
}

function* strings(value: DataValue, name?: string): Iterable<{ node: DataString; name?: string }> {
  if (value.kind === "string") yield { node: value, ...(name !== undefined && { name }) };
  else if (value.kind === "array") for (const element of value.elements) yield* strings(element);
  else if (value.kind === "object") for (const one of value.properties) yield* strings(one.value, one.key);
}

function* candidates(file: ConfigFile): Iterable<Candidate> {
  for (const entry of file.entries) {
    const of = `of the server ${JSON.stringify(entry.name)}`;
    for (const { node, name } of entry.env) {
      yield {
        ...whole(node),
        name,
        entry,
        sort: "variable",
        place: () => `the variable ${JSON.stringify(name)} ${of}`,
      };
    }
    for (const { node, name } of entry.headers) {
      yield { ...whole(node), name, entry, sort: "header", place: () => `the header ${JSON.stringify(name)} ${of}` };
    }
    yield* argumentCandidates(entry);
    for (const { node, name } of strings(entry.object)) {
      yield { ...whole(node), ...(name !== undefined && { name }), entry, sort: "value", place: () => `a field ${of}` };
    }
  }
  // Claude Code keeps the history of every project in this file: what a person once typed is no configuration.
  if (file.kind.id === "claude-json" || !file.document.root) return;
  for (const { node, name } of strings(file.document.root)) {
    const place = (): string => (name === undefined ? "a value" : `the value of ${JSON.stringify(name)}`);
    // In a settings file names like "token" mean many things; only there a known form is asked for.
    const named = name !== undefined && file.kind.settings !== "vscode";
    yield { ...whole(node), ...(named && { name }), sort: "value", place };
  }
}

/** An upper snake case name for the variable that takes the value's place. */
function variableName(candidate: Candidate): string {
  const own = nameOf(candidate.name ?? "");
  if (candidate.sort === "variable" && own !== "") return own;
  const server = nameOf(candidate.entry?.name ?? "");
  const suffix = own === "" || own === "AUTHORIZATION" ? "TOKEN" : own;
  return server === "" || suffix.startsWith(server) ? suffix : `${server}_${suffix}`;
}

function* check({ file }: RuleContext): Iterable<Found> {
  const seen = new Set<DataString>();
  for (const candidate of candidates(file)) {
    if (seen.has(candidate.node)) continue;
    const verdict = judge(candidate);
    if (!verdict) continue;
    seen.add(candidate.node);
    const { node, entry } = candidate;
    const place = candidate.place();
    const span: Span = partOfString(file.document.text, node, verdict.from, verdict.to);
    const name = variableName(candidate);
    const inEntry = entry && candidate.node !== entry.command?.node;
    const fix = inEntry ? byVariable(file, span, name, `${name} for ${entry.name}`) : undefined;
    yield {
      span: node.span,
      severity: verdict.severity,
      confidence: verdict.confidence,
      message: `${place[0]?.toUpperCase() ?? ""}${place.slice(1)} holds ${verdict.what} in clear`,
      ...(entry && { entry }),
      ...(fix && { fixes: [fix] }),
    };
  }
}

export const secret: AuditRule = {
  info: {
    id: "secret",
    title: "Secret in a configuration",
    summary:
      "Reports credentials in clear in a server's environment, headers and arguments, and elsewhere in the file: those whose form a provider has published, and values that look random under a name like `API_KEY`, `--token` or `Authorization`. A token of GitHub or npm whose checksum fails was mistyped or made up, and weighs less. Variables, placeholders and keys that are public by design are none.",
    why: "Configuration files are committed, synchronised, backed up and read by every tool and agent on the machine; arguments are also visible in the process list.",
    remedy: "Replace it by the client's own form of a variable, and revoke the credential that stood in the file.",
    severity: "critical",
    persona: "regular",
    references: ["MCP01:2025", "ASI03", "CWE-798", "CWE-312", "CWE-214"],
  },
  fix: "Puts the client's own form of a variable in its place: for VS Code an input with its entry under `inputs`, for Cursor `${env:NAME}`, for Claude Code `${NAME}`. Claude Desktop has no such form.",
  example: {
    before: `"env": { "SUPABASE_ACCESS_TOKEN": "sbp_<40 hex digits>" }`,
    after: `"env": { "SUPABASE_ACCESS_TOKEN": "\${input:supabase-access-token}" }`,
  },
  check,
};
