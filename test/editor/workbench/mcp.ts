// VS Code's own MCP client.
import type { Workbench } from "./workbench.ts";
import { until } from "./until.ts";

/**
 * Files that leave a copy of the demo with these of its servers only, as the demo has them. Without its settings, whose
 * approval of all tools opens a question of VS Code's own at the first call; without .mcp.json, which VS Code reads too.
 */
export function demoServers(...names: ("notes" | "web" | "outbox")[]): Record<string, string | undefined> {
  const entries = names.map((name) => [
    name,
    { type: "stdio", command: "node", args: [`\${workspaceFolder}/servers/${name}.mjs`] },
  ]);
  return {
    ".mcp.json": undefined,
    ".vscode/settings.json": undefined,
    ".vscode/mcp.json": `${JSON.stringify({ servers: Object.fromEntries(entries) as object }, undefined, 2)}\n`,
  };
}

/** `vscode.lm.tools` names them `mcp_<server>_<tool>`, the server by the title (else the name) that it gives itself. */
export async function toolNames(window: Workbench): Promise<string[]> {
  return await window.run((api) => api.lm.tools.map((tool) => tool.name).filter((name) => name.startsWith("mcp_")));
}

/**
 * Starts every server of the workspace's configuration, as the lens Start above an entry does, and waits for a tool of
 * each expected name. VS Code learns of an entry a moment after its file: it is asked until the tools are there.
 */
export async function startMcpServers(window: Workbench, tools: readonly string[]): Promise<void> {
  let have: string[] = [];
  const missing = () => `the tools ${tools.join(", ")}; there are ${have.join(", ")}`;
  await until(missing, async () => {
    have = await toolNames(window);
    if (tools.every((tool) => have.includes(tool))) return true;
    await window.begin("workbench.mcp.startServer", "*", { autoTrustChanges: true, waitForLiveTools: true });
    await new Promise((resolve) => setTimeout(resolve, 300));
    return false;
  });
}

export interface ToolAnswer {
  /** The result's texts, joined; undefined where the call failed. */
  readonly text?: string;
  /** The error's message. */
  readonly error?: string;
}

/** Calls a tool with `vscode.lm.invokeTool`. It ends when the server has answered, so do not await it before you click. */
export async function invokeTool(window: Workbench, tool: string, input: object): Promise<ToolAnswer> {
  return await window.run(
    async (api, call: { tool: string; input: object }) => {
      try {
        const result = await api.lm.invokeTool(call.tool, { input: call.input, toolInvocationToken: undefined });
        return { text: result.content.map((part) => (part as { value?: string }).value ?? "").join("\n") };
      } catch (error) {
        return { error: error instanceof Error ? error.message : String(error) };
      }
    },
    { tool, input },
  );
}

/** Answers VS Code's own question before a tool that does not say that it only reads. */
export async function confirmTool(window: Workbench, answer: "Yes" | "Cancel" = "Yes"): Promise<void> {
  await window.dialogButton(answer).click();
}
