import { randomBytes } from "node:crypto";
import { SallyportError } from "../core/errors.ts";
import { readOwn, replaceFile } from "../link/paths.ts";
import { enrolmentInput, reviewerId, verifyInput } from "../link/signature.ts";

interface EnrolledKey {
  readonly publicKey: string;
  readonly name: string;
  readonly enrolledAt: number;
  /** Reviewer id of who confirmed it; its own for the first. */
  readonly by: string;
}

/** A key that announced itself and is not enrolled. */
export interface Candidate {
  readonly reviewer: string;
  readonly publicKey: string;
  readonly name: string;
  readonly nonce: string;
}

/** The keys whose answers count, in `keys/reviewers.json`. */
export class Reviewers {
  readonly #file: string;
  #keys: EnrolledKey[];

  constructor(file: string) {
    this.#file = file;
    this.#keys = readKeys(file);
  }

  get none(): boolean {
    return this.#keys.length === 0;
  }

  isEnrolled(publicKey: string): boolean {
    return this.#keys.some((key) => key.publicKey === publicKey);
  }

  candidate(publicKey: string, name: string): Candidate {
    return { reviewer: reviewerId(publicKey), publicKey, name, nonce: randomBytes(32).toString("hex") };
  }

  /**
   * Whether a click enrols (or rejects) a candidate: signed by an enrolled key, or, where nobody is enrolled, by the
   * candidate's own.
   */
  mayDecide(candidate: Candidate, signer: string, accept: boolean, signature: string): boolean {
    const authority = this.none ? signer === candidate.publicKey : this.isEnrolled(signer);
    return authority && verifyInput(enrolmentInput(candidate.reviewer, candidate.nonce, accept), signature, signer);
  }

  /** Throws where it cannot be written: then the key is not enrolled. */
  enrol(candidate: Candidate, by: string, now: number): void {
    const key = { publicKey: candidate.publicKey, name: candidate.name, enrolledAt: now, by: reviewerId(by) };
    const keys = [...this.#keys, key];
    replaceFile(this.#file, `${JSON.stringify(keys, null, 1)}\n`);
    this.#keys = keys;
  }
}

function readKeys(file: string): EnrolledKey[] {
  const text = readOwn(file);
  if (text === undefined) return [];
  try {
    const keys = JSON.parse(text) as EnrolledKey[];
    for (const key of keys) if (typeof key.publicKey !== "string") throw new TypeError("no key");
    return keys;
  } catch {
    // To start anew would let the next program that connects enrol itself.
    throw new SallyportError("MALFORMED", `${file} is damaged; delete it to enrol reviewers anew`);
  }
}
