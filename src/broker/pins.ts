import path from "node:path";
import { SallyportError } from "../core/errors.ts";
import type { Definition, DefinitionChange } from "../link/messages.ts";
import { ensureFolder } from "../link/paths.ts";
import type { Seal } from "./seal.ts";

/** A tool's definition as it was when it was first seen, or last accepted by a person. */
export interface Pin {
  readonly fingerprint: string;
  readonly description: string;
  readonly parameters: readonly string[];
  readonly annotations?: NonNullable<Definition["annotations"]>;
  readonly at: number;
}

/** Of one server; what lies beyond cannot be remembered and counts as flagged. */
const MAX_PINS = 2000;
/** Servers whose pins are held in memory; the files keep all. */
const MAX_SERVERS = 256;

/** First-seen definitions per launch identity, in `pins/<identity>.json`, sealed. */
export class Pins {
  readonly #folder: string;
  readonly #seal: Seal;
  readonly #servers = new Map<string, Map<string, Pin>>();

  constructor(folder: string, seal: Seal) {
    this.#folder = folder;
    this.#seal = seal;
    ensureFolder(folder);
  }

  get(identity: string, tool: string): Pin | undefined {
    return this.#of(identity).get(tool);
  }

  /**
   * Remembers what is seen for the first time. Gives the names that are new, and those that could not be remembered.
   * Throws where the file cannot be written.
   */
  see(identity: string, entries: readonly Definition[], now: number): { fresh: string[]; over: string[] } {
    const pins = this.#of(identity);
    const fresh: string[] = [];
    const over: string[] = [];
    for (const entry of entries) {
      if (pins.has(entry.name)) continue;
      if (pins.size >= MAX_PINS) over.push(entry.name);
      else {
        pins.set(entry.name, pinOf(entry, now));
        fresh.push(entry.name);
      }
    }
    if (fresh.length > 0) this.#save(identity, pins);
    return { fresh, over };
  }

  /** A person accepted a changed definition: it takes the old one's place. */
  accept(identity: string, entry: Definition, now: number): void {
    const pins = this.#of(identity);
    pins.set(entry.name, pinOf(entry, now));
    this.#save(identity, pins);
  }

  #of(identity: string): Map<string, Pin> {
    let pins = this.#servers.get(identity);
    if (!pins) {
      pins = this.#read(identity);
      if (this.#servers.size >= MAX_SERVERS) {
        const [oldest] = this.#servers.keys();
        if (oldest !== undefined) this.#servers.delete(oldest);
      }
      this.#servers.set(identity, pins);
    }
    return pins;
  }

  #file(identity: string): string {
    return path.join(this.#folder, `${identity}.json`);
  }

  #read(identity: string): Map<string, Pin> {
    const file = this.#file(identity);
    const kept = this.#seal.read(file, `pins ${identity}`);
    if (kept.state === "absent") return new Map();
    if (kept.state === "intact") return new Map(kept.value as [string, Pin][]);
    // To start anew would accept whatever the server offers now: a person has to look.
    throw new SallyportError(
      "MALFORMED",
      `${file} is damaged, or something else than Sallyport changed it; delete it to accept this server's definitions as they are`,
    );
  }

  #save(identity: string, pins: ReadonlyMap<string, Pin>): void {
    this.#seal.write(this.#file(identity), `pins ${identity}`, [...pins]);
  }
}

function pinOf(entry: Definition, now: number): Pin {
  return {
    fingerprint: entry.fingerprint,
    description: entry.description,
    parameters: entry.parameters ?? [],
    ...(entry.annotations && { annotations: entry.annotations }),
    at: now,
  };
}

/** What a person is shown where a definition changed. */
export function changeOf(pin: Pin, entry: Definition): DefinitionChange {
  return {
    before: { fingerprint: pin.fingerprint, description: pin.description, parameters: pin.parameters },
    after: { fingerprint: entry.fingerprint, description: entry.description, parameters: entry.parameters ?? [] },
  };
}
