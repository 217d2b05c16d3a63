import type { Severity } from "../../core/finding.ts";
import { addressesOf } from "../addresses.ts";
import { parseUrl, placeOf } from "../hosts.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

/** Where clouds tell a machine who it is, and hand out its credentials (CWE-918): AWS, Azure, Google, Alibaba, Oracle. */
const METADATA = new Set(["169.254.169.254", "169.254.170.2", "100.100.100.200", "192.0.0.192", "[fd00:ec2::254]"]);
const DOTTED = /^\d{1,3}(?:\.\d{1,3}){3}$/;

interface Verdict {
  readonly severity: Severity;
  readonly what: string;
}

/** The host as it is written: the URL parser turns `0x7f.1` and `2130706433` into four numbers. */
function writtenHost(text: string): string {
  const authority = /^[a-z][a-z0-9+.-]{0,30}:\/\/([^/?#\\]{0,300})/i.exec(text)?.[1] ?? "";
  return authority.slice(authority.lastIndexOf("@") + 1).replace(/:\d{0,5}$/, "");
}

function judge(text: string): Verdict | undefined {
  const url = parseUrl(text);
  if (!url || !/^(?:https?|wss?):$/.test(url.protocol)) return undefined;
  const host = url.hostname;
  if (METADATA.has(host)) return { severity: "critical", what: `${host}, where a cloud gives out its credentials` };
  const v6 = host.startsWith("[");
  if (!v6 && !DOTTED.test(host)) return undefined;
  const disguised = !v6 && !DOTTED.test(writtenHost(text));
  if (disguised)
    return { severity: "high", what: `${host}, an address that is written so that it does not look like one` };
  return placeOf(host) === "public" ? { severity: "medium", what: `the address ${host}` } : undefined;
}

function* check({ file }: RuleContext): Iterable<Found> {
  for (const entry of file.entries) {
    for (const field of addressesOf(entry)) {
      const verdict = judge(field.value);
      if (!verdict) continue;
      const message = `The server ${JSON.stringify(entry.name)} is reached at ${verdict.what}`;
      yield { entry, span: field.node.span, severity: verdict.severity, message };
    }
  }
}

export const publicIp: AuditRule = {
  info: {
    id: "public-ip",
    title: "Server addressed by its IP",
    summary:
      "Reports a server that is reached at a public IP address in place of a name, at an address in decimal, octal or hexadecimal disguise, or at the address where a cloud gives out its credentials. Addresses of a private network and of this machine are none.",
    why: "No certificate says whose machine it is, and the address belongs to someone else when the machine is given back.",
    remedy: "Use the server's name, with a certificate for it.",
    severity: "medium",
    persona: "regular",
    references: ["MCP09:2025", "ASI04", "CWE-346", "CWE-918"],
  },
  example: {
    before: `"url": "https://203.0.113.7/mcp"`,
    after: `"url": "https://mcp.example.com/mcp"`,
  },
  check,
};
