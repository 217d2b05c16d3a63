import type { Id } from "../mcp/message.ts";
import type { Cancellation } from "./cancellation.ts";
import type { Era } from "../mcp/methods.ts";
import type { Via } from "./lane.ts";

/** A request that one side has sent and the other has not answered. */
export interface Flight {
  readonly id: Id;
  readonly method: string;
  readonly tool: string | undefined;
  readonly era: Era;
  /** Undecided: the broker is asked. Forwarded: the other side has it. */
  state: "undecided" | "forwarded";
  /** A person is being asked about it. */
  asked: boolean;
  /** Its sender does not want an answer any more. */
  cancelled: boolean;
  /** The number of its `decide`; undefined for one that is only counted. */
  decision: number | undefined;
  /** Milliseconds of the monotonic clock at which it was forwarded. */
  sentAt: number;
  /** Ends the question about it. */
  readonly abort: Cancellation;
  /** The way that it came, which its answer goes back. */
  readonly via: Via | undefined;
}

/** Requests of one side that may be open at a time. */
export const MAX_OPEN = 10_000;

/**
 * The open requests of one side. An entry lives until it is answered or closed, however long that takes: forgetting one
 * would let its late answer pass as something else. Ids are compared with their type.
 */
export class Flights {
  readonly #open = new Map<Id, Flight>();

  get size(): number {
    return this.#open.size;
  }

  get(id: Id): Flight | undefined {
    return this.#open.get(id);
  }

  add(flight: Flight): void {
    this.#open.set(flight.id, flight);
  }

  /** Ends it. False where it has ended already. */
  close(flight: Flight): boolean {
    return this.#open.get(flight.id) === flight && this.#open.delete(flight.id);
  }

  all(): IterableIterator<Flight> {
    return this.#open.values();
  }

  /** Ends all of them, and gives them. */
  drain(): Flight[] {
    const all = [...this.#open.values()];
    this.#open.clear();
    return all;
  }

  /**
   * Makes room: a server owes no answer to a cancelled request, so the oldest of those goes first. False where there is
   * none to let go.
   */
  makeRoom(): boolean {
    if (this.#open.size < MAX_OPEN) return true;
    for (const flight of this.#open.values()) {
      if (flight.cancelled && flight.state === "forwarded") return this.close(flight);
    }
    return false;
  }
}
