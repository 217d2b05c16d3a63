import { at, type Client, foldersOf } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile } from "./kinds.ts";
import { amazonqAgent } from "./permissions/amazonq.ts";

export const AMAZONQ_MCP: FileKind = serverFile({
  id: "amazonq-mcp",
  client: "amazonq",
  title: "Amazon Q's servers",
  // Known of its agents' files, and assumed here.
  variables: "env-colon",
  maps: [["mcpServers"]],
  wrong: ["servers"],
});

/** An agent: servers, and which of their tools run without asking. */
export const AMAZONQ_AGENT: FileKind = serverFile({
  id: "amazonq-agent",
  agent: amazonqAgent,
  client: "amazonq",
  title: "an agent of Amazon Q",
  variables: "env-colon",
  holds: ["servers", "settings", "hooks"],
  maps: [["mcpServers"]],
});

const AGENTS = ["default.json", "agents/*.json", "cli-agents/*.json"];

export const AMAZONQ: Client = {
  id: "amazonq",
  title: "Amazon Q Developer",
  workspace: [
    { path: ".amazonq/mcp.json", kind: AMAZONQ_MCP },
    ...AGENTS.map((one) => ({ path: `.amazonq/${one}`, kind: AMAZONQ_AGENT })),
  ],
  user: (environment) => {
    const { home } = foldersOf(environment);
    return [
      ...at("user", AMAZONQ_MCP, home(".aws/amazonq/mcp.json")),
      ...at("user", AMAZONQ_AGENT, ...AGENTS.map((one) => home(".aws/amazonq", one))),
    ];
  },
};
