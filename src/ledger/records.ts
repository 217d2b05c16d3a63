import type { Confidence, Severity } from "../core/finding.ts";

/** Version of the record format; it changes when a reader of the old one would misread the new one. */
export const RECORD_VERSION = 1;

/** What `prev` of the first record is. */
export const GENESIS = "0".repeat(64);

/** Where a chain stands: the last record's number and hash. */
export interface Head {
  readonly seq: number;
  /** SHA-256, 64 lower-case hex digits. */
  readonly hash: string;
}

/** What the ledger adds to every body. */
export interface RecordHeader extends Head {
  readonly v: typeof RECORD_VERSION;
  /** The clock as it was, UTC, `2026-11-25T14:03:07.123Z`. Not the order of records: that is `seq`. */
  readonly time: string;
  /** `hash` of the record before; GENESIS for the first. */
  readonly prev: string;
}

/** SHA-256 of the bytes named beside it, 64 lower-case hex digits. */
type Digest = string;

/** A detection as it may be kept: never the secret itself. */
export interface RecordedFinding {
  readonly rule: string;
  /** Which kind within the rule: `override`, `github-token`. */
  readonly variant?: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** One sentence, safe to print. */
  readonly evidence: string;
  /** JSON Pointer into the params or the result, where known. */
  readonly pointer?: string;
  /** Of a secret: the keyed digest (`core/secretDigest`), equal for equal values on this machine only. */
  readonly secret?: string;
}

/** A message's payload as it may be kept. */
export interface RecordedPayload {
  /** Of the raw bytes that were inspected, before any redaction. */
  readonly digest: Digest;
  readonly bytes: number;
  /** Bounded; secrets stand in it as stable placeholders. */
  readonly preview: string;
  /** True when `preview` is not all of it. */
  readonly cut?: boolean;
  /** Of the bytes that were forwarded, where a redaction, an edit or a cut changed them. */
  readonly forwarded?: Digest;
}

/** Who speaks with whom. Every record about a message carries it, so that each line of the ledger explains itself. */
export interface Parties {
  readonly session: string;
  readonly client: string;
  /** The label in the client's config. A name, not an identity. */
  readonly server: string;
  /** Digest of the launch identity. */
  readonly identity?: string;
}

interface About extends Parties {
  /** The broker's id of one message that was decided; ties request, decision, ask, answer and result together. */
  readonly call: string;
  readonly method: string;
  readonly tool?: string;
  /** The prompt's name or the resource's URI, redacted. */
  readonly target?: string;
}

/** The first record of every opening: by the ledger itself. */
interface OpenBody {
  readonly kind: "open";
  /** The checkpoint key's public half, base64 of its SubjectPublicKeyInfo. */
  readonly key: string;
  /** `unclosed`: the writer before was killed, or the machine lost power. */
  readonly state: "first" | "closed" | "unclosed";
}

/** Signs everything before it: by the ledger itself. */
interface CheckpointBody {
  readonly kind: "checkpoint";
  /** Key id: the first 16 hex digits of the SHA-256 of the public key. */
  readonly key: string;
  readonly reason: "count" | "age" | "day" | "close";
  /** Ed25519, base64, over `checkpointText`. */
  readonly signature: string;
}

/** Bytes at the end of a file that are no record (power cut, full disk, foreign writer): by the ledger itself. */
interface GapBody {
  readonly kind: "gap";
  /** `torn`: a piece of a line, as a power cut leaves it. `damaged`: whole lines that are no records. */
  readonly reason: "torn" | "damaged";
  readonly bytes: number;
  readonly digest: Digest;
  /** Name of the file beside the day file where the bytes were put. */
  readonly aside: string;
}

/** The clock went back by more than a second between two records: by the ledger itself. */
interface ClockBody {
  readonly kind: "clock";
  readonly from: string;
  readonly to: string;
}

interface BrokerStartBody {
  readonly kind: "broker-start";
  readonly version: string;
  readonly pid: number;
}

interface BrokerStopBody {
  readonly kind: "broker-stop";
  readonly reason: string;
}

/** A session begins, ends, or is tainted by what it read. */
interface SessionBody extends Parties {
  readonly kind: "session";
  readonly action: "start" | "end" | "taint";
  readonly reason?: string;
  /** The call whose result tainted it. */
  readonly call?: string;
}

/** A request or notification of the client, before it is decided. */
interface RequestBody extends About {
  readonly kind: "request";
  /** True where no response is due. */
  readonly notification?: boolean;
  readonly params: RecordedPayload;
  readonly findings: readonly RecordedFinding[];
}

/** A request (sampling, elicitation, roots) or notification of the server, before it is decided. */
interface ServerRequestBody extends About {
  readonly kind: "server-request";
  readonly notification?: boolean;
  readonly params: RecordedPayload;
  readonly findings: readonly RecordedFinding[];
}

/** The last word on a call. Written before the proxy is told. */
interface DecisionBody extends About {
  readonly kind: "decision";
  readonly effect: "allow" | "deny";
  readonly layer: "managed" | "user" | "workspace" | "default" | "grant" | "person" | "broker";
  /** The rule's id in its layer, the grant's id, or what the broker calls its own reason (`no-reviewer`). */
  readonly rule: string;
  readonly reason: string;
  /** Of a denial, as the caller was told. */
  readonly code?: string;
  readonly remedy?: string;
  readonly grant?: string;
  /** Key id of who answered. */
  readonly reviewer?: string;
}

/** A person is asked. */
interface AskBody extends About {
  readonly kind: "ask";
  readonly ask: string;
  readonly rule: string;
  readonly reason: string;
  readonly nonce: string;
  /** When the question lapses. */
  readonly expires: string;
}

/** What became of an ask: a person's answer, a lapse, or a caller that went away. */
interface AnswerBody extends About {
  readonly kind: "answer";
  readonly ask: string;
  readonly answer: "allow" | "deny" | "expired" | "cancelled" | "no-reviewer" | "refused";
  /** What an allowing answer covers. */
  readonly scope?: "once" | "session" | "always";
  readonly reason?: string;
  /** Key id of the reviewer. */
  readonly reviewer?: string;
  /** Over the ask's nonce, identity, digests and policy; base64. */
  readonly signature?: string;
}

/** The response to a request, of either side. */
interface ResultBody extends About {
  readonly kind: "result";
  /** `tool-error`: a result with `isError`. `error`: a JSON-RPC error. `lost`: the server died or never answered. */
  readonly outcome: "result" | "tool-error" | "error" | "lost";
  readonly payload?: RecordedPayload;
  readonly findings: readonly RecordedFinding[];
  /** From forwarding the request to having the response, milliseconds. */
  readonly serverMs?: number;
}

/** A list of tools, prompts or resources that a server offered. */
interface DefinitionsBody extends Parties {
  readonly kind: "definitions";
  readonly call?: string;
  readonly method: string;
  readonly items: readonly {
    readonly name: string;
    readonly fingerprint: string;
    readonly traits?: readonly string[];
  }[];
  readonly findings: readonly RecordedFinding[];
}

/** Chatter (progress, log messages, pings, list_changed) of one server, counted over an interval. */
interface CountsBody extends Parties {
  readonly kind: "counts";
  /** Start of the interval; its end is the record's time. */
  readonly since: string;
  readonly entries: readonly {
    readonly direction: "to-server" | "to-client";
    readonly method: string;
    readonly count: number;
  }[];
}

/** One piece of chatter with a finding. */
interface NotificationBody extends Parties {
  readonly kind: "notification";
  readonly direction: "to-server" | "to-client";
  readonly method: string;
  readonly params: RecordedPayload;
  readonly findings: readonly RecordedFinding[];
}

interface GrantBody {
  readonly kind: "grant";
  readonly action: "made" | "used" | "expired" | "withdrawn";
  readonly grant: string;
  readonly identity: string;
  readonly server?: string;
  readonly tool?: string;
  readonly session?: string;
  readonly expires?: string;
  readonly uses?: number;
  readonly call?: string;
  readonly reviewer?: string;
}

/** The policy in force changed, or could not be read. */
interface PolicyBody {
  readonly kind: "policy";
  /** Of the merged policy in force. */
  readonly digest: Digest;
  readonly layers: readonly {
    readonly layer: "managed" | "user" | "workspace" | "default";
    readonly path?: string;
    readonly digest?: Digest;
    readonly state: "read" | "absent" | "kept-last-good" | "unusable";
    readonly problem?: string;
  }[];
}

interface ReviewerBody {
  readonly kind: "reviewer";
  readonly action: "enrolled" | "removed" | "refused" | "connected" | "disconnected";
  /** Key id. */
  readonly reviewer: string;
  readonly label?: string;
  /** Key id of the reviewer who confirmed it. */
  readonly by?: string;
  readonly reason?: string;
}

/** A file of the broker's own state is not what the broker wrote. Once at its start; of pins, whenever a server lists. */
interface StateBody {
  readonly kind: "state";
  readonly file: "grants" | "taints" | "pins";
  readonly state: "altered";
  /** What comes of it. */
  readonly reason: string;
}

/** What the broker appends. */
export type RecordBody =
  | BrokerStartBody
  | BrokerStopBody
  | SessionBody
  | RequestBody
  | ServerRequestBody
  | DecisionBody
  | AskBody
  | AnswerBody
  | ResultBody
  | DefinitionsBody
  | CountsBody
  | NotificationBody
  | GrantBody
  | PolicyBody
  | StateBody
  | ReviewerBody;

/** What the ledger writes of its own accord. */
export type OwnBody = OpenBody | CheckpointBody | GapBody | ClockBody;

/** One line of the ledger. */
export type LedgerRecord = RecordHeader & (RecordBody | OwnBody);

/** A record is at most this long, newline included; the broker's previews are far below it. */
export const MAX_RECORD_BYTES = 4 * 1024 * 1024;
