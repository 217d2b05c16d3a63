import { lower } from "../../core/finding.ts";
import { inHouseOf, isOwnAddress } from "../inHouse.ts";
import { launchesOf } from "../launch.ts";
import { packagesOf } from "../packages.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

function* check({ file, facts }: RuleContext): Iterable<Found> {
  const inHouse = inHouseOf(facts.inHouse, file);
  for (const entry of file.entries) {
    for (const ref of launchesOf(file, entry).flatMap(packagesOf)) {
      if (ref.source !== "remote") continue;
      // A module of Go at a version is held by its checksum database.
      if (ref.runner === "go run" && ref.version !== undefined) continue;
      // Without what may follow a user name, and without a query: both can hold a credential.
      const shown = (ref.name.split("?")[0] ?? "").replace(/\/\/[^/@]*@/, "//");
      // `npx owner/name` is a repository of GitHub.
      const address = /^[\w.-]+\/[\w.-]+(?:#.*)?$/.test(ref.name) ? `github:${ref.name}` : ref.name;
      const isOwn = isOwnAddress(inHouse, address);
      const severity = ref.version === undefined ? "high" : "low";
      const moves = ref.version === undefined ? ", whatever is there at the moment" : "";
      yield {
        entry,
        span: ref.span,
        severity: isOwn ? lower(severity) : severity,
        message: `The server ${JSON.stringify(entry.name)} takes its ${isOwn ? "in-house " : ""}code from ${shown.slice(0, 150)}${moves}`,
      };
    }
  }
}

export const remoteCodeSource: AuditRule = {
  info: {
    id: "remote-code-source",
    title: "Code taken from a repository or address",
    summary:
      "Reports a server whose code comes from a git repository, an archive or a web address at each start: `git+https:`, `github:owner/name`, `npx owner/name`, `deno run https:`, `go run …@latest`. One that is held to a commit weighs little, and one in-house a step less: a private address, a registry that `.npmrc` names, the host of the repository's own remote (on a public forge: the same owner).",
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
