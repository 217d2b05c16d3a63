import { connectBroker, type ConnectOptions, type Link } from "./client.ts";
import type {
  ClientChanged,
  Counts,
  Decide,
  Definition,
  Definitions,
  Open,
  Opened,
  Pending,
  Result,
  ResultVerdict,
  Role,
  ToProxy,
  Verdict,
} from "./messages.ts";

type Without<M> = Omit<M, "type" | "id">;

export interface DecideOptions {
  /** The caller cancelled, or went away. The verdict (a denial) still comes. */
  readonly signal?: AbortSignal;
  readonly onPending?: (pending: Pending) => void;
}

interface Waiting {
  readonly settle: (message: Verdict | ResultVerdict) => void;
  readonly lose: () => void;
  readonly onPending?: ((pending: Pending) => void) | undefined;
}

/** Definitions of one list that are remembered for the next broker. */
const MAX_LISTED = 10_000;
/** Definitions in one message, so that it fits a line whatever their texts are. */
const PORTION = 200;
const REMEDY = "Try again: the next call starts Sallyport's broker anew.";

/**
 * How a proxy or hook talks to the broker: a promise for each question, which always settles and never rejects. Where the
 * broker cannot be reached or goes away, what waits is denied with `broker-lost`, and the next question connects anew.
 */
export class Enforcer {
  readonly #role: "proxy" | "hook";
  readonly #options: ConnectOptions;
  readonly #open: Without<Open>;
  #client: ClientChanged | undefined;
  #link: Link<"proxy" | "hook"> | undefined;
  #connecting: Promise<string | undefined> | undefined;
  #opened: Opened | undefined;
  #next = 1;
  readonly #waiting = new Map<number, Waiting>();
  /** Calls that the broker we are connected to knows. */
  readonly #decided = new Set<number>();
  /** What the server offers, as it was last listed: a new broker must know it too, or a changed tool would pass for its old self. */
  readonly #listed = new Map<Definitions["list"], Map<string, Definition>>();
  #closed = false;
  /**
   * Told why there is no broker, whenever that is found. For a person: it may name files and how to mend them, which no
   * model is to read, so that no verdict carries it.
   */
  onTrouble: (why: string) => void = () => {};

  constructor(role: Extract<Role, "proxy" | "hook">, options: ConnectOptions, open: Without<Open>) {
    this.#role = role;
    this.#options = options;
    this.#open = open;
  }

  /** Connects and opens. Gives what is wrong where that fails; then the next question tries again. */
  async connect(): Promise<string | undefined> {
    if (this.#link) return undefined;
    this.#connecting ??= this.#connect().finally(() => (this.#connecting = undefined));
    return await this.#connecting;
  }

  /** The session and the policy's problems, after the first connect. */
  get opened(): Opened | undefined {
    return this.#opened;
  }

  /** Gives the number to name in `result`, and the verdict. Sent at once where the link is up. */
  decide(question: Without<Decide>, options: DecideOptions = {}): { id: number; verdict: Promise<Verdict> } {
    const id = this.#next++;
    const denied = (): Verdict => ({
      type: "verdict",
      id,
      effect: "deny",
      code: "broker-lost",
      rule: "broker/broker-lost",
      reason: "Sallyport cannot decide this call: its broker cannot be reached",
      remedy: REMEDY,
      seq: -1,
    });
    const { signal } = options;
    const cancel = (): void => {
      if (this.#waiting.has(id)) this.#link?.send({ type: "cancel", id });
    };
    signal?.addEventListener("abort", cancel, { once: true });
    const verdict = this.#ask<Verdict>(id, { type: "decide", id, ...question }, denied, options).finally(() =>
      signal?.removeEventListener("abort", cancel),
    );
    return { id, verdict };
  }

  /** Awaited before the response is forwarded. `of` is the number that `decide` gave. */
  async result(result: Without<Result>): Promise<ResultVerdict> {
    const id = this.#next++;
    const denied = (why = "its broker cannot be reached"): ResultVerdict => ({
      type: "result-verdict",
      id,
      effect: "deny",
      rule: "broker/broker-lost",
      reason: `Sallyport cannot record this result: ${why}`,
      seq: -1,
    });
    if (!this.#decided.delete(result.of)) return denied("the broker that decided the call is gone");
    return await this.#ask<ResultVerdict>(id, { type: "result", id, ...result }, denied);
  }

  definitions(definitions: Omit<Definitions, "type">): void {
    const listed = this.#listed.get(definitions.list) ?? new Map<string, Definition>();
    this.#listed.set(definitions.list, listed);
    for (const entry of definitions.entries) if (listed.size < MAX_LISTED) listed.set(entry.name, entry);
    this.#link?.send({ type: "definitions", ...definitions });
  }

  counts(counts: Omit<Counts, "type">): void {
    this.#link?.send({ type: "counts", ...counts });
  }

  /** The client said who it is; told again after a reconnect. */
  client(client: Omit<ClientChanged, "type">): void {
    this.#client = { type: "client", ...client };
    this.#link?.send(this.#client);
  }

  close(reason: string): void {
    this.#closed = true;
    this.#link?.send({ type: "close", reason });
    this.#link?.close();
  }

  async #connect(): Promise<string | undefined> {
    if (this.#closed) return "the proxy is closing";
    try {
      const link = await connectBroker(this.#role, this.#options);
      this.#link = link;
      link.onMessage((message) => this.#take(message));
      void link.closed.then((why) => {
        if (this.#link === link) this.#link = undefined;
        this.#decided.clear();
        const waiting = [...this.#waiting.values()];
        this.#waiting.clear();
        for (const one of waiting) one.lose();
        if (!this.#closed) this.onTrouble(why);
      });
      link.send({ type: "open", ...this.#open });
      if (this.#client) link.send(this.#client);
      for (const [list, entries] of this.#listed) {
        const all = [...entries.values()];
        for (let i = 0; i < all.length; i += PORTION) {
          link.send({ type: "definitions", list, entries: all.slice(i, i + PORTION) });
        }
      }
      return undefined;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.onTrouble(why);
      return why;
    }
  }

  #ask<V extends Verdict | ResultVerdict>(
    id: number,
    message: Decide | Result,
    denied: () => V,
    { signal, onPending }: DecideOptions = {},
  ): Promise<V> {
    return new Promise((resolve) => {
      const put = (link: Link<"proxy" | "hook">): void => {
        this.#waiting.set(id, {
          settle: (verdict) => resolve(verdict as V),
          lose: () => resolve(denied()),
          onPending,
        });
        if (message.type === "decide" && message.kind === "request") this.#decided.add(id);
        link.send(message);
        if (signal?.aborted) link.send({ type: "cancel", id });
      };
      if (this.#link) put(this.#link);
      else
        void this.connect().then(() => {
          if (this.#link) put(this.#link);
          else resolve(denied());
        });
    });
  }

  #take(message: ToProxy): void {
    switch (message.type) {
      case "opened":
        this.#opened = message;
        return;
      case "pending":
        this.#waiting.get(message.id)?.onPending?.(message);
        return;
      case "verdict":
      case "result-verdict": {
        const waiting = this.#waiting.get(message.id);
        this.#waiting.delete(message.id);
        if (message.type === "verdict" && message.effect === "deny") this.#decided.delete(message.id);
        waiting?.settle(message);
        return;
      }
      case "refused":
        return; // the connection ends; `closed` carries the words
    }
  }
}
