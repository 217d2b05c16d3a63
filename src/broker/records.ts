import type { Parties, RecordBody, RecordedFinding, RecordedPayload } from "../ledger/records.ts";
import {
  MAX_PREVIEW,
  type Counts,
  type Decide,
  type DenialCode,
  type LaunchIdentity,
  type LinkFinding,
  type Result,
  type RuleReference,
} from "../link/messages.ts";

/** Who a record about a call is about. */
export interface Subject extends Parties {
  readonly call: string;
  readonly method: string;
  readonly tool?: string;
  readonly target?: string;
}

export function parties(session: string, client: string, server: string, identity: LaunchIdentity): Parties {
  return { session, client, server, identity: identity.id };
}

function recorded(list: readonly LinkFinding[]): RecordedFinding[] {
  return list.map(({ rule, variant, severity, confidence, evidence, pointer, secret }) => ({
    rule,
    ...(variant !== undefined && { variant }),
    severity,
    confidence,
    evidence,
    ...(pointer !== undefined && { pointer }),
    ...(secret !== undefined && { secret }),
  }));
}

function payload(digest: string, bytes: number, preview: string): RecordedPayload {
  return { digest, bytes, preview, ...(preview.length >= MAX_PREVIEW && { cut: true }) };
}

export function requestRecord(subject: Subject, message: Decide): RecordBody {
  return {
    kind: message.direction === "to-server" ? "request" : "server-request",
    ...subject,
    ...(message.kind === "notification" && { notification: true }),
    params: payload(message.paramsDigest, message.bytes, message.preview),
    findings: recorded(message.findings),
  };
}

export interface Deciding {
  readonly effect: "allow" | "deny";
  readonly why: RuleReference;
  readonly code?: DenialCode;
  readonly remedy?: string;
  readonly grant?: string;
  readonly reviewer?: string;
}

export function decisionRecord(subject: Subject, { why, ...deciding }: Deciding): RecordBody {
  return { kind: "decision", ...subject, layer: why.layer, rule: why.rule, reason: why.reason, ...deciding };
}

export function resultRecord(subject: Subject, message: Result): RecordBody {
  return {
    kind: "result",
    ...subject,
    outcome: message.outcome,
    ...(message.outcome !== "lost" && { payload: payload(message.digest, message.bytes, message.preview) }),
    findings: recorded(message.findings),
    serverMs: Math.round(message.serverMs * 1000) / 1000,
  };
}

export function countsRecord(who: Parties, { from, entries }: Counts): RecordBody {
  return {
    kind: "counts",
    ...who,
    since: new Date(from).toISOString(),
    entries: entries.map(({ direction, method, count }) => ({ direction, method, count })),
  };
}

/** Findings of all definitions of a list. */
export function definitionsFindings(entries: readonly { findings: readonly LinkFinding[] }[]): RecordedFinding[] {
  return recorded(entries.flatMap((entry) => entry.findings).slice(0, 1000));
}
