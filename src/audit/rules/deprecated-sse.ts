import type { ClientId, ConfigFile, ServerEntry } from "../../clients/config.ts";
import type { Span } from "../../core/text.ts";
import { partOfString } from "../../documents/data.ts";
import type { TextChange } from "../../documents/textEdits.ts";
import { addressesOf } from "../addresses.ts";
import { parseUrl } from "../hosts.ts";
import { type Launch, launchesOf } from "../launch.ts";
import { packagesOf } from "../packages.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";
import { textFix } from "../textFix.ts";
import { programName, type Word } from "../words.ts";

/** What the client calls Streamable HTTP, where it is not "http". */
const HTTP: Partial<Record<ClientId, string>> = {
  cline: "streamableHttp",
  roo: "streamable-http",
  kilo: "streamable-http",
  continue: "streamable-http",
  goose: "streamable_http",
};

/** What bridges call the transports: mcp-remote asks for one first or alone, mcp-proxy for one. */
const OF_BRIDGES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "mcp-remote": { "sse-only": "http-only", "sse-first": "http-first" },
  "mcp-proxy": { sse: "streamablehttp" },
};

/** One place that says SSE, and what it would say for the newer transport. */
interface Sign {
  readonly span: Span;
  readonly change?: TextChange;
}

/** `/sse` at the end of an address; `/mcp` is what most servers call the other one. */
function inAddress({ document }: ConfigFile, field: ReturnType<typeof addressesOf>[number]): Sign | undefined {
  if (!/\/sse\/?$/.test(parseUrl(field.value)?.pathname ?? "")) return undefined;
  const end = /\/sse(?=\/?(?:[?#]|$))/.exec(field.value.slice(0, 4000));
  const part = end && partOfString(document.text, field.node, end.index, end.index + 4);
  return { span: field.node.span, ...(part && { change: { span: part, text: "/mcp" } }) };
}

/** `--transport sse`, also as one word. */
function inArguments(launch: Launch): Sign[] {
  const names = [programName(launch.program.text), ...packagesOf(launch).map((ref) => ref.name)];
  const known = names.map((name) => OF_BRIDGES[name]).find((one) => one !== undefined) ?? {};
  return launch.args.flatMap((word: Word, i): Sign[] => {
    const joined = /^--transport=(.*)$/.exec(word.text)?.[1];
    const value = joined ?? (launch.args[i - 1]?.text === "--transport" ? word.text : "");
    if (!/^sse(?:-only|-first)?$/i.test(value)) return [];
    const span = word.part(word.text.length - value.length, word.text.length);
    const text = Object.hasOwn(known, value) ? known[value] : undefined;
    return [{ span: word.span, ...(text !== undefined && { change: { span, text } }) }];
  });
}

function signsOf(file: ConfigFile, entry: ServerEntry): Sign[] {
  const { transport } = entry;
  const addresses = addressesOf(entry).flatMap((field) => inAddress(file, field) ?? []);
  const said = transport?.value.toLowerCase() === "sse" ? transport.node.span : undefined;
  // Without another address to write, another transport alone would lead nowhere.
  const to = addresses.length > 0 ? (HTTP[file.kind.client] ?? "http") : undefined;
  const own = said ? [{ span: said, ...(to !== undefined && { change: { span: said, text: to } }) }] : [];
  return [...own, ...addresses, ...launchesOf(file, entry).flatMap(inArguments)];
}

function* check({ file }: RuleContext): Iterable<Found> {
  for (const entry of file.entries) {
    const signs = signsOf(file, entry);
    const [first, ...rest] = signs;
    if (!first) continue;
    const changes = signs.flatMap((one) => (one.change ? [one.change] : []));
    yield {
      entry,
      span: first.span,
      message: `The server ${JSON.stringify(entry.name)} is reached by the old SSE transport`,
      related: rest.map(({ span }) => ({ file: file.path, span, message: "and here" })),
      ...(changes.length === signs.length && {
        fixes: textFix(file, "Use Streamable HTTP", "unsafe", ...changes),
      }),
    };
  }
}

export const deprecatedSse: AuditRule = {
  info: {
    id: "deprecated-sse",
    title: "Old SSE transport",
    summary:
      'Reports a server that is reached by the HTTP+SSE transport: `"type": "sse"`, an address that ends in `/sse`, or `--transport sse` among the arguments, as mcp-remote (`sse-only`, `sse-first`), mcp-proxy and many servers have it.',
    why: "The protocol replaced it by Streamable HTTP in its revision 2025-03-26; clients and proxies drop it.",
    remedy: 'Use the server\'s Streamable HTTP address, often `/mcp`, with `"type": "http"`.',
    severity: "info",
    persona: "pedantic",
    references: ["MCP07:2025", "CWE-477"],
  },
  fix: "Writes `/mcp` for `/sse` and the client's own word for Streamable HTTP. Some servers have another address or none, so look at the server's documentation.",
  example: {
    before: `"type": "sse", "url": "https://mcp.example.com/sse"`,
    after: `"type": "http", "url": "https://mcp.example.com/mcp"`,
  },
  check,
};
