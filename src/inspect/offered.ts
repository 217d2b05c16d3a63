import { SallyportError } from "../core/errors.ts";
import type { Json, JsonObject } from "../mcp/json.ts";
import { isObject, own, ownObject, ownString } from "../mcp/json.ts";
import type { Conversation } from "./conversation.ts";

/** Everything that a server offers, as it said it. */
export interface Offered {
  /** The result of `initialize`, or of `server/discover`. */
  readonly server: JsonObject;
  /** By the key of the list in its result. */
  readonly lists: Readonly<Record<ListKey, readonly Json[]>>;
  /** What is not in the lists although the server may offer it, a sentence each. */
  readonly gaps: readonly string[];
}

const LISTS = [
  { method: "tools/list", key: "tools", capability: "tools" },
  { method: "prompts/list", key: "prompts", capability: "prompts" },
  { method: "resources/list", key: "resources", capability: "resources" },
  { method: "resources/templates/list", key: "resourceTemplates", capability: "resources" },
] as const;
export type ListKey = (typeof LISTS)[number]["key"];

/** Entries of one list, and its pages: more is no server that a person reviews. */
const MAX_ENTRIES = 2000;
const MAX_PAGES = 200;
const LEGACY = "2025-11-25";
const MODERN = "2026-07-28";
const METHOD_NOT_FOUND = -32_601;

interface Greeting {
  readonly server: JsonObject;
  /** What every later request carries: of the revision without sessions, who asks. */
  readonly params: object;
}

/** Begins as the revisions up to 2025-11-25 do; a server that refuses is asked as the one of 2026-07-28 has it. */
async function greet(conversation: Conversation, version: string): Promise<Greeting> {
  const clientInfo = { name: "sallyport-inspect", version };
  const answer = await conversation.request("initialize", { protocolVersion: LEGACY, capabilities: {}, clientInfo });
  if ("result" in answer) {
    conversation.notify("notifications/initialized");
    return { server: answer.result, params: {} };
  }
  const prefix = "io.modelcontextprotocol/";
  const about = {
    [`${prefix}protocolVersion`]: MODERN,
    [`${prefix}clientCapabilities`]: {},
    [`${prefix}clientInfo`]: clientInfo,
  };
  const discovered = await conversation.request("server/discover", { _meta: about });
  if ("result" in discovered) return { server: discovered.result, params: { _meta: about } };
  throw new SallyportError("UNAVAILABLE", `it refused to begin: ${answer.refusal.message}`);
}

async function listOf(
  conversation: Conversation,
  { method, key, capability }: (typeof LISTS)[number],
  { server, params }: Greeting,
): Promise<{ entries: Json[]; gap?: string }> {
  const entries: Json[] = [];
  const seen = new Set<string>();
  let cursor: string | undefined;
  for (let page = 0; ; page++) {
    if (page >= MAX_PAGES)
      return { entries, gap: `${method} has more than ${MAX_PAGES} pages; the rest was not asked for` };
    const answer = await conversation.request(method, { ...params, ...(cursor !== undefined && { cursor }) });
    if ("refusal" in answer) {
      const { code, message } = answer.refusal;
      // Not every server has every list; one that says it has is taken at its word.
      const declared = ownObject(ownObject(server, "capabilities"), capability) !== undefined;
      const absent = page === 0 && code === METHOD_NOT_FOUND && (!declared || key === "resourceTemplates");
      return absent || (page === 0 && !declared) ? { entries } : { entries, gap: `${method} was refused: ${message}` };
    }
    const list = own(answer.result, key);
    if (!Array.isArray(list)) return { entries, gap: `the answer to ${method} has no list "${key}"` };
    for (const entry of list as readonly Json[]) {
      if (!isObject(entry)) return { entries, gap: `${method} has an entry that is no object` };
      if (entries.length >= MAX_ENTRIES) {
        return { entries, gap: `${method} has more than ${MAX_ENTRIES} entries; the rest is left out` };
      }
      entries.push(entry);
    }
    cursor = ownString(answer.result, "nextCursor");
    if (cursor === undefined) return { entries };
    if (seen.has(cursor)) return { entries, gap: `${method} gave the same page mark twice; it was not followed again` };
    seen.add(cursor);
  }
}

/**
 * Asks a server for everything that it offers. Calls nothing, reads no resource, fetches no prompt. Throws a SallyportError
 * where the conversation breaks; a list that could be had only in part is a gap.
 */
export async function askEverything(conversation: Conversation, version: string): Promise<Offered> {
  const greeting = await greet(conversation, version);
  const lists: Record<ListKey, readonly Json[]> = { tools: [], prompts: [], resources: [], resourceTemplates: [] };
  const gaps: string[] = [];
  for (const list of LISTS) {
    const { entries, gap } = await listOf(conversation, list, greeting);
    lists[list.key] = entries;
    if (gap !== undefined) gaps.push(gap);
  }
  return { server: greeting.server, lists, gaps };
}
