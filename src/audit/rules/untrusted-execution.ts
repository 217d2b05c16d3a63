import { type ConfigFile, isShared } from "../../clients/config.ts";
import type { Location, Severity } from "../../core/finding.ts";
import { Approvals } from "../approved.ts";
import { abilityInWords, reachOf } from "../reach.ts";
import type { AuditRule, RuleContext } from "../rule.ts";
import { type FoundIn, type Loaded, overAll, type Placed, placeOf, type Together } from "../together.ts";

/** Fed text by strangers, by more than documentation, as the catalogue knows. */
function readsUntrusted({ file, entry }: Placed): boolean {
  const reach = reachOf(file, entry);
  return !reach.assumed && reach.abilities.includes("reads-untrusted") && !reach.weak.includes("reads-untrusted");
}

/** Runs code where that does harm: not in a sandbox, nor the scripts of a page. */
function executes({ file, entry }: Placed): boolean {
  const reach = reachOf(file, entry);
  return reach.abilities.includes("executes") && !reach.sandboxed && reach.server?.where !== "browser";
}

const breadth = ({ file, entry }: Placed): number => reachOf(file, entry).abilities.length;
const narrowest = (all: readonly Placed[]): Placed | undefined => {
  let best: Placed | undefined;
  for (const one of all) if (!best || breadth(one) < breadth(best)) best = one;
  return best;
};
const quoted = (one: Placed): string => JSON.stringify(one.entry.name.slice(0, 60));

interface Flow {
  readonly source: Placed;
  readonly sink?: Placed;
  readonly shell?: Location;
}

function flowOf(servers: readonly Placed[], approvals: Approvals): Flow | undefined {
  const source = narrowest(servers.filter(readsUntrusted));
  if (!source) return undefined;
  const sink = narrowest(servers.filter(executes));
  if (sink) return { source, sink };
  const shell = approvals.shell();
  return shell && { source, shell };
}

function foundOf({ source, sink, shell }: Flow, approvals: Approvals): FoundIn {
  const primary = sink && isShared(sink.file.scope) && !isShared(source.file.scope) ? sink : source;
  const approved = sink && approvals.of(sink, "executes");
  const elsewhere = sink && reachOf(sink.file, sink.entry).server?.where === "remote";
  const alone = sink?.entry === source.entry;
  const severity: Severity = !approved && (alone || elsewhere) ? "medium" : "high";
  const text = `${quoted(source)} feeds the agent text that strangers wrote`;
  const message = sink
    ? alone
      ? `The server ${quoted(source)} both feeds the agent text that strangers wrote and ${abilityInWords("executes", reachOf(sink.file, sink.entry))}`
      : `Text from strangers can become commands: ${text}, ${quoted(sink)} ${abilityInWords("executes", reachOf(sink.file, sink.entry))}`
    : `Text from strangers can become commands: ${text}, and the agent runs commands of its own without asking`;
  const other = primary === sink ? source : sink;
  return {
    file: primary.file,
    found: {
      entry: primary.entry,
      span: primary.entry.nameSpan,
      severity,
      confidence: "medium",
      message: approved ? `${message}, without asking` : message,
      related: [
        ...(other && !alone ? [placeOf(other, other === sink ? "executes code" : "feeds it text")] : []),
        ...[approved, shell].filter((one) => one !== undefined),
      ],
    },
  };
}

function inSet(loaded: Loaded, all: readonly ConfigFile[]): FoundIn | undefined {
  const approvals = new Approvals(all, loaded.client, loaded);
  const flow = flowOf([...loaded.shared, ...loaded.own], approvals);
  if (!flow) return undefined;
  // What the person's servers make by themselves is reported in their own file, once.
  if (loaded.shared.length > 0 && flowOf(loaded.own, new Approvals(all, loaded.client, {}))) return undefined;
  return foundOf(flow, approvals);
}

function* find({ loaded }: Together, { all }: RuleContext): Iterable<FoundIn> {
  for (const one of loaded) {
    const found = inSet(one, all);
    if (found) yield found;
  }
}

export const untrustedExecution: AuditRule = {
  info: {
    id: "untrusted-execution",
    title: "Untrusted content together with code execution",
    summary:
      "Reports a client that loads a server which feeds the agent text that strangers wrote together with one that executes code, or whose agent runs every command without asking. What runs in a sandbox, and the scripts of a browser's page, do not count.",
    why: "An instruction in an issue, a web page or a message can become a command on this machine.",
    remedy: "Have each execution asked for, run it in a sandbox, or keep the two out of one agent.",
    severity: "high",
    persona: "regular",
    references: ["MCP05:2025", "MCP06:2025", "ASI01", "ASI05", "CWE-94"],
  },
  example: {
    before: `"mcpServers": { "web": { "command": "mcp-server-fetch" }, "shell": { "command": "mcp-shell-server" } }`,
    after: `"mcpServers": { "web": { "command": "mcp-server-fetch" } }`,
  },
  check: overAll(find),
};
