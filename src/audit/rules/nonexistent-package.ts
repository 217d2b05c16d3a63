import { launchesOf } from "../launch.ts";
import { packagesOf } from "../packages.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

/**
 * Names that models and guides make up. Each stands for a server that exists elsewhere: as a package of PyPI, under
 * another name, or as a remote server of the vendor. From the registries and the vendors' own documentation.
 */
const INVENTED: Readonly<Record<string, string>> = {
  "@modelcontextprotocol/server-fetch": "mcp-server-fetch on PyPI (uvx)",
  "@modelcontextprotocol/server-time": "mcp-server-time on PyPI (uvx)",
  "@modelcontextprotocol/server-git": "mcp-server-git on PyPI (uvx)",
  "@modelcontextprotocol/server-sqlite": "mcp-server-sqlite on PyPI (uvx)",
  "@modelcontextprotocol/server-sentry": "Sentry's own server at https://mcp.sentry.dev",
  "@modelcontextprotocol/server-sequentialthinking": "@modelcontextprotocol/server-sequential-thinking",
  "@modelcontextprotocol/server-google-drive": "@modelcontextprotocol/server-gdrive",
  "@modelcontextprotocol/server-gmail": "no server of the protocol's project",
  "@modelcontextprotocol/server-notion": "@notionhq/notion-mcp-server",
  "@modelcontextprotocol/server-playwright": "@playwright/mcp",
  "@modelcontextprotocol/server-docker": "no server of the protocol's project",
  "@github/github-mcp-server": "ghcr.io/github/github-mcp-server, an image",
  "github-mcp-server": "ghcr.io/github/github-mcp-server, an image",
  "mcp-server-fetch": "mcp-server-fetch on PyPI (uvx)",
  "mcp-server-git": "mcp-server-git on PyPI (uvx)",
  "mcp-server-time": "mcp-server-time on PyPI (uvx)",
  "mcp-server-sqlite": "mcp-server-sqlite on PyPI (uvx)",
};
/** Scopes under which nobody publishes servers, though the name says so. */
const INVENTED_SCOPE = /^@anthropic(?:-ai)?\/(?:mcp|server|mcp-server)-/;

function* check({ file }: RuleContext): Iterable<Found> {
  for (const entry of file.entries) {
    for (const ref of launchesOf(file, entry).flatMap(packagesOf)) {
      const name = JSON.stringify(entry.name);
      if (ref.source === "npm") {
        const meant = Object.hasOwn(INVENTED, ref.name) ? INVENTED[ref.name] : undefined;
        if (meant === undefined && !INVENTED_SCOPE.test(ref.name)) continue;
        yield {
          entry,
          span: ref.span,
          confidence: "medium",
          message: `The server ${name} starts ${ref.name}, which its supposed maker does not publish${meant === undefined ? "" : `; what is meant is ${meant}`}`,
        };
      } else if (ref.source === "pypi" && ref.name === "run" && ref.runner === "uvx") {
        const message = `The server ${name} starts the package "run": uvx takes its first word for a package`;
        yield { entry, span: ref.span, message };
      }
    }
  }
}

export const nonexistentPackage: AuditRule = {
  info: {
    id: "nonexistent-package",
    title: "Package that its maker does not publish",
    summary:
      "Reports npm names that models and guides make up for known servers (`@modelcontextprotocol/server-fetch`, `@anthropic-ai/mcp-server-…`), and `uvx run X`, which starts the package named `run`. The list comes with Sallyport; no registry is asked.",
    why: "Whoever registers such a name is executed on every machine whose configuration has it.",
    remedy: "Use the package or address that the maker's own documentation names.",
    severity: "high",
    persona: "regular",
    needsOwnConsent: true,
    references: ["MCP04:2025", "ASI04", "CWE-1357"],
  },
  example: {
    before: `"command": "npx", "args": ["-y", "@modelcontextprotocol/server-fetch@1.0.0"]`,
    after: `"command": "uvx", "args": ["mcp-server-fetch==2025.4.7"]`,
  },
  check,
};
