import { property } from "../../documents/data.ts";
import { addressesOf } from "../addresses.ts";
import { parseUrl } from "../hosts.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

function* check({ file }: RuleContext): Iterable<Found> {
  for (const entry of file.entries) {
    const message = `The server ${JSON.stringify(entry.name)} is reached by the old SSE transport`;
    const transport = property(entry.object, "type") ?? property(entry.object, "transport");
    if (transport?.value.kind === "string" && transport.value.value === "sse") {
      yield { entry, span: transport.span, message };
      continue;
    }
    const field = addressesOf(entry).find((one) => /\/sse\/?$/.test(parseUrl(one.value)?.pathname ?? ""));
    if (field) yield { entry, span: field.node.span, message };
  }
}

export const deprecatedSse: AuditRule = {
  info: {
    id: "deprecated-sse",
    title: "Old SSE transport",
    summary:
      'Reports a server that is reached by the HTTP+SSE transport: `"type": "sse"`, or an address that ends in `/sse`.',
    why: "The protocol replaced it by Streamable HTTP in its revision 2025-03-26; clients and proxies drop it.",
    remedy: 'Use the server\'s Streamable HTTP address, often `/mcp`, with `"type": "http"`.',
    severity: "info",
    persona: "pedantic",
    references: ["MCP07:2025", "CWE-477"],
  },
  example: {
    before: `"type": "sse", "url": "https://mcp.example.com/sse"`,
    after: `"type": "http", "url": "https://mcp.example.com/mcp"`,
  },
  check,
};
