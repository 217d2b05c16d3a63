import { performance } from "node:perf_hooks";
import type { Verdict } from "../link/messages.ts";
import { EnvelopeScan, type EnvelopeSight } from "../mcp/envelope.ts";
import type { McpErrorName } from "../mcp/errors.ts";
import { admit, GATE_LIMITS, type Admitted, type GateLimits } from "../mcp/gate.ts";
import { isObject, own, ownObject, ownString, type Json, type JsonObject } from "../mcp/json.ts";
import {
  answerId,
  classify,
  eraOf,
  isId,
  progressToken,
  type Id,
  type Notification,
  type Request,
  type Response,
} from "../mcp/message.ts";
import { METHODS, type Side } from "../mcp/methods.ts";
import { DENIALS, errorAnswer, progressNote, refusalAnswer, type Refusal } from "./answers.ts";
import { Cancellation } from "./cancellation.ts";
import { Counter } from "./counter.ts";
import type { DecideQuestion, Decisions } from "./decisions.ts";
import { Flights, type Flight } from "./flights.ts";
import { isBlank, type Frame } from "./framing.ts";
import { GarbageWatch } from "./garbage.ts";
import { inspect, linkDefinitions, payloadOf, shownArguments, targetOf, type Inspection } from "./inspect.ts";
import { Lane, type Output, type Slot, type Via } from "./lane.ts";
import type { SecretDigest } from "./secrets.ts";
import { ToolNames } from "./toolNames.ts";

export interface GatewayOptions {
  /** The entry's name, for what people and models read. */
  readonly server: string;
  readonly decisions: Decisions;
  readonly toClient: Output;
  readonly toServer: Output;
  /** One line for the person who reads the proxy's stderr. */
  readonly log: (line: string) => void;
  /** What stands for a secret in all that leaves this process. */
  readonly digest: SecretDigest;
  readonly limits?: GateLimits;
  /** What the server has listed, where several gates stand before it. */
  readonly names?: ToolNames;
  /** How often a caller who asked for progress hears that its call still waits, in milliseconds. */
  readonly progressMs?: number;
}

/** How long after a lost broker it is asked again, in milliseconds: the killed one may need a moment to be gone. */
const RETRY_MS = [0, 150, 600];
/** Refusals that a server has not read, in bytes: beyond, it is told no more. It asks, and does not listen. */
const MAX_UNREAD_REFUSALS = 8 * 1024 * 1024;
/** Refused messages of one side that are logged one by one; then only each tenth power. */
const LOGGED = 20;
const GATE_REMEDY = "Send one well-formed JSON-RPC 2.0 message a line.";
const LF = Buffer.from("\n");

/** Stands for the verdict that could not be asked for. */
const FAULT: Verdict = {
  type: "verdict",
  id: -1,
  effect: "deny",
  rule: "proxy/internal",
  reason: "Sallyport failed while it handled this message.",
  remedy: "",
  seq: -1,
};

const other = (side: Side): Side => (side === "client" ? "server" : "client");

/**
 * The gate between one client and one server: every message of either side is read strictly, inspected, decided and
 * recorded by the broker, and only then do its own bytes go on. Knows nothing of processes and pipes.
 */
export class Gateway {
  readonly #server: string;
  readonly #decisions: Decisions;
  readonly #log: (line: string) => void;
  readonly #digest: SecretDigest;
  readonly #limits: GateLimits;
  readonly #progressMs: number;
  readonly #output: Readonly<Record<Side, Output>>;
  /** The way to each side. */
  readonly lanes: Readonly<Record<Side, Lane>>;
  /** The open requests that each side has sent. */
  readonly #flights: Readonly<Record<Side, Flights>> = { client: new Flights(), server: new Flights() };
  readonly #counter: Counter;
  readonly #refused: Record<Side, number> = { client: 0, server: 0 };
  readonly #names: ToolNames;
  readonly garbage: GarbageWatch;
  /** Why nothing can be sent to the server any more. */
  #gone: Refusal | undefined;
  #closing = false;
  /** The broker answered last time: what is only counted may pass without asking. */
  #brokerUp = false;
  /** Whether the client has sent anything that wants an answer. */
  asked = false;

  constructor(options: GatewayOptions) {
    this.#server = options.server;
    this.#decisions = options.decisions;
    this.#log = options.log;
    this.#digest = options.digest;
    this.#limits = options.limits ?? GATE_LIMITS;
    this.#progressMs = options.progressMs ?? 10_000;
    this.#output = { client: options.toClient, server: options.toServer };
    this.lanes = { client: new Lane(options.toClient), server: new Lane(options.toServer) };
    this.#names = options.names ?? new ToolNames();
    this.#counter = new Counter((counts) => this.#decisions.counts(counts));
    this.garbage = new GarbageWatch(options.server, options.log, (reason) => {
      this.#failOpen("SERVER_GARBAGE", reason, "Look at what the server prints: only MCP messages may go to stdout.");
    });
  }

  /** Why the server takes no more messages, once it does not. */
  get gone(): string | undefined {
    return this.#gone?.reason;
  }

  /** Requests of the client that are not answered, and messages whose verdict is out. */
  get open(): number {
    return this.#flights.client.size + this.lanes.client.waiting + this.lanes.server.waiting;
  }

  /** Takes what one side has sent. Never throws: a fault of ours refuses the message, and says so. */
  receive(from: Side, frame: Frame, via?: Via): void {
    try {
      this.#receive(from, frame, via);
    } catch (error) {
      this.#logFault(error);
      const reason = "Sallyport failed while it looked at this message.";
      this.#refuse(from, "INTERNAL", reason, sightOf(frame), undefined, via);
    }
  }

  #receive(from: Side, frame: Frame, via: Via | undefined): void {
    if (frame.kind === "oversize") {
      const reason = `The message has ${frame.length} bytes; at most ${this.#limits.maxBytes} are read.`;
      this.#refuse(from, "TOO_LARGE", reason, frame.sight, undefined, via);
      return;
    }
    const bytes = frame.bytes.at(-1) === 0x0a ? frame.bytes : Buffer.concat([frame.bytes, LF]);
    if (!frame.admitted && isBlank(bytes)) return;
    const admitted = frame.admitted ?? admit(bytes, this.#limits);
    if (!admitted.ok) {
      if (from === "server" && !isBraced(bytes)) {
        this.garbage.see(bytes);
        return;
      }
      this.#refuse(from, admitted.error, capital(admitted.reason), sightOf(frame), admitted.value, via);
      return;
    }
    const message = classify(admitted, from);
    if (message.kind === "none") {
      const sight = { id: message.id ?? undefined, hasMethod: message.answerable };
      this.#refuse(from, message.error, capital(message.reason), sight, undefined, via);
      return;
    }
    if (from === "server") this.garbage.sawMessage();
    if (message.kind === "request") this.#request(from, message, admitted, via);
    else if (message.kind === "notification") this.#notification(from, message, admitted, via);
    else this.#response(from, message, admitted, via);
  }

  // ─────────────────────────────────────────────────────────────────────────────────────────────────── refusals

  /**
   * A message that does not go on. Its sender is told, unless it can only have been a response: then whoever waits for
   * that response is told that it will not come.
   */
  #refuse(
    from: Side,
    error: McpErrorName,
    reason: string,
    sight: EnvelopeSight,
    value: Json | undefined,
    via: Via | undefined,
  ): void {
    this.#logRefusal(from, `a message of the ${from} was refused: ${reason}`);
    if (from === "client") this.asked = true;
    if (error === "BATCH" && Array.isArray(value)) {
      this.#refuseBatch(from, reason, value as readonly Json[], via);
      return;
    }
    const { id, hasMethod } = sight;
    if (!hasMethod && id !== undefined && this.#failFlight(other(from), id, from, reason)) return;
    if (!hasMethod && id !== undefined && from === "server") return; // a response nobody waits for
    const refusal = { error, rule: `gate/${error.toLowerCase().replaceAll("_", "-")}`, reason, remedy: GATE_REMEDY };
    // An id in use is the id of another request, whose answer this must not become.
    const free = id !== undefined && !this.#flights[from].get(id) ? id : null;
    if (from === "client" || free !== null) this.#reply(from, free, errorAnswer(free, refusal), via);
  }

  /** A refusal for who sent the message. The client is not read while it does not read; a server that does not is let be. */
  #reply(to: Side, id: Id | null, answer: Buffer, via: Via | undefined): void {
    if (to === "server" && (this.#output.server.buffered ?? 0) > MAX_UNREAD_REFUSALS) return;
    this.#output[to].write(answer, { kind: "response", id }, via);
  }

  #logRefusal(from: Side, line: string): void {
    const count = ++this.#refused[from];
    if (count <= LOGGED) this.#log(line);
    else if (Number.isInteger(Math.log10(count))) this.#log(`${line} (${count} so far)`);
  }

  #refuseBatch(from: Side, reason: string, batch: readonly Json[], via: Via | undefined): void {
    let answered = 0;
    for (const item of batch.slice(0, 1000)) {
      const id = answerId(item);
      if (id === null) continue;
      const sight = { id, hasMethod: isObject(item) && own(item, "method") !== undefined };
      this.#refuse(from, "MALFORMED", reason, sight, undefined, via);
      answered++;
    }
    const nobody = { id: undefined, hasMethod: true };
    if (answered === 0) this.#refuse(from, "MALFORMED", reason, nobody, undefined, via);
  }

  /** The response to an open request was refused at the gate: its requester gets an error. False where none is open. */
  #failFlight(requester: Side, id: Id, responder: Side, why: string): boolean {
    return this.#fail(requester, id, (method) => ({
      error: "SERVER_ANSWER",
      rule: "gate/answer",
      reason: `The ${responder}'s answer to ${method} was refused. ${why}`,
      remedy: responder === "server" ? `Report it to the maintainers of ${this.#server}.` : "",
    }));
  }

  #fail(requester: Side, id: Id, why: (method: string) => Refusal): boolean {
    const flight = this.#flights[requester].get(id);
    if (!flight || flight.state !== "forwarded") return false;
    this.#flights[requester].close(flight);
    this.#lost(flight);
    if (!flight.cancelled) this.#answer(requester, flight, errorAnswer(id, why(flight.method)));
    return true;
  }

  /** Whether a request of the client is with the server, and not answered. */
  awaits(id: Id): boolean {
    return this.#flights.client.get(id)?.state === "forwarded";
  }

  /** What the transport to the server could not bring there, or back from there, is an error to the client that asked. */
  notAnswered(id: Id, error: McpErrorName, reason: string, remedy: string): void {
    this.#fail("client", id, () => ({ error, rule: "server", reason, remedy }));
  }

  /** An answer of ours to an open request. */
  #answer(to: Side, { id, via }: Flight, answer: Buffer): void {
    this.#output[to].write(answer, { kind: "response", id }, via);
  }

  /** Tells the broker that an allowed request gets no answer. */
  #lost(flight: Flight): void {
    if (flight.decision === undefined) return;
    void this.#decisions.result({
      of: flight.decision,
      outcome: "lost",
      digest: EMPTY_DIGEST,
      bytes: 0,
      preview: "",
      findings: [],
      serverMs: flight.sentAt === 0 ? 0 : performance.now() - flight.sentAt,
    });
  }

  /** Answers every open request of the client with one error. */
  #failOpen(error: McpErrorName, reason: string, remedy: string): void {
    for (const flight of this.#flights.client.drain()) {
      if (flight.state === "forwarded") this.#lost(flight);
      flight.abort.abort();
      if (!flight.cancelled)
        this.#answer("client", flight, errorAnswer(flight.id, { error, rule: "server", reason, remedy }));
      flight.cancelled = true;
    }
  }

  // ─────────────────────────────────────────────────────────────────────────────────────────────────── requests

  #request(from: Side, request: Request, admitted: Admitted, via: Via | undefined): void {
    const flights = this.#flights[from];
    const { id, method, params } = request;
    if (from === "client") {
      this.asked = true;
      this.#learnClient(method, params);
    }
    const refuse = (error: McpErrorName, reason: string, answer: Id | null = id): void => {
      this.#logRefusal(from, `a request of the ${from} was refused: ${reason}`);
      const refusal = {
        error,
        rule: "gate/open-requests",
        reason,
        remedy: "Wait for answers, and use a new id for each request.",
      };
      this.#reply(from, answer, errorAnswer(answer, refusal), via);
    };
    if (flights.get(id)) {
      refuse("ID_IN_USE", `The id ${JSON.stringify(id)} belongs to a request that is still open.`, null);
      return;
    }
    if (from === "client" && this.#gone) {
      this.#reply("client", id, errorAnswer(id, this.#gone), via);
      return;
    }
    if (!flights.makeRoom()) {
      refuse("TOO_MANY", "Too many requests are open.");
      return;
    }
    const tool = method === "tools/call" ? ownString(params, "name") : undefined;
    if (tool !== undefined && this.#names.isVariant(tool)) {
      refuse("AMBIGUOUS", "The tool's name is a variant spelling of one that the server lists.");
      return;
    }
    const inspection = inspect(request, from, this.#digest);
    const counted = this.#mayCount(method, inspection);
    const question = counted ? undefined : questionOf(from, request, admitted, inspection, tool);
    // From here on nothing can fail: a place in the lane that is taken is also given back.
    const flight: Flight = {
      id,
      method,
      tool,
      era: eraOf(params),
      state: "undecided",
      asked: false,
      cancelled: false,
      decision: undefined,
      sentAt: 0,
      abort: new Cancellation(),
      via,
    };
    flights.add(flight);
    const slot = this.lanes[other(from)].add(admitted.bytes.length, request, via);
    if (question) this.#decide(from, request, admitted.bytes, question, slot, flight);
    else {
      this.#counter.add(from === "client" ? "to-server" : "to-client", method);
      this.#forward(flight, slot, admitted.bytes);
    }
  }

  #mayCount(method: string, inspection: Inspection): boolean {
    return METHODS.get(method)?.counted === true && this.#brokerUp && inspection.findings.length === 0;
  }

  #forward(flight: Flight, slot: Slot, bytes: Buffer): void {
    flight.state = "forwarded";
    flight.sentAt = performance.now();
    slot.release(bytes);
  }

  #decide(
    from: Side,
    message: Request | Notification,
    bytes: Buffer,
    question: DecideQuestion,
    slot: Slot,
    flight: Flight | undefined,
  ): void {
    const token = question.progress ? progressToken(message.params) : undefined;
    let asked = false;
    let stopProgress: () => void = () => {};
    const put = (attempt: number): void => {
      const { id, verdict } = this.#decisions.decide(question, {
        ...(flight && { signal: flight.abort.asSignal() }),
        onPending: (pending) => {
          asked = true;
          if (flight) flight.asked = true;
          slot.park();
          if (token !== undefined && flight && !flight.cancelled)
            stopProgress = this.#reportProgress(token, pending.message, flight.via);
        },
      });
      if (flight) flight.decision = id;
      void verdict.then((outcome) => {
        stopProgress();
        this.#brokerUp = outcome.code !== "broker-lost";
        // Lost before anybody was asked: nothing was forwarded, so asking again is safe, and a new broker answers.
        const retry = RETRY_MS[attempt];
        if (outcome.code === "broker-lost" && !asked && retry !== undefined && !this.#closing)
          setTimeout(() => put(attempt + 1), retry);
        else this.#settle(from, message, bytes, slot, flight, outcome);
      });
    };
    try {
      put(0);
    } catch (error) {
      // The place in the lane is taken: whatever happens, it is given back.
      this.#logFault(error);
      this.#settle(from, message, bytes, slot, flight, FAULT);
    }
  }

  #logFault(error: unknown): void {
    this.#log(`internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }

  #settle(
    from: Side,
    message: Request | Notification,
    bytes: Buffer,
    slot: Slot,
    flight: Flight | undefined,
    verdict: Verdict,
  ): void {
    const allowed = verdict.effect === "allow";
    if (!flight) {
      if (allowed && !(from === "client" && this.#gone)) slot.release(bytes);
      else slot.drop();
      return;
    }
    const flights = this.#flights[from];
    if (flight.cancelled || flights.get(flight.id) !== flight) {
      // Its sender wants no answer any more, or has been given one.
      flights.close(flight);
      slot.drop();
      if (allowed) this.#lost(flight);
    } else if (allowed) this.#forward(flight, slot, bytes);
    else {
      flights.close(flight);
      slot.drop();
      const { rule, reason, remedy } = verdict;
      const error = verdict === FAULT ? "INTERNAL" : DENIALS[verdict.code ?? "policy"];
      const refusal: Refusal = { error, rule, reason, remedy };
      const what = `${this.#server}/${flight.tool ?? message.method}`;
      this.#answer(from, flight, refusalAnswer(message.method, flight.era, flight.id, what, refusal));
    }
  }

  #reportProgress(token: Id, message: string, via: Via | undefined): () => void {
    let progress = 0;
    const params = { progressToken: token };
    const note = { kind: "notification", method: "notifications/progress", params } as const;
    const report = (): void => this.#output.client.write(progressNote(token, ++progress, message), note, via);
    report();
    const timer = setInterval(report, this.#progressMs);
    return () => clearInterval(timer);
  }

  #learnClient(method: string, params: JsonObject | undefined): void {
    const info =
      method === "initialize"
        ? ownObject(params, "clientInfo")
        : this.#clientKnown
          ? undefined
          : ownObject(ownObject(params, "_meta"), "io.modelcontextprotocol/clientInfo");
    const name = ownString(info, "name");
    if (name === undefined) return;
    this.#clientKnown = true;
    const version = ownString(info, "version");
    this.#decisions.client({
      name: name.slice(0, 256),
      ...(version !== undefined && { version: version.slice(0, 64) }),
    });
  }
  #clientKnown = false;

  // ────────────────────────────────────────────────────────────────────────────────────────────── notifications

  #notification(from: Side, notification: Notification, admitted: Admitted, via: Via | undefined): void {
    const { method, params } = notification;
    if (method === "notifications/cancelled" && this.#cancel(from, own(params, "requestId"))) return;
    if (from === "client" && this.#gone) return;
    const inspection = inspect(notification, from, this.#digest);
    const question = this.#mayCount(method, inspection)
      ? undefined
      : questionOf(from, notification, admitted, inspection, undefined);
    const slot = this.lanes[other(from)].add(admitted.bytes.length, notification, via);
    if (question) this.#decide(from, notification, admitted.bytes, question, slot, undefined);
    else {
      this.#counter.add(from === "client" ? "to-server" : "to-client", method);
      slot.release(admitted.bytes);
    }
  }

  /** True where the cancelled request has not been forwarded: then there is nothing to tell the other side. */
  #cancel(from: Side, requestId: Json | undefined): boolean {
    const flight = isId(requestId) ? this.#flights[from].get(requestId) : undefined;
    if (!flight) return false;
    flight.cancelled = true;
    if (flight.state === "forwarded") return false;
    flight.abort.abort();
    return true;
  }

  // ────────────────────────────────────────────────────────────────────────────────────────────────── responses

  #response(from: Side, response: Response, admitted: Admitted, via: Via | undefined): void {
    const requester = other(from);
    const flight = response.id === null ? undefined : this.#flights[requester].get(response.id);
    if (!flight || flight.state !== "forwarded") {
      this.#log(`a response of the ${from} that nobody waits for was dropped`);
      return;
    }
    const inspection = inspect(response, from, this.#digest, flight.method);
    const { digest, preview } = payloadOf(admitted, response.error ? "error" : "result", inspection);
    const definitions = linkDefinitions(flight.method, response, inspection);
    // From here on nothing can fail.
    this.#flights[requester].close(flight);
    const slot = this.lanes[requester].add(admitted.bytes.length, response, via ?? flight.via);
    const withhold = (rule: string, reason: string): void => {
      const what = `${this.#server}/${flight.tool ?? flight.method}`;
      const remedy = "A person must decide this in Sallyport.";
      const refusal: Refusal = { error: "RESULT_WITHHELD", rule, reason, remedy };
      slot.release(refusalAnswer(flight.method, flight.era, flight.id, what, refusal));
    };
    if (flight.decision === undefined) {
      // The answer to a ping: there is no record that a finding in it could stand beside.
      if (inspection.findings.length === 0) slot.release(admitted.bytes);
      else withhold("gate/ping", "The answer to a ping carried something that a detector flagged.");
      return;
    }
    if (definitions?.list === "tools")
      for (const part of definitions.parts) this.#names.learn(part.map((entry) => entry.name));
    const report = {
      of: flight.decision,
      outcome: response.error ? "error" : own(response.result, "isError") === true ? "tool-error" : "result",
      digest,
      bytes: admitted.bytes.length,
      preview,
      findings: inspection.findings,
      serverMs: performance.now() - flight.sentAt,
    } as const;
    const put = (attempt: number): void => {
      for (const entries of definitions?.parts ?? [])
        this.#decisions.definitions({ list: definitions?.list ?? "tools", entries });
      void this.#decisions.result(report).then((verdict) => {
        const lost = verdict.rule === "broker/broker-lost";
        this.#brokerUp = !lost;
        const retry = RETRY_MS[attempt];
        if (lost && retry !== undefined && !this.#closing) setTimeout(() => put(attempt + 1), retry);
        else if (verdict.effect === "allow") slot.release(admitted.bytes);
        else withhold(verdict.rule, verdict.reason);
      });
    };
    try {
      put(0);
    } catch (error) {
      this.#logFault(error);
      withhold(FAULT.rule, FAULT.reason);
    }
  }

  // ──────────────────────────────────────────────────────────────────────────────────────────────────── endings

  /** The server takes no more messages. Whatever waits for it is answered; so is whatever still comes. */
  serverGone(error: McpErrorName, reason: string, remedy: string): void {
    if (this.#gone) return;
    this.#gone = { error, rule: "server", reason, remedy };
    this.#failOpen(error, reason, remedy);
    for (const flight of this.#flights.server.drain()) flight.abort.abort();
    this.garbage.stop();
  }

  /** The client sends no more: what waits for a person is closed, and what is on its way is finished. */
  clientGone(): void {
    for (const flight of this.#flights.server.drain()) flight.abort.abort();
    for (const flight of this.#flights.client.all()) if (flight.asked) flight.abort.abort();
  }

  /** Closes every question that is still open. */
  stop(): void {
    this.#closing = true;
    for (const side of ["client", "server"] as const)
      for (const flight of this.#flights[side].drain()) {
        if (flight.state === "forwarded") this.#lost(flight);
        flight.cancelled = true;
        flight.abort.abort();
      }
    this.#counter.flush();
    this.garbage.stop();
  }
}

/** What the broker is asked about a message. */
function questionOf(
  from: Side,
  message: Request | Notification,
  admitted: Admitted,
  inspection: Inspection,
  tool: string | undefined,
): DecideQuestion {
  const { kind, method, params } = message;
  const { digest, preview } = payloadOf(admitted, "params", inspection);
  const target = targetOf(method, params, inspection);
  const conversation = ownString(ownObject(params, "_meta"), "vscode.conversationId");
  const wanted = from === "server" || tool !== undefined || method === "prompts/get";
  const shown = wanted ? shownArguments(admitted, from, inspection) : undefined;
  return {
    direction: from === "client" ? "to-server" : "to-client",
    kind,
    method,
    // A name can hold a secret too, and is recorded.
    ...(tool !== undefined && { tool: inspection.redactions.get(tool) ?? tool }),
    ...(target !== undefined && { target }),
    ...(conversation !== undefined && { conversation: conversation.slice(0, 256) }),
    paramsDigest: digest,
    bytes: admitted.bytes.length,
    preview,
    ...(shown && { arguments: shown }),
    findings: inspection.findings,
    progress: kind === "request" && from === "client" && progressToken(params) !== undefined,
  };
}

const EMPTY_DIGEST = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

function isBraced(bytes: Buffer): boolean {
  for (const c of bytes) if (c > 0x20) return c === 0x7b || c === 0x5b;
  return false;
}

function sightOf(frame: Frame): EnvelopeSight {
  if (frame.kind === "oversize") return frame.sight;
  const scan = new EnvelopeScan();
  scan.feed(frame.bytes);
  return scan.sight();
}

const capital = (sentence: string): string => `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
