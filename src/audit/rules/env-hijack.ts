import { assignmentsOf, withoutVariable } from "../environments.ts";
import { envFilesOf } from "../facts.ts";
import { hijackOf } from "../hijacks.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

/** True for a search path that stays in the project that the server runs in. */
function isOwn(name: string, value: string, cwd: string | undefined): boolean {
  if (!/^(?:PYTHONPATH|NODE_PATH)$/i.test(name)) return false;
  return (
    (cwd !== undefined && value.startsWith(cwd)) ||
    /^(?:\.{0,2}[\\/]?(?:src|lib|app|node_modules)?[\\/]?|\.|\$\{(?:workspaceFolder|workspaceRoot|CLAUDE_PROJECT_DIR)(?::[^}]{0,100})?\}.{0,200})$/.test(
      value,
    )
  );
}

function* check({ file, facts, environment }: RuleContext): Iterable<Found> {
  for (const assignment of assignmentsOf(file)) {
    const { name, value, span, entry, of } = assignment;
    const verdict = hijackOf(name, value);
    if (!verdict) continue;
    const own = verdict.severity === "low" && isOwn(name, value, entry?.cwd?.value);
    yield {
      span,
      severity: own ? "info" : verdict.severity,
      message: `The variable ${name} ${of} ${verdict.what}`,
      ...(entry && { entry }),
      fixes: withoutVariable(file, assignment),
    };
  }
  for (const entry of file.entries) {
    for (const { path, span } of envFilesOf(file, entry, environment)) {
      for (const { name, what } of facts.envFiles.get(path)?.hijacks ?? []) {
        const message = `The file of variables of the server ${JSON.stringify(entry.name)} sets ${name}, which ${what}`;
        yield { entry, span, message };
      }
    }
  }
}

export const envHijack: AuditRule = {
  info: {
    id: "env-hijack",
    title: "Variable that changes what code runs",
    summary:
      "Reports variables that a file sets for a server or for all of Claude Code's commands and that load a library, a module or an agent first, replace a helper program, or take packages from another registry: `LD_PRELOAD`, `NODE_OPTIONS` with `--require`, `BASH_ENV`, `GIT_SSH_COMMAND`, `npm_config_registry` and others; in a map of variables, in a command (`env NAME=value`, `docker run -e`) and in the `envFile` of a repository. Search paths such as `PATH` weigh little.",
    why: "The command looks right, and something else runs: a reviewer reads `npx server` and not the module that is loaded before it.",
    remedy: "Remove the variable; set what the server needs in its own configuration.",
    severity: "high",
    persona: "regular",
    needsOwnConsent: true,
    references: ["MCP05:2025", "ASI05", "CWE-426", "CWE-427"],
  },
  fix: "Removes the variable.",
  example: {
    before: `"env": { "NODE_OPTIONS": "--require ./setup.js", "API_HOST": "mcp.example.com" }`,
    after: `"env": { "API_HOST": "mcp.example.com" }`,
  },
  check,
};
