import { envFilesOf } from "../facts.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

function* check({ file, facts, environment }: RuleContext): Iterable<Found> {
  for (const entry of file.entries) {
    for (const { path, span } of envFilesOf(file, entry, environment)) {
      const { credentials: count, git } = facts.envFiles.get(path) ?? { credentials: 0, git: "apart" };
      if (count === 0 || git === "apart") continue;
      const whose = git === "tracked" ? "that git tracks" : "that git does not ignore";
      yield {
        entry,
        span,
        ...(git === "not-ignored" && { severity: "medium" as const }),
        confidence: "medium",
        message: `The server ${JSON.stringify(entry.name)} reads its variables from a file ${whose}, with ${count === 1 ? "a credential" : `${count} credentials`} in it`,
      };
    }
  }
}

export const envFileTracked: AuditRule = {
  info: {
    id: "env-file-tracked",
    title: "File of secrets in the repository",
    summary:
      "Reports an `envFile` or `--env-file` that holds credentials and that git tracks; one that git does not ignore, so that the next `git add` takes it, weighs less. A file without any (an example, names alone) is none, nor is one that git ignores. In a folder that is not trusted git is not asked.",
    why: "A file of variables moves a secret out of the configuration; committed it is as public as before, in every clone and for ever.",
    remedy:
      "Add the file to `.gitignore`, take it out with `git rm --cached`, and revoke what was in it: the history keeps it.",
    severity: "high",
    persona: "regular",
    references: ["MCP01:2025", "ASI03", "CWE-538", "CWE-312"],
  },
  example: {
    before: `"envFile": "\${workspaceFolder}/.env"   // tracked by git`,
    after: `"envFile": "\${workspaceFolder}/.env"   // in .gitignore`,
  },
  check,
};
