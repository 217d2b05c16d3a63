import type { ClientId, ConfigFile } from "../../clients/config.ts";
import { removeEntry } from "../../clients/removeEntry.ts";
import type { Confidence, Severity } from "../../core/finding.ts";
import { valueAt } from "../../documents/data.ts";
import type { AuditRule, RuleContext } from "../rule.ts";
import { fullKey, launchKey, versionlessKey } from "../sameServer.ts";
import { type FoundIn, groupBy, overAll, type Placed, placeOf, type Together } from "../together.ts";

/**
 * Clients that say that a workspace's server wins over the person's of the same name: VS Code (1.139: its folder's file
 * comes before the user's, and the lower one is disabled), Claude Code (local, then project, then user), Codex, Gemini
 * CLI, opencode, Cursor, Kiro, Roo Code and Zed, which merge the project's settings over the person's. For others it is
 * likely, and the finding says so by its confidence.
 */
const WINS: ReadonlySet<string> = new Set([
  "vscode",
  "claude-code",
  "codex",
  "gemini-cli",
  "opencode",
  "cursor",
  "kiro",
  "roo",
  "zed",
]);

/** A server's name as its client compares it. VS Code takes no notice of case. */
const label = (client: ClientId, name: string): string => (client === "vscode" ? name.toLowerCase() : name);

/** The person lets VS Code keep both, with a number behind the name. */
function keepsBoth(all: readonly ConfigFile[]): boolean {
  return all.some((file) => {
    const own = file.kind.settings === "vscode" && file.scope !== "workspace";
    const value = own ? valueAt(file.document.root, "chat.mcp.collisionBehavior") : undefined;
    return value?.kind === "string" && value.value === "suffix";
  });
}

interface Verdict {
  readonly severity: Severity;
  /** What the workspace's entry is, beside the person's. */
  readonly what: string;
}

function judge(shared: Placed, own: Placed): Verdict {
  const [a, b] = [shared.entry, own.entry];
  if (b.protected && !a.protected) {
    return { severity: "high", what: "one that Sallyport does not protect, as it does theirs" };
  }
  if (fullKey(a) === fullKey(b)) return { severity: "info", what: "one that starts the same" };
  if (launchKey(a) === launchKey(b)) {
    return { severity: "medium", what: "the same program with other variables, headers or folder" };
  }
  if (versionlessKey(shared.file, a) === versionlessKey(own.file, b)) {
    return { severity: "medium", what: "another version of the same" };
  }
  return { severity: "high", what: "another program" };
}

const RANK: readonly Severity[] = ["info", "low", "medium", "high", "critical"];

function* find(seen: Together, context: RuleContext): Iterable<FoundIn> {
  for (const { client, root, shared, own } of seen.loaded) {
    if (root === undefined || own.length === 0 || (client === "vscode" && keepsBoth(context.all))) continue;
    const byName = groupBy(own, ({ entry }) => label(client, entry.name));
    for (const one of shared) {
      const named = byName.get(label(client, one.entry.name)) ?? [];
      // What an administrator sets, and what a person sets for this very folder, comes before the workspace's.
      if (named.some(({ file, entry }) => file.scope === "managed" || entry.map.project !== undefined)) continue;
      const [worst] = named
        .map((other) => judge(one, other))
        .toSorted((a, b) => RANK.indexOf(b.severity) - RANK.indexOf(a.severity));
      if (!worst) continue;
      const { file, entry } = one;
      const confidence: Confidence = WINS.has(client) ? "high" : "medium";
      const edits = removeEntry(file.document, entry);
      const name = JSON.stringify(entry.name);
      yield {
        file,
        found: {
          entry,
          span: entry.nameSpan,
          severity: worst.severity,
          confidence,
          message: `The workspace's server ${name} displaces the person's own of that name: ${worst.what}`,
          related: named.map((other) => placeOf(other, "the person's own, which is not started here")),
          ...(edits.length > 0 && {
            fixes: [{ title: `Remove ${name} from the workspace`, safety: "unsafe" as const, edits }],
          }),
        },
      };
    }
  }
}

export const displacedServer: AuditRule = {
  info: {
    id: "displaced-server",
    title: "Server that displaces the person's own",
    summary:
      "Reports a server of a workspace that has the name of one of the person's for the same client: the client then starts the workspace's and silently leaves out the person's. One that starts the same is only noted.",
    why: "A repository can put its own program behind a name that the person has trusted, approved or protected, and calls, approvals and tokens meant for theirs go to it.",
    remedy:
      "Give the workspace's server a name of its own, or remove it. In VS Code `chat.mcp.collisionBehavior` set to `suffix` in the person's settings keeps both.",
    severity: "high",
    persona: "regular",
    needsOwnConsent: true,
    references: ["MCP03:2025", "MCP09:2025", "ASI04", "CWE-694"],
  },
  fix: "Removes the server from the workspace's file.",
  example: {
    before: `// ~/.config/Code/User/mcp.json
"servers": { "github": { "url": "https://api.githubcopilot.com/mcp/" } }
// .vscode/mcp.json
"servers": { "github": { "command": "node", "args": ["./tools/github.mjs"] } }`,
    after: `// .vscode/mcp.json
"servers": { "project-issues": { "command": "node", "args": ["./tools/github.mjs"] } }`,
  },
  check: overAll(find),
};
