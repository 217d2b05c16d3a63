import type {
  ClientInfo,
  Decide,
  Definition,
  DefinitionChange,
  Open,
  RuleReference,
  ServerInfo,
  Trait,
} from "../link/messages.ts";
import { EMPTY_DIGEST } from "../link/signature.ts";
import { atLeast } from "../core/finding.ts";
import { changeOf, type Pin, type Pins } from "./pins.ts";
import type { WorkspaceLayer } from "./policies.ts";
import type { Session } from "./sessions.ts";
import { inferTraits } from "./traits.ts";
import type { Subject } from "./records.ts";

/** A connection as the broker's core sees it: something to answer to. */
export interface Peer {
  readonly id: string;
  readonly pid: number;
  send(message: object): void;
  /** Ends the connection: it broke the protocol. */
  drop(code: "malformed" | "overload", message: string): void;
}

/** What is known of one tool of one live server. */
export interface Tool {
  readonly name: string;
  /** As this connection last listed it. */
  readonly definition: Definition | undefined;
  readonly traits: readonly Trait[];
  readonly change: DefinitionChange | undefined;
  readonly flagged: boolean;
  /** Fingerprint that a grant or an answer is bound to. */
  readonly fingerprint: string;
}

/** One request or notification on its way. */
export interface Call {
  readonly id: string;
  readonly server: Enforcement;
  /** Its arguments are let go once it is decided: a server may leave any number of calls open. */
  message: Decide;
  readonly session: Session;
  readonly subject: Subject;
  readonly tool: Tool | undefined;
  readonly at: number;
  /** Of the monotonic clock. */
  readonly arrived: number;
  state: "deciding" | "waiting" | "allowed" | "denied" | "finished";
  ask?: string;
}

/** A live proxy or hook: one server behind one client. */
export class Enforcement {
  readonly since: number;
  client: ClientInfo;
  readonly calls = new Map<number, Call>();
  total = 0;
  denied = 0;
  readonly #tools = new Map<string, Tool>();
  readonly #listed = new Map<string, Definition>();
  readonly #unpinned = new Set<string>();

  constructor(
    readonly peer: Peer,
    readonly open: Open,
    readonly workspace: WorkspaceLayer,
    readonly session: Session,
    now: number,
  ) {
    this.client = open.client;
    this.since = now;
  }

  /** What is known of a tool; from its name alone where it was never listed or seen. */
  tool(name: string, pins: Pins): Tool {
    let tool = this.#tools.get(name);
    if (!tool) {
      const definition = this.#listed.get(name);
      let pin: Pin | undefined;
      let unpinned = this.#unpinned.has(name);
      try {
        pin = pins.get(this.open.identity.id, name);
      } catch {
        unpinned = true; // damaged pins: nobody can say whether the tool is what it was, so it asks
      }
      tool = describeTool(name, definition, pin, unpinned);
      if (this.#tools.size >= 10_000) this.#tools.clear();
      this.#tools.set(name, tool);
    }
    return tool;
  }

  list(entries: readonly Definition[], unpinned: readonly string[]): void {
    for (const entry of entries) {
      if (this.#listed.size < 10_000) this.#listed.set(entry.name, entry);
      this.#tools.delete(entry.name);
    }
    for (const name of unpinned) this.#unpinned.add(name);
  }

  /** A definition was accepted: what was known of the tool is worked out anew. */
  forget(tool: string): void {
    this.#tools.delete(tool);
  }

  info(pins: Pins): ServerInfo {
    const { server, identity, workspace } = this.open;
    return {
      connection: this.peer.id,
      server,
      identity,
      client: this.client,
      session: this.session.info,
      ...(workspace !== undefined && { workspace }),
      pid: this.peer.pid,
      since: this.since,
      calls: this.total,
      denied: this.denied,
      tools: [...this.#listed.keys()].slice(0, 500).map((name) => {
        const { traits, change } = this.tool(name, pins);
        return { name, traits, changed: change !== undefined };
      }),
    };
  }
}

function describeTool(name: string, definition: Definition | undefined, pin: Pin | undefined, unpinned: boolean): Tool {
  const changed = definition !== undefined && pin !== undefined && definition.fingerprint !== pin.fingerprint;
  return {
    name,
    definition,
    traits: inferTraits(name, definition ?? pin),
    change: changed ? changeOf(pin, definition) : undefined,
    flagged: unpinned || (definition?.findings.some(({ severity }) => atLeast(severity, "high")) ?? false),
    fingerprint: definition?.fingerprint ?? pin?.fingerprint ?? EMPTY_DIGEST,
  };
}

/**
 * Why, as it may be told to a model. Of a workspace's rule neither the words nor the name (a repository wrote both, and
 * they could be instructions); of a fault of ours no files and no way to mend it.
 */
export function whyForModel(why: RuleReference): { rule: string; reason: string } {
  if (why.layer === "workspace") return { rule: "workspace", reason: "a rule of this workspace's policy applies" };
  if (why.layer === "broker" && why.rule === "ledger") return { rule: "broker/ledger", reason: UNRECORDED };
  return { rule: `${why.layer}/${why.rule}`, reason: why.reason };
}

/** What a model is told where the ledger cannot be written; the reason itself is for the person. */
export const UNRECORDED = "Sallyport cannot record this, and lets nothing pass that it does not record";
