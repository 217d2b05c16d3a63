import { randomBytes } from "node:crypto";
import type { Grant } from "../link/messages.ts";
import type { Seal } from "./seal.ts";

/** A grant as it is kept. `exact` binds a late answer to the very question that was asked. */
export interface StoredGrant extends Grant {
  readonly exact?: string;
}

/** What a grant is asked to cover. */
export interface GrantQuestion {
  readonly identity: string;
  readonly method: string;
  readonly tool: string | undefined;
  readonly session: string;
  readonly definition: string;
  /** Digest of everything that the person saw: `askKey`. */
  readonly exact: string;
}

const MAX_GRANTS = 2000;
const PURPOSE = "grants";

function keyOf(grant: { identity: string; method: string; tool?: string | undefined }): string {
  return `${grant.identity}\0${grant.method}\0${grant.tool ?? "\0"}`;
}

/** Standing answers of people, in `grants.json`, sealed. Every change is on the disk before it counts. */
export class Grants {
  readonly #file: string;
  readonly #seal: Seal;
  /** The file was not what the broker had written, so that none of its grants counts. */
  readonly altered: boolean;
  readonly #grants = new Map<string, StoredGrant>();
  readonly #byKey = new Map<string, StoredGrant[]>();

  constructor(file: string, seal: Seal) {
    this.#file = file;
    this.#seal = seal;
    const kept = seal.read(file, PURPOSE);
    this.altered = kept.state === "altered";
    if (kept.state === "intact") for (const grant of kept.value as StoredGrant[]) this.#grants.set(grant.id, grant);
    this.#index();
  }

  /** Those that hold now, the newest first. */
  list(now: number): StoredGrant[] {
    return [...this.#grants.values()].filter((grant) => holds(grant, now)).toReversed();
  }

  /** Adds a grant. Throws where it cannot be written: then it is none. */
  add(grant: Omit<StoredGrant, "id">, now: number): StoredGrant {
    for (const [id, old] of this.#grants) {
      if (!holds(old, now) || this.#grants.size >= MAX_GRANTS) this.#grants.delete(id);
    }
    const made = { id: randomBytes(8).toString("hex"), ...grant };
    this.#grants.set(made.id, made);
    this.#save(() => this.#grants.delete(made.id));
    return made;
  }

  /**
   * A grant that covers the question. `exactOnly`: only a late answer to exactly this question, which is an answer and
   * not a standing one, so that it also covers what is asked always.
   */
  find(question: GrantQuestion, exactOnly: boolean, now: number): StoredGrant | undefined {
    return this.#byKey
      .get(keyOf(question))
      ?.find(
        (grant) =>
          holds(grant, now) &&
          (grant.session === undefined || grant.session === question.session) &&
          grant.definition === question.definition &&
          (grant.exact === undefined ? !exactOnly : grant.exact === question.exact),
      );
  }

  /** Takes one use off a counted grant. Throws where that cannot be written: then the call must not pass. */
  use(grant: StoredGrant): void {
    if (grant.remaining === undefined) return;
    if (grant.remaining <= 1) this.#grants.delete(grant.id);
    else this.#grants.set(grant.id, { ...grant, remaining: grant.remaining - 1 });
    this.#save(() => this.#grants.set(grant.id, grant));
  }

  /** Withdraws one grant, or `all`; gives those that are gone. */
  withdraw(id: string): StoredGrant[] {
    const gone = [...this.#grants.values()].filter((grant) => id === "all" || grant.id === id);
    if (gone.length === 0) return [];
    for (const grant of gone) this.#grants.delete(grant.id);
    // A withdrawal holds for this broker's life even where the file cannot be written.
    this.#index();
    this.#write();
    return gone;
  }

  #save(undo: () => void): void {
    try {
      this.#write();
    } catch (error) {
      undo();
      throw error;
    } finally {
      this.#index();
    }
  }

  #write(): void {
    this.#seal.write(this.#file, PURPOSE, [...this.#grants.values()]);
  }

  #index(): void {
    this.#byKey.clear();
    for (const grant of this.#grants.values()) {
      const key = keyOf(grant);
      const list = this.#byKey.get(key);
      if (list) list.push(grant);
      else this.#byKey.set(key, [grant]);
    }
  }
}

function holds(grant: StoredGrant, now: number): boolean {
  return (
    (grant.expiresAt === undefined || grant.expiresAt > now) &&
    (grant.remaining === undefined || grant.remaining > 0) &&
    // A clock that went back must not make a grant last longer than it was given for.
    grant.createdAt <= now + 60_000
  );
}
