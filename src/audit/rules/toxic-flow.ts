import { type ConfigFile, isShared } from "../../clients/config.ts";
import type { Location } from "../../core/finding.ts";
import { Approvals } from "../approved.ts";
import type { Ability } from "../data/capabilities.ts";
import { abilityInWords, reachOf } from "../reach.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";
import { type FoundIn, type Loaded, overAll, type Placed, placeOf, type Together } from "../together.ts";

const LEGS = ["reads-private", "reads-untrusted", "leaves-the-machine"] as const satisfies readonly Ability[];

/** A server that makes one leg of a flow. */
interface Member {
  readonly one: Placed;
  readonly leg: Ability;
  /** Only a little, or only assumed: not what a finding for everyone rests on. */
  readonly weak: boolean;
  readonly approved?: Location;
  /** How much else it can: the server that can the least explains a leg best. */
  readonly breadth: number;
}

function memberOf(one: Placed, leg: Ability, approvals: Approvals): Member | undefined {
  const reach = reachOf(one.file, one.entry);
  if (!reach.abilities.includes(leg)) return undefined;
  const approved = approvals.of(one, leg);
  // What leaves in a query leaves unseen where nobody is asked.
  const weak = reach.assumed || (reach.weak.includes(leg) && (leg !== "leaves-the-machine" || !approved));
  return { one, leg, weak, breadth: reach.abilities.length, ...(approved && { approved }) };
}

/** The three servers that explain a flow best; undefined where a leg is missing. */
function membersOf(servers: readonly Placed[], approvals: Approvals): readonly Member[] | undefined {
  const members: Member[] = [];
  for (const leg of LEGS) {
    let best: Member | undefined;
    for (const one of servers) {
      const member = memberOf(one, leg, approvals);
      if (!member) continue;
      const better = !best || Number(member.weak) - Number(best.weak) || member.breadth - best.breadth;
      if (better === true || (typeof better === "number" && better < 0)) best = member;
    }
    if (!best) return undefined;
    members.push(best);
  }
  return members;
}

const isWeak = (members: readonly Member[]): boolean => members.some((one) => one.weak);
const quoted = (one: Placed): string => JSON.stringify(one.entry.name.slice(0, 60));

function foundOf(members: readonly Member[]): FoundIn | undefined {
  const primary = members.find(({ one }) => isShared(one.file.scope)) ?? members[0];
  if (!primary) return undefined;
  const entries = new Set(members.map(({ one }) => one.entry));
  const approved = members.find((one) => one.approved)?.approved;
  const legs = members.map(({ one, leg }) => `${quoted(one)} ${abilityInWords(leg, reachOf(one.file, one.entry))}`);
  const weak = isWeak(members);
  const { file, entry } = primary.one;
  const found: Found = {
    entry,
    span: entry.nameSpan,
    severity: weak ? "low" : approved ? "high" : "medium",
    confidence: weak ? "low" : "medium",
    ...(weak && { persona: "pedantic" as const }),
    message:
      entries.size === 1
        ? `Through the server ${quoted(primary.one)} alone an agent reads private data, is fed text that strangers wrote, and can send data out${approved ? ", some of it without asking" : ""}`
        : `One agent has all that it takes to leak data: ${legs.join(", ")}${approved ? "; some of it runs without asking" : ""}`,
    related: [
      ...members
        .filter(({ one }) => one.entry !== entry)
        .map(({ one, leg }) => placeOf(one, abilityInWords(leg, reachOf(one.file, one.entry)))),
      ...(approved ? [approved] : []),
    ],
  };
  return { file, found };
}

/** The finding for one set of servers that a client loads together, if the person's alone do not make it already. */
function inSet(loaded: Loaded, all: readonly ConfigFile[]): FoundIn | undefined {
  const approvals = new Approvals(all, loaded.client, loaded);
  const members = membersOf([...loaded.shared, ...loaded.own], approvals);
  if (!members) return undefined;
  if (loaded.shared.length > 0) {
    const alone = membersOf(loaded.own, new Approvals(all, loaded.client, {}));
    if (alone && (isWeak(members) || !isWeak(alone))) return undefined;
  }
  return foundOf(members);
}

function* find({ loaded }: Together, { all }: RuleContext): Iterable<FoundIn> {
  for (const one of loaded) {
    const found = inSet(one, all);
    if (found) yield found;
  }
}

export const toxicFlow: AuditRule = {
  info: {
    id: "toxic-flow",
    title: "Private data, untrusted content and a way out in one agent",
    summary:
      "Reports servers that one client loads together and that between them read private data, feed the agent text that strangers wrote, and can send data out (the lethal trifecta). Read-only modes and lists of tools count; the finding weighs more where a tool that is needed runs without asking. Documentation and search servers make it only a note for those who ask for more.",
    why: "Whoever writes what the agent reads can tell it to fetch private data and to send it away, and each call by itself looks ordinary.",
    remedy:
      "Keep the three apart: switch one off here, use its read-only mode, or put the servers behind Sallyport, which asks at the send.",
    severity: "medium",
    persona: "regular",
    references: ["MCP06:2025", "MCP10:2025", "ASI01", "ASI02", "CWE-200"],
  },
  example: {
    before: `"mcpServers": { "files": { "command": "mcp-server-filesystem" }, "web": { "command": "mcp-server-fetch" } }`,
    after: `"mcpServers": { "files": { "command": "mcp-server-filesystem" } }`,
  },
  check: overAll(find),
};
