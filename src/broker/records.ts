import type { Parties, RecordBody, RecordedFinding, RecordedPayload } from "../ledger/records.ts";
import {
  MAX_PREVIEW,
  type Counts,
  type Decide,
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
}

export function parties(session: string, client: string, server: string, identity: LaunchIdentity): Parties {
  return { session, client, server, identity: identity.id };
}

function findings(list: readonly LinkFinding[]): RecordedFinding[] {
  return list.map(({ rule, severity, confidence, evidence, pointer, secret }) => ({
    rule,
    severity,
    confidence,
    evidence,
    ...(pointer !== undefined && { where: pointer }),
    ...(secret !== undefined && { secret }),
  }));
}

function payload(digest: string, bytes: number, preview: string): RecordedPayload {
  return { digest: `sha256:${digest}`, bytes, preview, ...(preview.length >= MAX_PREVIEW && { cut: true }) };
}

export function requestRecord(subject: Subject, message: Decide): RecordBody {
  const params = payload(message.paramsDigest, message.bytes, message.preview);
  if (message.kind === "notification") {
    const { call: _, tool: __, ...who } = subject;
    const from = message.direction === "to-server" ? "client" : "server";
    return { kind: "notification", ...who, from, params, findings: findings(message.findings) };
  }
  const kind = message.direction === "to-server" ? "request" : "server-request";
  return { kind, ...subject, params, findings: findings(message.findings) };
}

export interface Deciding {
  readonly effect: "allow" | "deny";
  readonly by: "policy" | "grant" | "reviewer" | "broker";
  readonly why: RuleReference;
  readonly remedy: string;
  readonly grant?: string | undefined;
  readonly reviewer?: string | undefined;
}

export function decisionRecord(subject: Subject, { effect, by, why, remedy, grant, reviewer }: Deciding): RecordBody {
  const { layer } = why;
  const policy = layer === "managed" || layer === "user" || layer === "workspace" || layer === "default";
  return {
    kind: "decision",
    ...subject,
    effect,
    rule: why.rule,
    layer: policy ? layer : "builtin",
    by,
    reason: why.reason,
    ...(remedy !== "" && { remedy }),
    ...(grant !== undefined && { grant }),
    ...(reviewer !== undefined && { reviewer }),
  };
}

export function resultRecord(subject: Subject, message: Result): RecordBody {
  return {
    kind: "result",
    ...subject,
    outcome: message.outcome === "lost" ? "none" : message.outcome === "error" ? "error" : "result",
    ...(message.outcome !== "lost" && { payload: payload(message.digest, message.bytes, message.preview) }),
    findings: findings(message.findings),
    latency: Math.round(message.serverMs * 1000) / 1000,
  };
}

export function countsRecord(who: Parties, message: Counts): RecordBody {
  const counts: Record<string, number> = {};
  for (const { direction, method, count } of message.entries) {
    counts[`${direction === "to-server" ? "client" : "server"} ${method}`] = count;
  }
  return { kind: "counts", ...who, since: new Date(message.from).toISOString(), counts };
}

export function definitionsFindings(
  entries: readonly { readonly findings: readonly LinkFinding[] }[],
): RecordedFinding[] {
  return findings(entries.flatMap((entry) => entry.findings)).slice(0, 1000);
}
