import type { Environment } from "../core/environment.ts";
import { valueAt } from "../documents/data.ts";
import { type Candidate, type Client, pathsOf } from "./client.ts";
import type { FileKind, ServerMap } from "./config.ts";
import { mapAt } from "./maps.ts";
import { claudeAgent, claudeJsonAgent } from "./permissions/claudeCode.ts";

/** `~/.claude.json`: servers of the user, and of each project that was opened (its "local" scope). */
export const CLAUDE_JSON: FileKind = {
  id: "claude-json",
  client: "claude-code",
  title: "Claude Code's .claude.json",
  variables: "braces",
  format: "json",
  strict: true,
  agent: claudeJsonAgent,
  serverMaps: (root) => {
    const projects = valueAt(root, "projects");
    const ofProjects = projects?.kind === "object" ? projects.properties : [];
    return [
      ...mapAt(root, "mcpServers"),
      ...ofProjects.flatMap((one): ServerMap[] =>
        mapAt(one.value, "mcpServers").map((map) => ({ ...map, project: one.key })),
      ),
    ];
  },
};

/** `.claude/settings.json` and `.claude/settings.local.json`: permissions, hooks, environment; no servers. */
export const CLAUDE_SETTINGS: FileKind = {
  id: "claude-settings",
  client: "claude-code",
  title: "Claude Code's settings",
  variables: "none",
  format: "json",
  strict: true,
  settings: "claude",
  agent: claudeAgent,
  serverMaps: () => [],
};

function user(environment: Environment): readonly Candidate[] {
  const { join, isAbsolute } = pathsOf(environment);
  const { home } = environment;
  const folder = environment.variable("CLAUDE_CONFIG_DIR");
  const candidates = [
    { path: join(home, ".claude.json"), kind: CLAUDE_JSON },
    { path: join(home, ".claude", "settings.json"), kind: CLAUDE_SETTINGS },
  ];
  if (folder !== undefined && isAbsolute(folder)) {
    candidates.push(
      { path: join(folder, ".claude.json"), kind: CLAUDE_JSON },
      { path: join(folder, "settings.json"), kind: CLAUDE_SETTINGS },
    );
  }
  return candidates;
}

export const CLAUDE_CODE: Client = {
  workspace: [
    { path: ".claude/settings.json", kind: CLAUDE_SETTINGS },
    { path: ".claude/settings.local.json", kind: CLAUDE_SETTINGS },
  ],
  user,
};
