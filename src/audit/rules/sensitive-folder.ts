import { permissionsOf } from "../../clients/permissions/permissions.ts";
import type { Severity } from "../../core/finding.ts";
import { belowHome } from "../folders.ts";
import { namedFolders } from "../openedFolders.ts";
import { removalFixes } from "../removals.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

/** Folders below it whose files sign in somewhere, and what they hold. */
const HOLDS: readonly (readonly [RegExp, string])[] = [
  [/^\.ssh(?:[\\/]|$)/, "SSH keys"],
  [/^\.gnupg(?:[\\/]|$)/, "private keys"],
  [/^\.aws(?:[\\/]|$)/, "the credentials of AWS"],
  [/^\.azure(?:[\\/]|$)/, "the credentials of Azure"],
  [/^\.config[\\/]gcloud(?:[\\/]|$)/, "the credentials of Google Cloud"],
  [/^\.kube(?:[\\/]|$)/, "the credentials of clusters"],
  [/^\.docker(?:[\\/]|$)/, "the credentials of registries"],
  [/^\.(?:netrc|npmrc|pypirc|git-credentials|pgpass)$/, "credentials"],
  [/^\.(?:claude|cursor|codex|gemini|copilot|sallyport)(?:[\\/]|$)/, "an agent's own settings and credentials"],
  [/^\.claude\.json$/, "an agent's own settings and credentials"],
  [
    /^(?:AppData[\\/]Roaming|\.config|Library[\\/]Application Support)[\\/]Claude(?:[\\/]|$)/,
    "an agent's own settings and credentials",
  ],
  [
    /^(?:AppData[\\/]Local|\.config|Library[\\/]Application Support)[\\/](?:Google[\\/]Chrome|google-chrome|BraveSoftware|Microsoft[\\/]Edge|Mozilla|Firefox|Chromium|chromium)(?:[\\/]|$)/,
    "a browser's passwords and cookies",
  ],
  [/^\.mozilla(?:[\\/]|$)/, "a browser's passwords and cookies"],
  [/^\.password-store(?:[\\/]|$)/, "passwords"],
];

function heldIn(path: string, home: string): string | undefined {
  const below = belowHome(path, home);
  return below === undefined ? undefined : HOLDS.find(([pattern]) => pattern.test(below))?.[1];
}

/** `.env` and the keys beside a project's code, as a permission names them. */
const SECRET_FILE = /(?:^|[\\/])(?:\.env(?:\.\*|\*)?|\*\.pem|id_(?:rsa|ed25519)|\*\.key)$/;

/** The folder of git itself: its hooks and settings run commands, and its addresses may hold credentials. */
const GIT_FOLDER = /(?:^|[\\/])\.git(?:[\\/]?$|[\\/](?:hooks|config)(?:[\\/]|$))/;

/** A key that a program is to sign in with is named to it; a folder is opened to the agent. */
const SIGNS_IN = /^-(?:i$|-?identity|-?key|-?cert|-?config|-?kubeconfig|-?credentials?)/;

function* ofServers({ file, environment }: RuleContext): Iterable<Found> {
  for (const entry of file.entries) {
    for (const { path, span, opened, option = "" } of namedFolders(file, entry)) {
      if (SIGNS_IN.test(option)) continue;
      const held = heldIn(path, environment.home) ?? (opened && GIT_FOLDER.test(path) ? "git's own hooks" : undefined);
      if (held === undefined) continue;
      yield {
        entry,
        span,
        confidence: "medium",
        message: `The server ${JSON.stringify(entry.name)} is given ${path.slice(0, 100)}, which holds ${held}`,
      };
    }
  }
}

interface Opened {
  readonly held: string;
  readonly severity: Severity;
}

/** What is in a path that the settings open. */
function openedBy(grant: { readonly kind: string; readonly path: string }, home: string): Opened | undefined {
  const path = grant.path.replace(/^\/(?=\/)/, "").replace(/[\\/]\*{1,2}$/, "");
  const held = heldIn(path, home) ?? (SECRET_FILE.test(path) ? "secrets" : undefined);
  if (held !== undefined) return { held, severity: "high" };
  if (!GIT_FOLDER.test(path)) return undefined;
  return grant.kind === "read"
    ? { held: "git's own settings", severity: "low" }
    : { held: "git's own hooks and settings, which run commands", severity: "high" };
}

function* ofSettings({ file, environment }: RuleContext): Iterable<Found> {
  for (const { grant, span, setting, withoutEffect, removal } of permissionsOf(file)) {
    if (withoutEffect !== undefined) continue;
    if (grant.kind !== "read" && grant.kind !== "write" && grant.kind !== "folder") continue;
    const opened = openedBy(grant, environment.home);
    if (!opened) continue;
    const fixes = removalFixes(file, [removal]);
    yield {
      span,
      severity: opened.severity,
      message: `The settings (${setting}) open ${grant.path.slice(0, 100)} to the agent, which holds ${opened.held}`,
      ...(fixes.length > 0 && { fixes }),
    };
  }
}

function* check(context: RuleContext): Iterable<Found> {
  yield* ofServers(context);
  yield* ofSettings(context);
}

export const sensitiveFolder: AuditRule = {
  info: {
    id: "sensitive-folder",
    title: "Folder of credentials opened to an agent",
    summary:
      "Reports a server's argument or a standing permission that opens a folder of keys, credentials, browser profiles or an agent's own settings: `~/.ssh`, `~/.aws`, `~/.kube`, `~/.claude`, `.env`, or git's own folder with its hooks. What a deny rule of the same file takes back is not opened. A key that a program is named to sign in with is none.",
    why: "The agent reads what it can reach and repeats what it reads: one sentence in a web page is enough to send a key away.",
    remedy: "Take the folder out. Give what the server needs by a variable, as a credential of its own.",
    severity: "high",
    persona: "regular",
    references: ["MCP10:2025", "MCP02:2025", "ASI03", "CWE-552"],
  },
  fix: "Removes the permission from the settings. A server's argument stays for a person to change.",
  example: {
    before: `"args": ["-y", "@modelcontextprotocol/server-filesystem@2025.8.21", "/home/mina/.ssh"]`,
    after: `"args": ["-y", "@modelcontextprotocol/server-filesystem@2025.8.21", "/home/mina/notes"]`,
  },
  check,
};
