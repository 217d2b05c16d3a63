import { permissionsOf } from "../../clients/permissions/permissions.ts";
import { isBroadFolder } from "../folders.ts";
import { launchesOf } from "../launch.ts";
import { packagesOf } from "../packages.ts";
import { removalFixes } from "../removals.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";
import { textFix } from "../textFix.ts";
import { programName } from "../words.ts";

/** Servers whose arguments are the folders that they open to the agent. */
const FILE_SERVERS =
  /(?:^|[/@_-])(?:server-filesystem|filesystem|mcp-filesystem|desktop-commander|fast-filesystem|filesystem-mcp|mcp-filesystem-server|rust-mcp-filesystem|mcp-server-filesystem)(?:$|[@_-])/;
const ROOT_FLAG =
  /^--?(?:allowed?-?(?:dirs?|paths?|director(?:y|ies)|roots?)|roots?|base-?(?:dir|path)|workspace|directory|dir)$/i;

function workspaceFix(file: RuleContext["file"], span: Found["span"]): Pick<Found, "fixes"> {
  if (file.kind.variables !== "vscode-input" && file.kind.variables !== "cursor-env") return {};
  return { fixes: textFix(file, "Open the workspace folder only", "unsafe", { span, text: "${workspaceFolder}" }) };
}

function* ofServers({ file }: RuleContext): Iterable<Found> {
  for (const entry of file.entries) {
    for (const launch of launchesOf(file, entry)) {
      const names = [programName(launch.program.text), ...packagesOf(launch).map((ref) => ref.name)];
      const files = names.some((name) => FILE_SERVERS.test(name));
      for (const [i, word] of launch.args.entries()) {
        const before = launch.args[i - 1]?.text ?? "";
        const pair = /^(--?[\w-]+)=(.*)$/.exec(word.text);
        const value = pair?.[2] ?? word.text;
        const flag = pair?.[1] ?? before;
        if (!isBroadFolder(value) || (!files && !ROOT_FLAG.test(flag))) continue;
        const from = word.text.length - value.length;
        const span = word.part(from, word.text.length);
        yield {
          entry,
          span: word.span,
          message: `The server ${JSON.stringify(entry.name)} opens ${value} to the agent`,
          ...workspaceFix(file, span),
        };
      }
    }
  }
}

/** Folders that a client's settings open beside the workspace, and paths that may be written without asking. */
function* ofSettings({ file }: RuleContext): Iterable<Found> {
  for (const { grant, span, setting, removal, withoutEffect } of permissionsOf(file)) {
    if (withoutEffect !== undefined || (grant.kind !== "folder" && grant.kind !== "write")) continue;
    if (!isBroadFolder(grant.path)) continue;
    const fixes = removalFixes(file, [removal]);
    yield {
      span,
      message: `The settings open ${grant.path} to the agent: ${setting.split(".").at(-1)}`,
      ...(fixes.length > 0 && { fixes }),
    };
  }
}

function* check(context: RuleContext): Iterable<Found> {
  yield* ofServers(context);
  yield* ofSettings(context);
}

export const broadFsRoot: AuditRule = {
  info: {
    id: "broad-fs-root",
    title: "File access to a whole drive or home",
    summary:
      "Reports a file server, or a folder that a client's settings open (`additionalDirectories`, `writable_roots`, `allowedPaths` and their like), with a root that is a drive, a home or the folder of all homes. Deeper folders, `.` and `${workspaceFolder}` are none.",
    why: "One sentence in what the agent reads is enough to make it open keys, mail and browser profiles.",
    remedy: "Name the project's folder.",
    severity: "high",
    persona: "regular",
    references: ["MCP02:2025", "MCP10:2025", "ASI02", "CWE-732"],
  },
  fix: "Names the workspace folder, where the client has a variable for it, or removes the folder from the settings.",
  example: {
    before: `"args": ["-y", "@modelcontextprotocol/server-filesystem@2025.8.21", "/"]`,
    after: `"args": ["-y", "@modelcontextprotocol/server-filesystem@2025.8.21", "\${workspaceFolder}"]`,
  },
  check,
};
