import { randomBytes } from "node:crypto";
import { SallyportError } from "../core/errors.ts";
import { enrolmentInput, reviewerId, verifyInput } from "../link/signature.ts";
import type { Seal } from "./seal.ts";

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

const PURPOSE = "reviewers";

/** The keys whose answers count, in `keys/reviewers.json`, sealed. */
export class Reviewers {
  readonly #file: string;
  readonly #seal: Seal;
  #keys: EnrolledKey[];

  constructor(file: string, seal: Seal) {
    this.#file = file;
    this.#seal = seal;
    const kept = seal.read(file, PURPOSE);
    if (kept.state === "altered") {
      // To start anew would let the next program that connects enrol itself.
      throw new SallyportError(
        "MALFORMED",
        `${file} is damaged, or something else than Sallyport changed it; delete it to enrol reviewers anew`,
      );
    }
    this.#keys = kept.state === "intact" ? (kept.value as EnrolledKey[]) : [];
  }

  /** Who may answer, for those who may not yet. */
  list(): { readonly reviewer: string; readonly name: string; readonly at: number }[] {
    return this.#keys.map(({ publicKey, name, enrolledAt }) => ({
      reviewer: reviewerId(publicKey),
      name,
      at: enrolledAt,
    }));
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
    this.#seal.write(this.#file, PURPOSE, keys);
    this.#keys = keys;
  }
}
