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

/** What took the place of an archived package, "" for nothing; undefined for one that is maintained, or not known. */
export function successorOf(source: "npm" | "pypi", name: string): string | undefined {
  const known = source === "pypi" ? ON_PYPI : SUCCESSORS;
  return Object.hasOwn(known, name) ? known[name] : undefined;
}
