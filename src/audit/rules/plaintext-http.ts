import { partOfString } from "../../documents/data.ts";
import { addressesOf } from "../addresses.ts";
import { parseUrl, placeOf } from "../hosts.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";
import { textFix } from "../textFix.ts";

const PLAIN: Readonly<Record<string, string>> = { "http:": "https:", "ws:": "wss:" };
function* check({ file }: RuleContext): Iterable<Found> {
  for (const entry of file.entries) {
    for (const field of addressesOf(entry)) {
      const url = parseUrl(field.value);
      const secure = url && PLAIN[url.protocol];
      if (!url || !secure) continue;
      const place = placeOf(url.hostname);
      if (place === "loopback" || place === "container" || place === "placeholder") continue;
      const scheme = field.value.indexOf("//");
      yield {
        entry,
        span: field.node.span,
        severity: place === "private" ? "low" : "high",
        message: `The server ${JSON.stringify(entry.name)} is reached over plain ${url.protocol.slice(0, -1)} at ${url.host}`,
        fixes: textFix(file, `Use ${secure}//`, "unsafe", {
          span: partOfString(file.document.text, field.node, 0, scheme),
          text: secure,
        }),
      };
    }
  }
}

export const plaintextHttp: AuditRule = {
  info: {
    id: "plaintext-http",
    title: "Remote server over plain HTTP",
    summary:
      "Reports a server, or the address that a bridge such as mcp-remote is given, with `http:` or `ws:` and a host that is not this machine. Hosts of a private network weigh less.",
    why: "Whoever is on the way can read the tool results and tokens, and can change what the agent is told.",
    remedy: "Use `https:`. A server that has no certificate can be reached through a tunnel that has one.",
    severity: "high",
    persona: "regular",
    references: ["MCP07:2025", "CWE-319"],
  },
  fix: "Changes the scheme to `https:`; look whether the server answers there.",
  example: {
    before: `"tracker": { "type": "http", "url": "http://tracker.example.com/mcp" }`,
    after: `"tracker": { "type": "http", "url": "https://tracker.example.com/mcp" }`,
  },
  check,
};
