import { launchesOf } from "../launch.ts";
import { packagesOf } from "../packages.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

function* check({ file }: RuleContext): Iterable<Found> {
  for (const entry of file.entries) {
    for (const ref of launchesOf(file, entry).flatMap(packagesOf)) {
      if (ref.source !== "remote") continue;
      // A module of Go at a version is held by its checksum database.
      if (ref.runner === "go run" && ref.version !== undefined) continue;
      // Without what may follow a user name, and without a query: both can hold a credential.
      const shown = (ref.name.split("?")[0] ?? "").replace(/\/\/[^/@]*@/, "//");
      yield {
        entry,
        span: ref.span,
        severity: ref.version === undefined ? "high" : "low",
        message: `The server ${JSON.stringify(entry.name)} takes its code from ${shown.slice(0, 150)}${ref.version === undefined ? ", whatever is there at the moment" : ""}`,
      };
    }
  }
}

export const remoteCodeSource: AuditRule = {
  info: {
    id: "remote-code-source",
    title: "Code taken from a repository or address",
    summary:
      "Reports a server whose code comes from a git repository, an archive or a web address at each start: `git+https:`, `github:owner/name`, `npx owner/name`, `deno run https:`, `go run …@latest`. One that is held to a commit weighs little.",
    why: "No registry has looked at it, and a branch can hold something else tomorrow.",
    remedy: "Name the commit: `git+https://…@<40 hex digits>`; or use a published package in an exact version.",
    severity: "high",
    persona: "regular",
    needsOwnConsent: true,
    references: ["MCP04:2025", "ASI04", "CWE-829", "CWE-494"],
  },
  example: {
    before: `"args": ["--from", "git+https://github.com/oraios/serena", "serena"]`,
    after: `"args": ["--from", "git+https://github.com/oraios/serena@<40 hex digits>", "serena"]`,
  },
  check,
};
