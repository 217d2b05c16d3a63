import type { ClientId } from "../clients/config.ts";

const TITLES: Readonly<Partial<Record<ClientId, string>>> = {
  vscode: "VS Code",
  cursor: "Cursor",
  "claude-code": "Claude Code",
  "claude-desktop": "Claude Desktop",
};

/** The program whose files these are; our own, and files that a person named, are of none. */
export function clientTitle(client: ClientId): string {
  return TITLES[client] ?? "Other files";
}
