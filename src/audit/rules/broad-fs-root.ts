import { permissionsOf } from "../../clients/permissions/permissions.ts";
import { isBroadFolder } from "../folders.ts";
import { namedFolders } from "../openedFolders.ts";
import { removalFixes } from "../removals.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";
import { textFix } from "../textFix.ts";

function workspaceFix(file: RuleContext["file"], span: Found["span"]): Pick<Found, "fixes"> {
  if (file.kind.variables !== "vscode-input" && file.kind.variables !== "cursor-env") return {};
  return { fixes: textFix(file, "Open the workspace folder only", "unsafe", { span, text: "${workspaceFolder}" }) };
}

function* ofServers({ file, environment }: RuleContext): Iterable<Found> {
  for (const entry of file.entries) {
    for (const { path, span, whole, opened } of namedFolders(file, entry)) {
      if (!opened || !isBroadFolder(path, environment.home)) continue;
      yield {
        entry,
        span: whole,
        message: `The server ${JSON.stringify(entry.name)} opens ${path} to the agent`,
        ...workspaceFix(file, span),
      };
    }
  }
}

/** Folders that a client's settings open beside the workspace, and paths that may be written without asking. */
function* ofSettings({ file, environment }: RuleContext): Iterable<Found> {
  for (const { grant, span, setting, removal, withoutEffect } of permissionsOf(file)) {
    if (withoutEffect !== undefined || (grant.kind !== "folder" && grant.kind !== "write")) continue;
    if (!isBroadFolder(grant.path, environment.home)) continue;
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
      "Reports a file server, a server's option or variable for its roots, or a folder that a client's settings open (`additionalDirectories`, `writable_roots`, `allowedPaths` and their like), with a root that is a drive, a home or the folder of all homes. Variables that stand for a home (`${userHome}`, `${env:HOME}`, `%USERPROFILE%`) are one. Deeper folders, `.`, `${workspaceFolder}` and paths inside a container are none.",
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
