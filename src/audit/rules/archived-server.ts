import { launchesOf } from "../launch.ts";
import { packagesOf } from "../packages.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

/**
 * Packages that nobody maintains any more, and what took their place. The `@modelcontextprotocol` ones were moved to
 * https://github.com/modelcontextprotocol/servers-archived in May 2025; the others by their own READMEs.
 */
const SUCCESSORS: Readonly<Record<string, string>> = {
  "@modelcontextprotocol/server-github": "GitHub's own server at https://api.githubcopilot.com/mcp/",
  "@modelcontextprotocol/server-gitlab": "GitLab's own server at https://gitlab.com/api/v4/mcp",
  "@modelcontextprotocol/server-postgres": "",
  "@modelcontextprotocol/server-puppeteer": "@playwright/mcp",
  "@modelcontextprotocol/server-slack": "Slack's own server at https://mcp.slack.com/mcp",
  "@modelcontextprotocol/server-brave-search": "@brave/brave-search-mcp-server",
  "@modelcontextprotocol/server-google-maps": "",
  "@modelcontextprotocol/server-gdrive": "",
  "@modelcontextprotocol/server-redis": "redis-mcp-server on PyPI",
  "@modelcontextprotocol/server-sentry": "Sentry's own server at https://mcp.sentry.dev",
  "@modelcontextprotocol/server-sqlite": "",
  "@modelcontextprotocol/server-everart": "",
  "@modelcontextprotocol/server-aws-kb-retrieval": "awslabs.bedrock-kb-retrieval-mcp-server on PyPI",
  "mcp-run-python": "",
};

/** The same on PyPI; what npm has under these names is of others. */
const ON_PYPI: Readonly<Record<string, string>> = {
  "mcp-server-sqlite": "",
  "mcp-server-sentry": "Sentry's own server at https://mcp.sentry.dev",
  "mcp-run-python": "",
};

function* check({ file }: RuleContext): Iterable<Found> {
  for (const entry of file.entries) {
    for (const ref of launchesOf(file, entry).flatMap(packagesOf)) {
      if (ref.source !== "npm" && ref.source !== "pypi") continue;
      const known = ref.source === "pypi" ? ON_PYPI : SUCCESSORS;
      const successor = Object.hasOwn(known, ref.name) ? known[ref.name] : undefined;
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
