import { successorOf } from "../archived.ts";
import { launchesOf } from "../launch.ts";
import { packagesOf } from "../packages.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

function* check({ file }: RuleContext): Iterable<Found> {
  for (const entry of file.entries) {
    for (const ref of launchesOf(file, entry).flatMap(packagesOf)) {
      if (ref.source !== "npm" && ref.source !== "pypi") continue;
      const successor = successorOf(ref.source, ref.name);
      if (successor === undefined) continue;
      const next = successor === "" ? "" : `; ${successor} took its place`;
      yield {
        entry,
        span: ref.span,
        message: `The server ${JSON.stringify(entry.name)} starts ${ref.name}, which nobody maintains any more${next}`,
      };
    }
  }
}

export const archivedServer: AuditRule = {
  info: {
    id: "archived-server",
    title: "Server that nobody maintains",
    summary:
      "Reports packages whose makers have archived them, among them most of the protocol's first reference servers, and names what took their place.",
    why: "A weakness that is found in it is not mended, and is known to everyone.",
    remedy: "Change to the successor, or keep the version fixed and the server away from what others write.",
    severity: "low",
    persona: "regular",
    references: ["MCP04:2025", "ASI04", "CWE-1104"],
  },
  example: {
    before: `"command": "npx", "args": ["-y", "@modelcontextprotocol/server-puppeteer@2025.5.12"]`,
    after: `"command": "npx", "args": ["-y", "@playwright/mcp@0.0.41"]`,
  },
  check,
};
