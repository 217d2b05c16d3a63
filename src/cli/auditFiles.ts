import { userFiles, WORKSPACE_FILES } from "../clients/clients.ts";
import type { Environment } from "../core/environment.ts";

/** Every client that has a file, in output order. */
export function clientIds(environment: Environment): string[] {
  const kinds = [...WORKSPACE_FILES, ...userFiles(environment)].map((one) => one.kind);
  return [...new Set(kinds.map((kind) => kind.client))].filter((id) => id !== "unknown");
}
