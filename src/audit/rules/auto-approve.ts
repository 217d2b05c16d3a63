import type { ConfigFile } from "../../clients/config.ts";
import type { Permission } from "../../clients/permissions/model.ts";
import { permissionsOf } from "../../clients/permissions/permissions.ts";
import type { Fix } from "../../core/finding.ts";
import type { DataArray, DataObject } from "../../documents/data.ts";
import { unattendedFlags } from "../agentFlags.ts";
import { judge, type Verdict } from "../approvals.ts";
import { reachOf } from "../reach.ts";
import { removalFixes } from "../removals.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

interface Judged {
  readonly permission: Permission;
  readonly verdict: Verdict;
}

const MAX_NAMED = 8;

function names(judged: readonly Judged[], at = MAX_NAMED): string {
  const all = judged.map(({ permission, verdict }) => (verdict.name ?? permission.written ?? "").slice(0, 60));
  return `${all.slice(0, at).join(", ")}${all.length > at ? " …" : ""}`;
}

function related(file: ConfigFile, judged: readonly Judged[]): Pick<Found, "related"> {
  return {
    related: judged.map(({ permission }) => ({
      file: file.path,
      span: permission.span,
      message: (permission.written ?? permission.title).slice(0, 60),
    })),
  };
}

function fixes(file: ConfigFile, judged: readonly Judged[]): { fixes?: readonly Fix[] } {
  const found = removalFixes(
    file,
    judged.map(({ permission }) => permission.removal),
  );
  return found.length > 0 ? { fixes: found } : {};
}

function messageOf({ permission, verdict }: Judged): string {
  const { entry, grant, setting, written, title } = permission;
  if (entry && grant.kind === "server") {
    return `Every tool of the server ${JSON.stringify(entry.name)} runs without asking`;
  }
  if (written === undefined || grant.kind === "guard" || grant.kind === "trust")
    return `The agent ${title}: ${setting}`;
  return `The standing permission ${JSON.stringify(written.slice(0, 100))} ${verdict.what}: ${setting}`;
}

function single(file: ConfigFile, judged: Judged): Found {
  const { permission, verdict } = judged;
  const { entry, span } = permission;
  const { severity, confidence } = verdict;
  return {
    span,
    severity,
    message: messageOf(judged),
    ...(confidence && { confidence }),
    ...(entry && { entry }),
    ...fixes(file, [judged]),
  };
}

const DANGERS = ["writes", "executes", "gives-credentials"] as const;

/** What the catalogue knows of the server: that it only gives out documentation, or what one of its tools does. */
function known(permission: Permission, file: ConfigFile): Verdict | undefined {
  const { entry, grant, confidence, withoutEffect } = permission;
  if (!entry || withoutEffect !== undefined || (grant.kind !== "server" && grant.kind !== "tool")) return undefined;
  const { server, abilities, weak } = reachOf(file, entry);
  if (!server) return undefined;
  if (grant.kind === "server") {
    const documentation = abilities.every((ability) => weak.includes(ability));
    const what = "covers every tool of a server";
    return documentation ? { severity: "low", what, ...(confidence && { confidence }) } : undefined;
  }
  const dangerous = DANGERS.some((ability) => server.tools?.[ability]?.includes(grant.tool));
  const what = "covers a tool that writes, executes or gives out credentials";
  return dangerous ? { severity: "high", what, name: grant.tool, ...(confidence && { confidence }) } : undefined;
}

/** The dangerous tools in one list of an entry: one finding. */
function* ofEntryList(file: ConfigFile, all: readonly Judged[]): Iterable<Found> {
  const wildcard = all.find(({ permission }) => permission.grant.kind === "server");
  const [first, ...rest] = all;
  if (!first) return;
  const server = JSON.stringify(first.permission.entry?.name);
  yield {
    ...single(file, first),
    message: wildcard
      ? messageOf(wildcard)
      : `Tools of the server ${server} that write, execute or give out credentials run without asking: ${names(all, 5)}`,
    ...related(file, rest),
    ...fixes(file, all),
  };
}

const GROUPS = {
  program: "cover whatever a program is told that runs or sends anything",
  tool: "cover tools that write, execute or give out credentials",
} as const;

/** Those of one list: programs together, tools together, the others one by one. */
function* ofList(file: ConfigFile, all: readonly Judged[]): Iterable<Found> {
  const alone = new Set(all.filter(({ verdict }) => verdict.group === undefined));
  for (const group of ["program", "tool"] as const) {
    const [first, ...rest] = all.filter(({ verdict }) => verdict.group === group);
    if (first && rest.length === 0) alone.add(first);
    if (!first || rest.length === 0) continue;
    yield {
      ...single(file, first),
      message: `${rest.length + 1} standing permissions ${GROUPS[group]}: ${names([first, ...rest])}`,
      ...related(file, rest),
      ...fixes(file, [first, ...rest]),
    };
  }
  for (const one of all) if (alone.has(one)) yield single(file, one);
}

/** What a permission is one of several of: a list, or a map from commands to approvals. */
function listOf({ removal, grant, written }: Permission): DataArray | DataObject | undefined {
  if (removal.kind === "element") return removal.array;
  return removal.kind === "property" && grant.kind === "command" && written !== undefined ? removal.parent : undefined;
}

function* check({ file }: RuleContext): Iterable<Found> {
  const lists = new Map<DataArray | DataObject, Judged[]>();
  for (const permission of permissionsOf(file)) {
    const verdict = known(permission, file) ?? judge(permission, file);
    if (!verdict) continue;
    const list = listOf(permission);
    const judged = { permission, verdict };
    if (!list) yield single(file, judged);
    else if (lists.has(list)) lists.get(list)?.push(judged);
    else lists.set(list, [judged]);
  }
  for (const judged of lists.values()) {
    yield* judged[0]?.permission.entry ? ofEntryList(file, judged) : ofList(file, judged);
  }
  for (const { word, entry } of unattendedFlags(file)) {
    const message = `An agent is started that asks nothing: ${word.text.slice(0, 60)}`;
    yield { span: word.span, severity: "high", message, ...(entry && { entry }) };
  }
}

export const autoApprove: AuditRule = {
  info: {
    id: "auto-approve",
    title: "Agent acts without asking",
    summary:
      "Reports settings, of every client, that let an agent run tools, commands or servers without a question: modes that bypass every permission, whole servers or wildcards that are trusted, tools that write, execute or give out credentials in a list of approvals, standing permissions for a shell, an interpreter or the network, project servers that start by themselves, folders that are trusted as a whole, a sandbox that is off, and agents that a task or a script starts with a flag such as `--dangerously-skip-permissions`. Lists of read-only tools and narrow commands are none; what has no effect where it stands is told by `approval-without-effect`.",
    why: "Whoever gets a sentence into what the agent reads then acts with the person's rights, and nobody is asked.",
    remedy: "Remove the approval, or narrow it to single read-only tools and exact commands.",
    severity: "high",
    persona: "regular",
    needsOwnConsent: true,
    references: [
      "MCP02:2025",
      "MCP09:2025",
      "ASI02",
      "ASI04",
      "ASI05",
      "ASI09",
      "CWE-183",
      "CWE-693",
      "CWE-862",
      "CVE-2025-59536",
    ],
  },
  fix: "Removes the setting or the entry of the list, or sets it to the value that asks.",
  example: {
    before: `"permissions": { "defaultMode": "bypassPermissions", "allow": ["Bash(npx:*)"] }`,
    after: `"permissions": { "allow": ["Bash(npx vitest run:*)"] }`,
  },
  check,
};
