import { randomBytes } from "node:crypto";
import { atLeast } from "../core/finding.ts";
import { isSallyportError, SallyportError } from "../core/errors.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { RecordBody } from "../ledger/records.ts";
import type {
  Answer,
  AnswerChoice,
  AnswerOutcome,
  AnswerResult,
  Ask,
  BrokerInfo,
  Counts,
  Decide,
  Definitions,
  DenialCode,
  Grant,
  Open,
  Result,
  RuleReference,
  StatusReply,
  TrafficCall,
  Verdict,
} from "../link/messages.ts";
import {
  answerInput,
  canonical,
  digest,
  EMPTY_DIGEST,
  findingsDigest,
  reviewerId,
  verifyInput,
} from "../link/signature.ts";
import { AlwaysRule } from "./alwaysRule.ts";
import { Asks, LATE_MS, type AskEntry, type Audience, type Schedule } from "./asks.ts";
import { Enforcement, UNRECORDED, whyForModel, type Call, type Peer } from "./enforcement.ts";
import { Feed } from "./feed.ts";
import type { Grants, StoredGrant } from "./grants.ts";
import type { Pins } from "./pins.ts";
import type { Policies } from "./policies.ts";
import { countsRecord, decisionRecord, definitionsFindings, parties, requestRecord, resultRecord } from "./records.ts";
import type { Reviewers } from "./reviewers.ts";
import type { Sessions } from "./sessions.ts";
import type { Settings } from "./settings.ts";
import { choicesOf, readsOnly, SESSION_GRANT_MS, summaryOf } from "./words.ts";

/** Results with these, at least `high`, taint the session that reads them. */
const TAINTING = new Set(["prompt-injection", "hidden-text"]);
/** Calls of one connection that may be open at a time. */
const MAX_OPEN_CALLS = 20_000;
/** Records of reads are on the disk after so long: what a power cut can lose. */
const LAZY_SYNC_MS = 50;
/** What a refusal tells a model: that a person must decide this, and no more. */
const REMEDY = "Only the person can decide this, in Sallyport.";
const REMEDY_LEDGER = "Tell the person that Sallyport cannot write its record: its panel and its log say why.";
const REMEDY_RETRY = "Tell the person that Sallyport asks them to decide this; then the call can be made again.";

export interface BrokerParts {
  readonly info: BrokerInfo;
  readonly ledger: Ledger;
  readonly policies: Policies;
  readonly grants: Grants;
  readonly pins: Pins;
  readonly sessions: Sessions;
  readonly reviewers: Reviewers;
  readonly always: AlwaysRule;
  readonly settings: Settings;
  readonly now: () => number;
  readonly schedule: Schedule;
}

/** What is recorded together with others, and told only then. */
interface Held {
  readonly records: readonly RecordBody[];
  /** The kernel has the records; `seq` is the last one's. */
  tell(seq: number): void;
  refuse(error: unknown): void;
}

/** What a policy and the grants say about a call. */
interface Outcome {
  readonly effect: "allow" | "ask" | "deny";
  readonly why: readonly RuleReference[];
  readonly grant: StoredGrant | undefined;
  /** A standing grant would not answer it. */
  readonly only: boolean;
  readonly exact: string;
  readonly policy: string;
}

/**
 * The decision point. Knows no sockets: connections hand it checked messages and are answered through `Peer`. Every
 * decision is in the ledger before it is told.
 */
export class Broker {
  readonly feed: Feed;
  readonly asks: Asks;
  readonly #parts: BrokerParts;
  readonly #servers = new Map<string, Enforcement>();
  #calls = 0;
  #lazySync = false;
  /** Messages that arrived together are being taken. */
  #together = false;
  #held: Held[] = [];
  /** The policy files were looked at since these messages arrived. */
  #looked = false;

  constructor(parts: BrokerParts, audience: Audience) {
    this.#parts = parts;
    this.feed = new Feed(
      {
        servers: () => ({ type: "servers", servers: this.#serverInfos() }),
        grants: () => ({ type: "grants", grants: this.grants() }),
        policy: () => ({ type: "policy", layers: parts.policies.layers() }),
        head: () => parts.ledger.durable(),
      },
      parts.schedule,
    );
    this.asks = new Asks(parts.settings, parts.schedule, audience, (entry, why) => this.#lapsed(entry, why));
    this.append({ kind: "broker-start", version: parts.info.version, pid: parts.info.pid });
    if (parts.grants.altered) {
      const reason = "something else than Sallyport changed it; none of its grants counts";
      this.append({ kind: "state", file: "grants", state: "altered", reason });
    }
    if (parts.sessions.altered) {
      const reason = "something else than Sallyport changed it; a conversation may have lost its taint";
      this.append({ kind: "state", file: "taints", state: "altered", reason });
    }
    this.#recordPolicy();
    parts.policies.onChange = () => {
      this.#recordPolicy();
      this.feed.changed("policy");
    };
  }

  // ── one write for what arrived together ────────────────────────────────────────────────────────────────────────

  /**
   * Takes messages that arrived together: the records of those that can be decided at once go to the ledger in one write
   * at the end, and their verdicts leave after it. Where the write fails, all of them are refused.
   */
  together(take: () => void): void {
    this.#together = true;
    try {
      take();
    } finally {
      this.#together = false;
      this.release();
      this.#looked = false;
    }
  }

  /** Records what is held, and tells it. */
  release(): void {
    while (this.#held.length > 0) {
      const held = this.#held;
      this.#held = [];
      this.#record(held);
    }
  }

  #record(held: readonly Held[]): void {
    let heads: { seq: number }[];
    try {
      heads = this.#parts.ledger.appendAll(held.flatMap(({ records }) => records));
    } catch (error) {
      // One record that is too long does not concern the others; nothing was written.
      if (held.length > 1 && isSallyportError(error, "TOO_LARGE")) for (const one of held) this.#record([one]);
      else for (const one of held) one.refuse(error);
      return;
    }
    this.feed.grown();
    let last = -1;
    for (const one of held) {
      last += one.records.length;
      one.tell(heads[last]?.seq ?? -1);
    }
  }

  #hold(held: Held): void {
    this.#held.push(held);
    if (!this.#together) this.release();
  }

  // ── proxies ────────────────────────────────────────────────────────────────────────────────────────────────────

  open(peer: Peer, open: Open): Enforcement {
    const { policies, sessions, now } = this.#parts;
    const workspace = policies.workspace(open.workspacePolicy, open.workspacePolicyUnreadable);
    const session = sessions.of(open.client, undefined);
    const server = new Enforcement(peer, open, workspace, session, now());
    this.#servers.set(peer.id, server);
    this.append({
      kind: "session",
      action: "start",
      ...parties(session.info.id, open.client.name, open.server, open.identity),
      reason: `${session.info.label}; proxy ${peer.pid}`,
    });
    const problems = policies.layers().flatMap((layer) => layer.problems);
    peer.send({ type: "opened", session: session.info.id, policyProblems: [...problems, ...workspace.problems] });
    this.feed.changed("servers");
    return server;
  }

  /** The proxy is gone: what waits for a person does not any more. */
  gone(server: Enforcement, reason: string): void {
    this.#servers.delete(server.peer.id);
    for (const call of server.calls.values()) {
      if (call.state === "waiting") this.#withdraw(call, "the caller went away");
    }
    server.calls.clear();
    const { session, open, client } = server;
    const who = parties(session.info.id, client.name, open.server, open.identity);
    this.#try({ kind: "session", action: "end", ...who, reason });
    this.feed.changed("servers");
  }

  decide(server: Enforcement, message: Decide): void {
    const { policies, sessions, pins, now, info } = this.#parts;
    const arrived = performance.now();
    if (server.calls.has(message.id)) {
      server.peer.drop("malformed", `the number ${message.id} is used twice`);
      return;
    }
    if (server.calls.size >= MAX_OPEN_CALLS) {
      server.peer.drop("overload", `over ${MAX_OPEN_CALLS} calls are open at once`);
      return;
    }
    if (!this.#looked) policies.refresh();
    this.#looked = this.#together;
    const { open, client } = server;
    const session = message.conversation === undefined ? server.session : sessions.of(client, message.conversation);
    const id = `${info.startedAt.toString(36)}-${(this.#calls++).toString(36)}`;
    const subject = {
      ...parties(session.info.id, client.name, open.server, open.identity),
      call: id,
      method: message.method,
      ...(message.tool !== undefined && { tool: message.tool }),
      ...(message.target !== undefined && { target: message.target }),
    };
    const tool = message.tool === undefined ? undefined : server.tool(message.tool, pins);
    const call: Call = { id, server, message, session, subject, tool, at: now(), arrived, state: "deciding" };
    server.calls.set(message.id, call);
    server.total++;
    try {
      this.#settle(call, [requestRecord(subject, message)]);
    } catch (error) {
      this.#deny(call, "ledger", { layer: "broker", rule: "ledger", reason: reasonOf(error) });
    }
  }

  cancel(server: Enforcement, id: number): void {
    const call = server.calls.get(id);
    if (call?.state === "waiting") this.#withdraw(call, "the caller cancelled");
  }

  result(server: Enforcement, message: Result): void {
    const call = server.calls.get(message.of);
    if (call?.state === "deciding") this.release();
    if (call?.state !== "allowed") {
      server.peer.drop("malformed", `a result for ${message.of}, which is no open call`);
      return;
    }
    call.state = "finished";
    server.calls.delete(message.of);
    const verdict = { type: "result-verdict" as const, id: message.id };
    const cause = message.findings.find(({ rule, severity }) => TAINTING.has(rule) && atLeast(severity, "high"));
    const told = (seq: number): void => {
      server.peer.send({ ...verdict, effect: "allow", rule: "broker/recorded", reason: "", seq });
      this.#tell(call, { result: { ...resultOf(message), seq } });
      this.#syncSoon();
    };
    const refuse = (error: unknown): void => {
      this.#problem(`the ledger: ${reasonOf(error)}`);
      server.peer.send({ ...verdict, effect: "deny", rule: "broker/ledger", reason: UNRECORDED, seq: -1 });
      this.#tell(call, { result: { ...resultOf(message), seq: -1 } });
    };
    const record = resultRecord(call.subject, message);
    if (!cause) {
      this.#hold({ records: [record], tell: told, refuse });
      return;
    }
    // A taint counts for the very next message, so it is on record before that is looked at.
    try {
      const { seq } = this.append(record);
      this.#taint(call, cause.rule);
      told(seq);
    } catch (error) {
      refuse(error);
    }
  }

  definitions(server: Enforcement, message: Definitions): void {
    const { pins, now } = this.#parts;
    const { open, client, session } = server;
    const isTools = message.list === "tools";
    let over = message.entries.map(({ name }) => name);
    try {
      if (isTools) ({ over } = pins.see(open.identity.id, message.entries, now()));
    } catch (error) {
      // What cannot be remembered counts as flagged, and asks.
      this.#problem(`definitions of ${open.server}: ${reasonOf(error)}`);
      const reason = `the definitions of ${open.server} cannot be compared with those of before; its tools are asked about`;
      this.#try({ kind: "state", file: "pins", state: "altered", reason });
    }
    if (isTools) server.list(message.entries, over);
    this.#try({
      kind: "definitions",
      ...parties(session.info.id, client.name, open.server, open.identity),
      method: `${message.list}/list`,
      items: message.entries.slice(0, 2000).map(({ name, fingerprint }) => ({
        name,
        fingerprint,
        ...(isTools && { traits: server.tool(name, pins).traits.map(({ trait }) => trait) }),
      })),
      findings: definitionsFindings(message.entries),
    });
    this.feed.changed("servers");
  }

  counts(server: Enforcement, message: Counts): void {
    const { open, client, session } = server;
    this.#try(countsRecord(parties(session.info.id, client.name, open.server, open.identity), message));
  }

  clientNamed(server: Enforcement, name: string, version: string | undefined): void {
    server.client = { ...server.client, name, ...(version !== undefined && { version }) };
    this.feed.changed("servers");
  }

  // ── the decision ───────────────────────────────────────────────────────────────────────────────────────────────

  #outcome(call: Call): Outcome {
    const { policies, grants, now } = this.#parts;
    const { server, message, session, tool } = call;
    const { identity } = server.open;
    const applied = policies.apply(server.workspace);
    const evaluation = applied.rules.evaluate({
      server: server.open.server,
      launch: identity.id,
      client: server.client.name,
      direction: message.direction,
      method: message.method,
      tool: message.tool,
      findings: message.findings,
      traits: tool?.traits.map(({ trait }) => trait) ?? [],
      tainted: session.info.taint !== undefined,
      definition: { changed: tool?.change !== undefined, flagged: tool?.flagged ?? false },
    });
    const { effect, why } = evaluation;
    const only =
      evaluation.always ||
      tool?.change !== undefined ||
      message.findings.some(({ severity }) => atLeast(severity, "high"));
    if (effect !== "ask") return { effect, why, grant: undefined, only, exact: "", policy: applied.digest };
    const exact = digest(
      canonical({
        identity: identity.id,
        session: session.info.id,
        direction: message.direction,
        method: message.method,
        tool: message.tool,
        params: message.paramsDigest,
        findings: findingsDigest(message.findings),
        definition: tool?.fingerprint,
        policy: applied.digest,
        why,
      }),
    );
    const question = {
      identity: identity.id,
      method: message.method,
      tool: message.tool,
      session: session.info.id,
      definition: tool?.fingerprint ?? EMPTY_DIGEST,
      exact,
    };
    const grant = grants.find(question, only, now());
    return { effect: grant ? "allow" : "ask", why, grant, only, exact, policy: applied.digest };
  }

  /**
   * Decides a call by policy and grants, or asks. `before` are records that stand before the decision's. Throws where the
   * ledger or the grants cannot be written.
   */
  #settle(call: Call, before: RecordBody[]): void {
    const outcome = this.#outcome(call);
    const { effect, grant } = outcome;
    const why = outcome.why[0] ?? { layer: "broker", rule: "nothing", reason: "" };
    if (effect === "allow" && !grant) {
      this.#allow(call, "policy", why, {}, before);
      return;
    }
    for (const record of before) this.append(record);
    if (effect === "deny") this.#deny(call, "policy", why);
    else if (!grant) this.#ask(call, outcome);
    else {
      this.#parts.grants.use(grant);
      this.append({ kind: "grant", action: "used", ...grantRecord(grant), call: call.id });
      if (grant.remaining !== undefined) this.feed.changed("grants");
      this.#allow(call, "grant", { layer: "grant", rule: grant.id, reason: grant.words }, { grant: grant.id });
    }
  }

  /** Lets a call through once the decision is recorded. Throws where a grant's or a person's cannot be. */
  #allow(
    call: Call,
    by: "policy" | "grant" | "reviewer",
    why: RuleReference,
    more: { grant?: string; reviewer?: string; name?: string },
    before: readonly RecordBody[] = [],
  ): void {
    const refuse = (error: unknown): void => {
      call.state = "deciding";
      this.#deny(call, "ledger", { layer: "broker", rule: "ledger", reason: reasonOf(error) });
    };
    const record = decisionRecord(call.subject, { effect: "allow", why, ...recordedOf(more) });
    const tell = (seq: number): void => this.#allowed(call, by, why, more, seq, refuse);
    if (by === "policy") this.#hold({ records: [...before, record], tell, refuse });
    else tell(this.append(record).seq);
  }

  #allowed(
    call: Call,
    by: "policy" | "grant" | "reviewer",
    why: RuleReference,
    more: { name?: string },
    seq: number,
    refuse: (error: unknown) => void,
  ): void {
    call.state = "allowed";
    const verdict: Verdict = {
      type: "verdict",
      id: call.message.id,
      effect: "allow",
      rule: `${why.layer}/${why.rule}`,
      reason: why.reason,
      remedy: "",
      seq,
    };
    const tell = (): void => {
      if (call.message.kind === "notification") call.server.calls.delete(call.message.id);
      call.server.peer.send(verdict);
      this.#tell(call, {
        decision: { ...decisionOf(verdict, call), ...(more.name !== undefined && { by: more.name }) },
      });
      letGo(call);
    };
    const acts = call.message.method === "tools/call" && !readsOnly(call.tool?.traits ?? []);
    if (by === "reviewer" || acts) {
      this.#parts.ledger.sync().then(tell, refuse);
      return;
    }
    tell();
    this.#syncSoon();
  }

  #deny(call: Call, code: DenialCode, why: RuleReference, more: { reviewer?: string; name?: string } = {}): void {
    const remedy = code === "ledger" ? REMEDY_LEDGER : code === "policy" || code === "person" ? REMEDY : REMEDY_RETRY;
    if (code === "ledger") this.#problem(`the ledger: ${why.reason}`);
    // A refusal needs no record to be safe: it is told even where it cannot be written.
    const seq = this.#try(decisionRecord(call.subject, { effect: "deny", code, why, remedy, ...recordedOf(more) }));
    call.state = "denied";
    call.server.denied++;
    call.server.calls.delete(call.message.id);
    const verdict: Verdict = {
      type: "verdict",
      id: call.message.id,
      effect: "deny",
      code,
      ...whyForModel(why),
      remedy,
      seq,
    };
    call.server.peer.send(verdict);
    const decision = {
      ...decisionOf(verdict, call),
      rule: `${why.layer}/${why.rule}`,
      reason: why.reason,
      ...(more.name !== undefined && { by: more.name }),
    };
    this.#tell(call, { decision });
    letGo(call);
    this.#syncSoon();
  }

  // ── questions ──────────────────────────────────────────────────────────────────────────────────────────────────

  #ask(call: Call, outcome: Outcome): void {
    const { settings, now } = this.#parts;
    const { server, message, tool, session } = call;
    const { why, only } = outcome;
    if (!this.asks.hasRoom(server.peer.id)) {
      this.#deny(call, "overload", {
        layer: "broker",
        rule: "overload",
        reason: "too many questions wait for a person",
      });
      return;
    }
    const offered: AnswerChoice[] = ["once"];
    if (!only) offered.push("session");
    // A rule in the user's file takes the default's place, and nobody else's.
    const accepting = tool?.change !== undefined && why.every(({ rule }) => rule === "changed-definition");
    if (accepting || (!only && why.every(({ layer }) => layer === "default"))) offered.push("always");
    offered.push("deny");
    const createdAt = now();
    const destroys = tool?.traits.some(({ trait }) => trait === "destroys") ?? false;
    const ask: Ask = {
      id: randomBytes(8).toString("hex"),
      nonce: randomBytes(32).toString("hex"),
      summary: summaryOf(call),
      server: server.open.server,
      identity: server.open.identity,
      client: server.client,
      session: session.info,
      direction: message.direction,
      method: message.method,
      ...(message.tool !== undefined && { tool: message.tool }),
      ...(message.target !== undefined && { target: message.target }),
      ...(message.arguments && { arguments: message.arguments }),
      findings: message.findings,
      traits: tool?.traits ?? [],
      why,
      ...(tool?.change && { definitionChange: tool.change }),
      risk: only || destroys || session.info.taint !== undefined ? "high" : "normal",
      choices: choicesOf(call, offered),
      digests: {
        params: message.paramsDigest,
        findings: findingsDigest(message.findings),
        policy: outcome.policy,
        definition: tool?.fingerprint ?? EMPTY_DIGEST,
      },
      createdAt,
      expiresAt: createdAt + settings.askMs,
      own: false,
    };
    const first = why[0] ?? { rule: "nothing", reason: "" };
    this.append({
      kind: "ask",
      ...call.subject,
      ask: ask.id,
      rule: first.rule,
      reason: first.reason,
      nonce: ask.nonce,
      expires: new Date(ask.expiresAt).toISOString(),
    });
    call.state = "waiting";
    call.ask = ask.id;
    server.peer.send({
      type: "pending",
      id: message.id,
      ask: ask.id,
      expiresAt: ask.expiresAt,
      message: "Waiting for a person to decide this in Sallyport",
    });
    this.#tell(call, {});
    this.asks.add({ ask, call, exact: outcome.exact, choices: offered });
    this.#syncSoon();
  }

  #lapsed({ ask, call }: AskEntry, why: "expired" | "no-reviewer"): void {
    this.#try({ kind: "answer", ...call.subject, ask: ask.id, answer: why });
    const reason =
      why === "expired"
        ? "nobody answered Sallyport's question in time"
        : "no editor window is open to ask a person in";
    this.#deny(call, why, { layer: "broker", rule: why, reason });
  }

  #withdraw(call: Call, reason: string): void {
    const entry = call.ask === undefined ? undefined : this.asks.cancel(call.ask, this.#parts.now());
    if (entry) this.#try({ kind: "answer", ...call.subject, ask: entry.ask.id, answer: "cancelled", reason });
    this.#deny(call, "cancelled", { layer: "broker", rule: "cancelled", reason });
  }

  /** A person's answer. Gives what became of it; nothing but a valid signature of an enrolled key decides anything. */
  answer(publicKey: string, name: string, message: Answer): AnswerOutcome {
    const { reviewers, now } = this.#parts;
    const outcome = (result: AnswerResult, text: string): AnswerOutcome => ({
      type: "answer-outcome",
      ask: message.ask,
      outcome: result,
      message: text,
    });
    if (!reviewers.isEnrolled(publicKey))
      return outcome("not-enrolled", "This window is not enrolled: its answers do not count.");
    const pending = this.asks.get(message.ask);
    const entry = pending ?? this.asks.late(message.ask, now());
    if (!entry) {
      return this.asks.wasAnswered(message.ask)
        ? outcome("duplicate", "Somebody has answered this question already.")
        : outcome("unknown", "There is no such question, or it was asked too long ago.");
    }
    if (!verifyInput(answerInput(entry.ask, message.answer, message.reason), message.signature, publicKey)) {
      return outcome("wrong-signature", "The signature does not fit this question and answer.");
    }
    if (!entry.choices.includes(message.answer)) return outcome("not-offered", "This answer was not offered.");
    const reviewer = reviewerId(publicKey);
    try {
      this.append({
        kind: "answer",
        ...entry.call.subject,
        ask: message.ask,
        answer: message.answer === "deny" ? "deny" : "allow",
        ...(message.answer !== "deny" && { scope: message.answer }),
        ...(message.reason !== "" && { reason: message.reason }),
        reviewer,
        signature: message.signature,
      });
      const by = { reviewer, name };
      if (!pending) return this.#answerLate(entry, message.answer, by, outcome);
      return this.#answerNow(entry, message, by, outcome);
    } catch (error) {
      if (pending) {
        this.asks.answered(message.ask, "denied", name);
        this.#deny(entry.call, "ledger", { layer: "broker", rule: "ledger", reason: reasonOf(error) });
      }
      return outcome("superseded", `The answer could not be recorded, so the call is refused: ${reasonOf(error)}`);
    }
  }

  #answerNow(
    entry: AskEntry,
    { ask, answer, reason }: Answer,
    by: { reviewer: string; name: string },
    outcome: (result: AnswerResult, text: string) => AnswerOutcome,
  ): AnswerOutcome {
    const { call } = entry;
    if (answer === "deny") {
      this.asks.answered(ask, "denied", by.name);
      const why = reason === "" ? "a person refused it" : reason;
      this.#deny(call, "person", { layer: "person", rule: by.reviewer, reason: why }, by);
      return outcome("accepted", "The call was refused.");
    }
    // Decided again at release: what was true when it was asked may not be any more.
    this.#parts.policies.refresh();
    const again = this.#outcome(call);
    if (again.effect === "deny" || again.exact !== entry.exact) {
      this.asks.answered(ask, "withdrawn", by.name);
      call.state = "deciding";
      delete call.ask;
      this.#settle(call, []);
      return outcome("superseded", "Meanwhile the policy or the conversation changed, so it was decided anew.");
    }
    this.asks.answered(ask, "allowed", by.name);
    const extra = answer === "once" ? "" : this.#extend(entry, answer, by);
    const words = `a person allowed it (${answer})`;
    this.#allow(call, "reviewer", { layer: "person", rule: by.reviewer, reason: words }, by);
    return outcome("accepted", extra === "" ? "The call was let through." : extra);
  }

  /** What an answer does beyond this call. Gives a sentence where that did not work: the call itself still passes. */
  #extend({ call, ask }: AskEntry, answer: AnswerChoice, by: { reviewer: string; name: string }): string {
    const { always, pins, policies, now } = this.#parts;
    const words = ask.choices.find(({ choice }) => choice === answer)?.words ?? "";
    try {
      if (answer === "session")
        this.#grant(call, words, by, { session: call.session.info.id, expiresAt: now() + SESSION_GRANT_MS });
      else if (call.tool?.change && call.tool.definition) {
        pins.accept(call.server.open.identity.id, call.tool.definition, now());
        for (const server of this.#servers.values()) server.forget(call.tool.name);
        this.feed.changed("servers");
      } else {
        always.write(call, by.name, now());
        policies.refresh();
      }
      return "";
    } catch (error) {
      return `The call was let through this once; more could not be done: ${reasonOf(error)}`;
    }
  }

  #answerLate(
    entry: AskEntry,
    answer: AnswerChoice,
    by: { reviewer: string; name: string },
    outcome: (result: AnswerResult, text: string) => AnswerOutcome,
  ): AnswerOutcome {
    if (answer === "deny") {
      this.asks.answered(entry.ask.id, "denied", by.name);
      return outcome("accepted", "The question had lapsed, and the call was refused already.");
    }
    const words = `Lets the same call of ${entry.call.tool?.name ?? entry.ask.method} through once (answered late)`;
    this.#grant(entry.call, words, by, {
      paramsDigest: entry.ask.digests.params,
      expiresAt: this.#parts.now() + LATE_MS,
      remaining: 1,
      exact: entry.exact,
    });
    this.asks.answered(entry.ask.id, "allowed", by.name);
    return outcome("late-grant", "The question had lapsed: the same call passes once within ten minutes.");
  }

  #grant(
    call: Call,
    words: string,
    by: { reviewer: string; name: string },
    bounds: Pick<StoredGrant, "session" | "paramsDigest" | "expiresAt" | "remaining" | "exact">,
  ): void {
    const { grants, now } = this.#parts;
    const { identity, server } = call.server.open;
    const made = grants.add(
      {
        identity: identity.id,
        server,
        method: call.message.method,
        ...(call.message.tool !== undefined && { tool: call.message.tool }),
        definition: call.tool?.fingerprint ?? EMPTY_DIGEST,
        createdAt: now(),
        by: by.name,
        words,
        ...bounds,
      },
      now(),
    );
    this.append({ kind: "grant", action: "made", ...grantRecord(made), call: call.id, reviewer: by.reviewer });
    this.feed.changed("grants");
  }

  // ── the rest ───────────────────────────────────────────────────────────────────────────────────────────────────

  grants(): Grant[] {
    return this.#parts.grants.list(this.#parts.now()).map((stored) => {
      const { exact: _, ...grant } = stored;
      return grant;
    });
  }

  /** Reads the policy files again if they changed; also done before every decision. */
  lookAtPolicy(): void {
    this.#parts.policies.refresh();
  }

  /** Only tightens. */
  withdraw(id: string): number {
    const gone = this.#parts.grants.withdraw(id);
    for (const grant of gone) this.#try({ kind: "grant", action: "withdrawn", ...grantRecord(grant) });
    if (gone.length > 0) this.feed.changed("grants");
    return gone.length;
  }

  status(): Omit<StatusReply, "reviewers"> {
    const { info, policies, ledger } = this.#parts;
    policies.refresh();
    return {
      type: "status-reply",
      broker: info,
      servers: this.#serverInfos(),
      pending: this.asks.size,
      policy: policies.layers(),
      head: ledger.head(),
    };
  }

  /** Refuses what waits, and closes the ledger. */
  async stop(reason: string): Promise<void> {
    for (const { call } of this.asks.pending()) this.#withdraw(call, "the broker stops");
    this.#try({ kind: "broker-stop", reason });
    await this.#parts.ledger.close();
  }

  /** Hands a record to the ledger. Throws where it cannot. */
  append(body: RecordBody): { seq: number } {
    this.release();
    const head = this.#parts.ledger.append(body);
    this.feed.grown();
    return head;
  }

  /** A record of something that has happened anyhow; -1 where it could not be written. */
  #try(body: RecordBody): number {
    try {
      return this.append(body).seq;
    } catch (error) {
      this.#problem(`the ledger: ${reasonOf(error)}`);
      return -1;
    }
  }

  /** For the log of a process that nobody watches. */
  onProblem: (message: string) => void = () => {};

  #problem(message: string): void {
    this.onProblem(message);
  }

  #taint(call: Call, rule: string): void {
    const { sessions, now } = this.#parts;
    const { server, session, subject } = call;
    const tool = call.message.tool;
    const taint = { rule, server: server.open.server, ...(tool !== undefined && { tool }), at: now() };
    if (!sessions.taint(session, taint)) return;
    const { method: _, tool: __, ...who } = subject;
    this.append({
      kind: "session",
      action: "taint",
      ...who,
      reason: `${rule} in a result of ${tool ?? subject.method}`,
    });
    this.feed.changed("servers");
  }

  #recordPolicy(): void {
    const { policies } = this.#parts;
    const digests = new Map<string, string>(policies.digests().map(({ layer, digest }) => [layer, digest]));
    const states = { loaded: "read", absent: "absent", kept: "kept-last-good", failed: "unusable" } as const;
    const layers = policies.layers().map((layer) => {
      const known = digests.get(layer.layer);
      const [problem] = layer.problems;
      return {
        layer: layer.layer,
        ...(layer.file !== "" && { path: layer.file }),
        ...(known && { digest: known }),
        state: states[layer.state],
        ...(problem && { problem: `${problem.line + 1}:${problem.character + 1} ${problem.message}` }),
      };
    });
    this.#try({ kind: "policy", digest: digest(canonical(layers)), layers });
  }

  #serverInfos(): StatusReply["servers"] {
    return [...this.#servers.values()].map((server) => server.info(this.#parts.pins));
  }

  #syncSoon(): void {
    if (this.#lazySync) return;
    this.#lazySync = true;
    this.#parts.schedule(LAZY_SYNC_MS, () => {
      this.#lazySync = false;
      this.#parts.ledger.sync().catch((error: unknown) => this.#problem(`the ledger: ${reasonOf(error)}`));
    });
  }

  #tell(call: Call, more: Pick<TrafficCall, "decision" | "result">): void {
    const { message, server, session, tool } = call;
    const before = this.feed.known(call.id);
    const shown = message.arguments ?? before?.arguments;
    this.feed.call({
      id: call.id,
      state: call.state === "deciding" ? "waiting" : call.state,
      at: call.at,
      server: server.open.server,
      identity: server.open.identity.id,
      client: server.client.name,
      session: session.info.id,
      direction: message.direction,
      kind: message.kind,
      method: message.method,
      ...(message.tool !== undefined && { tool: message.tool }),
      ...(message.target !== undefined && { target: message.target }),
      preview: message.preview,
      ...(shown && { arguments: shown }),
      bytes: message.bytes,
      findings: message.findings,
      traits: tool?.traits.map(({ trait }) => trait) ?? [],
      ...(call.ask !== undefined && { ask: call.ask }),
      ...(before?.decision && { decision: before.decision }),
      ...more,
    });
  }
}

/** Of a decided call the feed has the arguments; the call itself needs them no more. */
function letGo(call: Call): void {
  const { arguments: _, ...message } = call.message;
  call.message = message;
}

/** What a decision's record keeps of who or what answered; the reviewer's name is in its own record. */
function recordedOf({ grant, reviewer }: { grant?: string; reviewer?: string }): { grant?: string; reviewer?: string } {
  return { ...(grant !== undefined && { grant }), ...(reviewer !== undefined && { reviewer }) };
}

function resultOf({
  outcome,
  bytes,
  preview,
  findings,
  serverMs,
}: Result): Omit<NonNullable<TrafficCall["result"]>, "seq"> {
  return { outcome, bytes, preview, findings, serverMs };
}

function decisionOf(verdict: Verdict, call: Call): NonNullable<TrafficCall["decision"]> {
  const { effect, code, rule, reason, seq } = verdict;
  const decideMs = performance.now() - call.arrived;
  return { effect, ...(code !== undefined && { code }), rule, reason, decideMs, seq };
}

function grantRecord(grant: StoredGrant): {
  grant: string;
  identity: string;
  server: string;
  tool?: string;
  session?: string;
  expires?: string;
  uses?: number;
} {
  return {
    grant: grant.id,
    identity: grant.identity,
    server: grant.server,
    ...(grant.tool !== undefined && { tool: grant.tool }),
    ...(grant.session !== undefined && { session: grant.session }),
    ...(grant.expiresAt !== undefined && { expires: new Date(grant.expiresAt).toISOString() }),
    ...(grant.remaining !== undefined && { uses: grant.remaining }),
  };
}

function reasonOf(error: unknown): string {
  if (error instanceof SallyportError) return error.message;
  return error instanceof Error ? error.message : String(error);
}
