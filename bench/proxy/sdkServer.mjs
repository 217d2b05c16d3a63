// The same server on the official SDK: what most servers are, and what throughput is measured against.
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";

const server = new Server({ name: "bench", version: "1" }, { capabilities: { tools: {} } });
const tool = {
  name: "read_size",
  description: "Reads a text of a given size.",
  inputSchema: { type: "object", properties: { bytes: { type: "integer" } } },
  annotations: { readOnlyHint: true },
};
server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [tool] }));
server.setRequestHandler(CallToolRequestSchema, ({ params }) => ({
  content: [
    { type: "text", text: "a word ".repeat(Math.ceil(params.arguments.bytes / 7)).slice(0, params.arguments.bytes) },
  ],
}));
await server.connect(new StdioServerTransport());
