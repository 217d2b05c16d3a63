import type { Verdict } from "../../../src/link/messages.ts";
import type { Decisions, DecideQuestion, ResultReport } from "../../../src/proxy/decisions.ts";
import { Gateway } from "../../../src/proxy/gateway.ts";
import { LineReader } from "../../../src/proxy/framing.ts";

export interface Asked {
  readonly id: number;
  readonly question: DecideQuestion;
  readonly signal: AbortSignal | undefined;
  answer(verdict: Partial<Verdict>): void;
  pending(message: string): void;
}

export interface Reported {
  readonly report: ResultReport;
  answer(effect: "allow" | "deny", rule?: string): void;
}

/** A decider in memory: answers by `policy`, or leaves the question to the test. */
export class FakeDecisions implements Decisions {
  asked: Asked[] = [];
  reported: Reported[] = [];
  defined: Parameters<Decisions["definitions"]>[0][] = [];
  counted: Parameters<Decisions["counts"]>[0][] = [];
  clients: unknown[] = [];
  #next = 1;

  constructor(
    public policy: (question: DecideQuestion) => Partial<Verdict> | undefined = () => ({ effect: "allow" }),
    public results: () => "allow" | "deny" | undefined = () => "allow",
  ) {}

  decide(question: DecideQuestion, options: Parameters<Decisions["decide"]>[1] = {}): ReturnType<Decisions["decide"]> {
    const id = this.#next++;
    const verdict = new Promise<Verdict>((resolve) => {
      const answer = (given: Partial<Verdict>): void =>
        resolve({
          type: "verdict",
          id,
          effect: "deny",
          rule: "user/r",
          reason: "because",
          remedy: "",
          seq: 1,
          ...given,
        });
      const pending = (message: string): void =>
        options.onPending?.({ type: "pending", id, ask: "a", expiresAt: 0, message });
      options.signal?.addEventListener("abort", () => answer({ code: "cancelled" }));
      this.asked.push({ id, question, signal: options.signal, answer, pending });
      const now = this.policy(question);
      if (now) answer(now);
    });
    return { id, verdict };
  }

  result(report: ResultReport): ReturnType<Decisions["result"]> {
    const id = this.#next++;
    return new Promise((resolve) => {
      const answer = (effect: "allow" | "deny", rule = "user/r"): void =>
        resolve({ type: "result-verdict", id, effect, rule, reason: "because", seq: 1 });
      this.reported.push({ report, answer });
      const now = this.results();
      if (now) answer(now);
    });
  }

  definitions(definitions: Parameters<Decisions["definitions"]>[0]): void {
    this.defined.push(definitions);
  }
  counts(counts: Parameters<Decisions["counts"]>[0]): void {
    this.counted.push(counts);
  }
  client(client: unknown): void {
    this.clients.push(client);
  }
}

/** A gateway between two lists of lines. */
export function gate(decisions = new FakeDecisions()) {
  const toClient: string[] = [];
  const toServer: string[] = [];
  const log: string[] = [];
  const gateway = new Gateway({
    server: "notes",
    decisions,
    digest: () => "0123456789",
    toClient: { write: (bytes) => toClient.push(bytes.toString()) },
    toServer: { write: (bytes) => toServer.push(bytes.toString()) },
    log: (line) => log.push(line),
  });
  const reader = {
    client: new LineReader(16 * 1024 * 1024, (frame) => gateway.receive("client", frame)),
    server: new LineReader(16 * 1024 * 1024, (frame) => gateway.receive("server", frame)),
  };
  const send = async (from: "client" | "server", text: string | Buffer | object): Promise<void> => {
    const bytes =
      typeof text === "string" || Buffer.isBuffer(text) ? Buffer.from(text) : Buffer.from(JSON.stringify(text));
    reader[from].push(Buffer.concat([bytes, Buffer.from("\n")]));
    await settled();
  };
  /** What the client was sent, parsed. */
  const answers = (): Record<string, never>[] => toClient.map((line) => JSON.parse(line) as Record<string, never>);
  return { gateway, decisions, toClient, toServer, log, send, answers };
}

/** All that is decided already has had its effect. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

export const call = (id: unknown, name: unknown = "read", args: unknown = {}, meta?: object) => ({
  jsonrpc: "2.0",
  id,
  method: "tools/call",
  params: { name, arguments: args, ...(meta && { _meta: meta }) },
});
export const reply = (id: unknown, result: object = { content: [] }) => ({ jsonrpc: "2.0", id, result });
