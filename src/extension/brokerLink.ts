import type * as vscode from "vscode";
import { connectBroker, type Link } from "../link/client.ts";
import type {
  AnswerChoice,
  Ask,
  EnrolmentAsk,
  Grant,
  HeadMessage,
  PolicyLayerInfo,
  ServerInfo,
  ToReviewer,
  TrafficCall,
} from "../link/messages.ts";
import { answerInput, enrolmentInput, newReviewerKey, reviewerId, signInput } from "../link/signature.ts";
import type { EnrolmentState, LinkState } from "../panel/protocol.ts";
import { realEnvironment } from "../system/environment.ts";

const SECRET = "sallyport.reviewerKey";
/** Calls that are asked for again after a reconnect, and that a new page is given. */
const REPLAY = 500;
/** Seconds before each further attempt to reach the broker; the last one repeats. */
const RETRY_SECONDS = [1, 2, 5, 15];

interface ReviewerKey {
  readonly publicKey: string;
  readonly privateKey: string;
}

export interface BrokerListener {
  /** Anything but traffic changed: read the fields. */
  changed(): void;
  calls(calls: readonly TrafficCall[], reset: boolean): void;
  notice(severity: "info" | "error", message: string): void;
  head(head: HeadMessage): void;
}

/**
 * This window's line to the broker, as a reviewer: holds what the panel shows, signs what a person answers. Connects
 * again when the broker goes away. Nothing here decides.
 */
export class BrokerLink {
  link: LinkState = { state: "connecting" };
  enrolment: EnrolmentState = { state: "unknown" };
  asks: readonly Ask[] = [];
  enrolmentAsks: readonly EnrolmentAsk[] = [];
  servers: readonly ServerInfo[] = [];
  grants: readonly Grant[] = [];
  policy: readonly PolicyLayerInfo[] = [];
  /** The newest calls, oldest first. */
  recent: readonly TrafficCall[] = [];

  readonly #api: typeof vscode;
  readonly #context: vscode.ExtensionContext;
  readonly #listener: BrokerListener;
  readonly #stop = new AbortController();
  #connection: Link<"reviewer"> | undefined;
  #key: ReviewerKey | undefined;
  #ownNonce = "";

  constructor(api: typeof vscode, context: vscode.ExtensionContext, listener: BrokerListener) {
    this.#api = api;
    this.#context = context;
    this.#listener = listener;
  }

  dispose(): void {
    this.#stop.abort();
    this.#connection?.close();
  }

  /** Connects, and stays connected until disposed. Resolves then. */
  async run(): Promise<void> {
    for (let attempt = 0; !this.#stop.signal.aborted; attempt++) {
      let why: string;
      try {
        const connection = await connectBroker("reviewer", {
          environment: realEnvironment(),
          program: `sallyport window ${process.pid}`,
          version: String((this.#context.extension.packageJSON as { version?: unknown }).version),
          brokerProgram: this.#context.asAbsolutePath("dist/sallyport.js"),
          signal: this.#stop.signal,
        });
        attempt = 0;
        why = await this.#serve(connection);
      } catch (error) {
        why = error instanceof Error ? error.message : String(error);
      }
      if (this.#stop.signal.aborted) return;
      this.#lost(why);
      await this.#pause(RETRY_SECONDS[Math.min(attempt, RETRY_SECONDS.length - 1)] ?? 15);
    }
  }

  #pause(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      this.#stop.signal.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #lost(why: string): void {
    this.#connection = undefined;
    this.link = { state: "lost", message: `The broker is not reachable (${why}). Calls are refused until it is.` };
    this.enrolment = { state: "unknown" };
    this.asks = [];
    this.enrolmentAsks = [];
    this.servers = [];
    this.#listener.changed();
  }

  async #serve(connection: Link<"reviewer">): Promise<string> {
    this.#connection = connection;
    this.#key ??= await this.#loadKey();
    this.link = { state: "connected" };
    this.recent = [];
    this.#listener.calls([], true);
    connection.onMessage((message) => this.#take(message));
    this.announce();
    connection.send({ type: "subscribe", replay: REPLAY });
    this.#listener.changed();
    return await connection.closed;
  }

  async #loadKey(): Promise<ReviewerKey> {
    const kept = await this.#context.secrets.get(SECRET);
    if (kept !== undefined) return JSON.parse(kept) as ReviewerKey;
    const key = newReviewerKey();
    await this.#context.secrets.store(SECRET, JSON.stringify(key));
    return key;
  }

  /** Says which window this is; again whenever its folders or its trust change. */
  announce(): void {
    const key = this.#key;
    if (!key) return;
    const { workspace, env } = this.#api;
    this.#connection?.send({
      type: "announce",
      publicKey: key.publicKey,
      name: `${workspace.name ?? "no folder"} — ${env.appName}`,
      extensionHostPid: process.pid,
      folders: (workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath),
      trusted: workspace.isTrusted,
    });
  }

  #take(message: ToReviewer): void {
    switch (message.type) {
      case "enrolled":
        this.enrolment = { state: "enrolled", reviewer: message.reviewer };
        break;
      case "enrolment-pending":
        this.#ownNonce = message.nonce;
        this.enrolment = message.first
          ? { state: "first", reviewer: message.reviewer }
          : { state: "waiting", reviewer: message.reviewer, enrolled: message.enrolled };
        break;
      case "enrolment-ask":
        this.enrolmentAsks = [...this.enrolmentAsks.filter((one) => one.reviewer !== message.reviewer), message];
        break;
      case "enrolment-closed":
        this.enrolmentAsks = this.enrolmentAsks.filter((one) => one.reviewer !== message.reviewer);
        break;
      case "ask":
        this.asks = [...this.asks.filter((one) => one.id !== message.ask.id), message.ask];
        break;
      case "ask-closed":
        this.asks = this.asks.filter((one) => one.id !== message.ask);
        break;
      case "answer-outcome":
        if (message.outcome !== "accepted") {
          this.#listener.notice(message.outcome === "late-grant" ? "info" : "error", message.message);
        }
        break;
      case "traffic":
        this.#remember(message.calls);
        this.#listener.calls(message.calls, false);
        return;
      case "servers":
        this.servers = message.servers;
        break;
      case "grants":
        this.grants = message.grants;
        break;
      case "policy":
        this.policy = message.layers;
        break;
      case "head":
        this.#listener.head(message);
        return;
      case "withdrawn":
      case "refused":
        break;
    }
    this.#listener.changed();
  }

  #remember(calls: readonly TrafficCall[]): void {
    const known = new Map(this.recent.map((call) => [call.id, call]));
    for (const call of calls) known.set(call.id, call);
    this.recent = [...known.values()].slice(-REPLAY);
  }

  /** A person's answer, from the panel. Signed here; the broker checks it against the question. */
  answer(id: string, choice: AnswerChoice, reason: string): void {
    const ask = this.asks.find((one) => one.id === id);
    if (!ask || !this.#key) {
      this.#listener.notice("error", "This question is closed.");
      return;
    }
    const signature = signInput(answerInput(ask, choice, reason), this.#key.privateKey);
    this.#connection?.send({ type: "answer", ask: id, answer: choice, reason, signature });
  }

  /** A person's word on a reviewer: this window itself where nobody is enrolled, else one that asked. */
  enrol(reviewer: string, accept: boolean): void {
    const key = this.#key;
    if (!key) return;
    const own = reviewer === reviewerId(key.publicKey);
    const nonce = own ? this.#ownNonce : this.enrolmentAsks.find((one) => one.reviewer === reviewer)?.nonce;
    if (nonce === undefined) return;
    const signature = signInput(enrolmentInput(reviewer, nonce, accept), key.privateKey);
    this.#connection?.send({ type: "enrol", reviewer, accept, nonce, signature });
  }

  withdraw(grant: string): void {
    this.#connection?.send({ type: "grants-withdraw", grant });
  }
}
