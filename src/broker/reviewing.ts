import { createPublicKey } from "node:crypto";
import type { Announce, Answer, Ask, AskClosed, Enrol } from "../link/messages.ts";
import { reviewerId } from "../link/signature.ts";
import type { Audience } from "./asks.ts";
import type { Broker } from "./broker.ts";
import type { Peer } from "./enforcement.ts";
import type { Candidate, Reviewers } from "./reviewers.ts";

/** Answers and clicks with a wrong signature after which a connection ends. */
const MAX_WRONG = 32;

interface Window {
  readonly peer: Peer;
  readonly publicKey: string;
  announce: Announce;
  candidate: Candidate | undefined;
  wrong: number;
}

/** The connected editor windows: who may answer, who would like to, and who is shown what. */
export class Reviewing implements Audience {
  readonly #reviewers: Reviewers;
  readonly #now: () => number;
  readonly #windows = new Map<string, Window>();
  #broker: Broker | undefined;

  constructor(reviewers: Reviewers, now: () => number) {
    this.#reviewers = reviewers;
    this.#now = now;
  }

  attach(broker: Broker): void {
    this.#broker = broker;
  }

  list(): { name: string; reviewer: string; enrolled: boolean }[] {
    return [...this.#windows.values()].map(({ publicKey, announce, candidate }) => ({
      name: announce.name,
      reviewer: reviewerId(publicKey),
      enrolled: candidate === undefined,
    }));
  }

  announce(peer: Peer, message: Announce): void {
    const known = this.#windows.get(peer.id);
    if (known) {
      if (known.publicKey === message.publicKey) known.announce = message;
      else peer.drop("malformed", "a connection has one key");
      return;
    }
    if (!isEd25519(message.publicKey)) {
      peer.drop("malformed", "the public key is no Ed25519 key");
      return;
    }
    const window: Window = {
      peer,
      publicKey: message.publicKey,
      announce: message,
      candidate: this.#reviewers.isEnrolled(message.publicKey)
        ? undefined
        : this.#reviewers.candidate(message.publicKey, message.name),
      wrong: 0,
    };
    this.#windows.set(peer.id, window);
    this.#record("connected", window);
    if (window.candidate) this.#propose(window, window.candidate);
    else this.#welcome(window);
    this.#broker?.asks.audienceChanged();
  }

  enrol(peer: Peer, message: Enrol): void {
    const signer = this.#windows.get(peer.id);
    const found = [...this.#windows.values()].find(
      ({ candidate }) => candidate?.reviewer === message.reviewer && candidate.nonce === message.nonce,
    );
    if (!signer || !found?.candidate) return; // gone or decided meanwhile: `enrolment-closed` has said so
    const { candidate } = found;
    if (!this.#reviewers.mayDecide(candidate, signer.publicKey, message.accept, message.signature)) {
      this.#record("refused", found, "an enrolment that nobody entitled has signed");
      this.#countWrong(signer);
      return;
    }
    if (!message.accept) {
      this.#record("refused", found, `rejected in ${signer.announce.name}`);
      this.#close(candidate.reviewer, "rejected");
      return;
    }
    const first = this.#reviewers.none;
    // Recorded before it counts: a reviewer that the ledger does not know could approve unseen.
    this.#broker?.append({
      kind: "reviewer",
      action: "enrolled",
      reviewer: candidate.reviewer,
      label: candidate.name,
      by: reviewerId(signer.publicKey),
      reason: `process ${found.peer.pid}${first ? "; the first one, by its own word" : ""}`,
    });
    this.#reviewers.enrol(candidate, signer.publicKey, this.#now());
    this.#close(candidate.reviewer, "enrolled");
    for (const window of this.#windows.values()) {
      if (window.publicKey === candidate.publicKey) {
        window.candidate = undefined;
        this.#welcome(window);
      } else if (window.candidate) {
        // It was told that its own click would do: from now on it would not.
        this.#propose(window, window.candidate);
      }
    }
    this.#broker?.asks.audienceChanged();
  }

  answer(peer: Peer, message: Answer): void {
    const window = this.#windows.get(peer.id);
    if (!window) {
      peer.drop("malformed", "an answer came before the announcement");
      return;
    }
    const outcome = this.#broker?.answer(window.publicKey, window.announce.name, message);
    if (!outcome) return;
    peer.send(outcome);
    if (["wrong-signature", "not-enrolled", "unknown"].includes(outcome.outcome)) this.#countWrong(window);
  }

  gone(peer: Peer): void {
    const window = this.#windows.get(peer.id);
    if (!window) return;
    this.#windows.delete(peer.id);
    this.#record("disconnected", window);
    if (window.candidate) this.#close(window.candidate.reviewer, "gone");
    this.#broker?.asks.audienceChanged();
  }

  // ── what the queue of questions needs ──────────────────────────────────────────────────────────────────────────

  present(): boolean {
    for (const { candidate } of this.#windows.values()) if (!candidate || this.#reviewers.none) return true;
    return false;
  }

  show(ask: Ask): void {
    for (const window of this.#windows.values()) if (!window.candidate) this.#show(window, ask);
  }

  close(message: AskClosed): void {
    for (const { candidate, peer } of this.#windows.values()) if (!candidate) peer.send(message);
  }

  #show({ peer, announce }: Window, ask: Ask): void {
    const pids = [ask.client.pid, ...ask.client.ancestors.map(({ pid }) => pid)];
    const own = announce.extensionHostPid !== undefined && pids.includes(announce.extensionHostPid);
    peer.send({ type: "ask", ask: { ...ask, own } });
  }

  #welcome(window: Window): void {
    window.peer.send({ type: "enrolled", reviewer: reviewerId(window.publicKey) });
    for (const { ask } of this.#broker?.asks.pending() ?? []) this.#show(window, ask);
    for (const { candidate, peer, announce } of this.#windows.values()) {
      if (candidate) this.#tellCandidate(window, candidate, peer, announce);
    }
  }

  #propose(window: Window, candidate: Candidate): void {
    const { reviewer, nonce } = candidate;
    const enrolled = this.#reviewers.list();
    window.peer.send({ type: "enrolment-pending", reviewer, first: this.#reviewers.none, nonce, enrolled });
    for (const other of this.#windows.values()) {
      if (!other.candidate) this.#tellCandidate(other, candidate, window.peer, window.announce);
    }
  }

  #tellCandidate(to: Window, { reviewer, name, nonce }: Candidate, { pid }: Peer, { folders }: Announce): void {
    to.peer.send({ type: "enrolment-ask", reviewer, name, pid, folders, nonce });
  }

  #close(reviewer: string, outcome: "enrolled" | "rejected" | "gone"): void {
    for (const { peer } of this.#windows.values()) peer.send({ type: "enrolment-closed", reviewer, outcome });
  }

  #countWrong(window: Window): void {
    if (++window.wrong >= MAX_WRONG) window.peer.drop("overload", `${MAX_WRONG} answers that did not count`);
  }

  #record(action: "connected" | "disconnected" | "refused", window: Window, reason?: string): void {
    try {
      this.#broker?.append({
        kind: "reviewer",
        action,
        reviewer: reviewerId(window.publicKey),
        label: window.announce.name,
        reason: [`process ${window.peer.pid}`, reason].filter((one) => one !== undefined).join("; "),
      });
    } catch {
      // Nothing was let through by this; the next decision meets the same ledger and is refused.
    }
  }
}

function isEd25519(publicKey: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" });
    return key.asymmetricKeyType === "ed25519";
  } catch {
    return false; // no key at all
  }
}
