import { type Client, inHome } from "./client.ts";
import type { FileKind } from "./config.ts";
import { serverFile } from "./kinds.ts";

/** The servers behind the one entry `MCP_DOCKER` of another client, by name alone. */
export const DOCKER_REGISTRY: FileKind = serverFile({
  id: "docker-registry",
  client: "docker",
  title: "Docker's MCP registry",
  format: "yaml",
  maps: [["registry"]],
});

export const DOCKER: Client = {
  id: "docker",
  title: "Docker MCP Toolkit",
  workspace: [],
  user: inHome(DOCKER_REGISTRY, ".docker/mcp/registry.yaml"),
};
