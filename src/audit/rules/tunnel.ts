import { addressesOf } from "../addresses.ts";
import { parseUrl } from "../hosts.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

/** Services that give a host name to whoever asks, for as long as the tunnel stands. */
const TUNNELS =
  /(?:^|\.)(?:trycloudflare\.com|ngrok\.(?:io|app|dev)|ngrok-free\.(?:app|dev)|loca\.lt|localtunnel\.me|localhost\.run|lhr\.life|serveo\.net|serveousercontent\.com|pinggy\.(?:io|link|online)|bore\.pub|devtunnels\.ms|tunnelmole\.net|playit\.gg|telebit\.io|zrok\.io)$/;
const CATCHERS =
  /(?:^|\.)(?:webhook\.site|requestbin\.(?:com|net)|pipedream\.net|interact\.sh|oast\.(?:fun|live|me|online|pro|site)|beeceptor\.com|burpcollaborator\.net)$/;
/** Hosting where an unknown party can take a name in a minute. */
const HOSTING =
  /(?:^|\.)(?:workers\.dev|pages\.dev|up\.railway\.app|onrender\.com|vercel\.app|netlify\.app|hf\.space|fly\.dev|herokuapp\.com|replit\.(?:app|dev)|repl\.co|glitch\.me)$/;

function* check({ file }: RuleContext): Iterable<Found> {
  for (const entry of file.entries) {
    for (const field of addressesOf(entry)) {
      const host = parseUrl(field.value)?.hostname;
      if (host === undefined) continue;
      const name = JSON.stringify(entry.name);
      if (TUNNELS.test(host)) {
        yield { entry, span: field.node.span, message: `The server ${name} is behind a tunnel: ${host}` };
      } else if (CATCHERS.test(host)) {
        const message = `The server ${name} is a service that records what is sent to it: ${host}`;
        yield { entry, span: field.node.span, message };
      } else if (HOSTING.test(host)) {
        const message = `The server ${name} is hosted under a name that anybody could have taken: ${host}`;
        yield { entry, span: field.node.span, severity: "info", persona: "pedantic", message };
      }
    }
  }
}

export const tunnel: AuditRule = {
  info: {
    id: "tunnel",
    title: "Tunnel or throw-away host",
    summary:
      "Reports a server behind a tunnel (trycloudflare, ngrok, localhost.run and others) or a service that records requests. Names under a hosting service are shown to those who ask for more.",
    why: "The name belongs to somebody else tomorrow, and nobody knows who runs the machine behind it.",
    remedy: "Use a host of a known owner, with authentication.",
    severity: "high",
    persona: "regular",
    references: ["MCP09:2025", "ASI04", "CWE-346"],
  },
  example: {
    before: `"url": "https://quick-harbor-7.trycloudflare.com/mcp"`,
    after: `"url": "https://mcp.example.com/mcp"`,
  },
  check,
};
