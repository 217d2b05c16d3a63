/**
 * Every message between the broker and whoever talks to it, as JSON lines (one JSON object, one LF). Types only, so that
 * the panel's page can read them too. Both sides check what arrives by shape (`link/shapes`): these types are a promise of
 * the sender, not a proof.
 *
 * Life of a connection: `hello` → `challenge` → `proof` → `welcome` (or `refused`), then the messages of one role.
 * Times are milliseconds since 1970 (`at`, `…At`) or durations in milliseconds (`…Ms`). Digests are lower-case hex SHA-256.
 */
import type { Confidence, Severity } from "../core/finding.ts";

/** Raised with every change that an older peer would misunderstand. Peers of different protocols refuse each other. */
export const PROTOCOL = 1;

/** A line may be at most this long, its LF included; a longer one ends the connection. */
export const MAX_LINE_BYTES = 8 * 1024 * 1024;
/** Before the hello is done a line may be at most this long. */
export const MAX_HELLO_BYTES = 8 * 1024;
/** How much of the arguments is carried for a person to read, in UTF-16 units; the rest is cut and said so. */
export const MAX_SHOWN_ARGUMENTS = 512 * 1024;
/** How much of a message goes into the ledger and the traffic list, in UTF-16 units. */
export const MAX_PREVIEW = 2048;
/** A workspace policy may be at most this long, in UTF-16 units. */
export const MAX_POLICY_TEXT = 64 * 1024;
/** Findings of one message; the proxy says in a last one how many more there were. */
export const MAX_FINDINGS = 64;

/**
 * - `proxy`, `hook`: enforce; they ask for verdicts.
 * - `reviewer`: an editor window (or terminal) whose person answers asks. May also subscribe.
 * - `observer`: sees traffic, grants and heads; changes nothing.
 * - `control`: status, and what only tightens.
 */
export type Role = "proxy" | "hook" | "reviewer" | "observer" | "control";

// ───────────────────────────────────────────────────────────────────────────────────────────────────────── hello

/** Client → broker, first line. */
export interface Hello {
  readonly type: "hello";
  readonly protocol: number;
  /** The client's package version. */
  readonly version: string;
  readonly role: Role;
  /** 32 random bytes as hex. */
  readonly nonce: string;
}

/** Broker → client. The client checks `proof` before it says anything more. */
export interface Challenge {
  readonly type: "challenge";
  readonly protocol: number;
  readonly version: string;
  /** 32 random bytes as hex. */
  readonly nonce: string;
  /** HMAC-SHA256 with the token over `proofInput("broker", …)`, hex. */
  readonly proof: string;
}

/** Client → broker. */
export interface Proof {
  readonly type: "proof";
  /** HMAC-SHA256 with the token over `proofInput("client", …)`, hex. */
  readonly proof: string;
  readonly pid: number;
  /** What is connecting, for the people who look at the list of connections: `sallyport proxy`. */
  readonly program: string;
}

/** Broker → client: the connection is open in its role. */
export interface Welcome {
  readonly type: "welcome";
  readonly connection: string;
  readonly broker: BrokerInfo;
}

export interface BrokerInfo {
  readonly pid: number;
  readonly version: string;
  readonly protocol: number;
  readonly startedAt: number;
}

/** Broker → client: the connection ends after this line. Sent before and after the hello. */
export interface Refused {
  readonly type: "refused";
  readonly code: RefusalCode;
  /** One sentence for a person. */
  readonly message: string;
}

export type RefusalCode =
  /** The proof was wrong: another token, or none. */
  | "token"
  /** The two sides speak different protocol versions. */
  | "protocol"
  /** A line was too long, no JSON, or no message of this role. */
  | "malformed"
  /** Too many connections, or too much waiting on this one. */
  | "overload"
  /** The broker is about to exit. */
  | "stopping";

// ──────────────────────────────────────────────────────────────────────────────────────────────────── shared shapes

/** Text that was cut where it was too long. `total` counts the UTF-16 units there were. Redacted by the sender. */
export interface BoundedText {
  readonly text: string;
  readonly truncated: boolean;
  readonly total: number;
}

/** A detector's finding as it travels. Safe to print: the evidence never holds the secret itself. */
export interface LinkFinding {
  readonly rule: string;
  /** Which kind within the rule: `override`, `github-token`. */
  readonly variant?: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** One sentence for a person, as the detector gives it. */
  readonly evidence: string;
  /** JSON Pointer into the params or the result of the string it stands in, where there is one. */
  readonly pointer?: string;
  /** UTF-16 offsets into that string. */
  readonly start?: number;
  readonly end?: number;
  /** Of a secret: its keyed digest, equal for equal values on this machine only. */
  readonly secret?: string;
}

/** Where an entry was configured. `unknown` is treated like `workspace`: the least trusted. */
export type Scope = "managed" | "user" | "workspace" | "unknown";

/**
 * What a server really is. `id` comes from `launchIdentity()` in `link/identity`, computed by the proxy over the raw
 * values; `args` may have secrets replaced for display. Grants, pins and traits hang on `id`, never on a label.
 */
export type LaunchIdentity = StdioIdentity | UrlIdentity;

export interface StdioIdentity {
  readonly kind: "stdio";
  readonly id: string;
  readonly scope: Scope;
  /** Absolute path, symbolic links resolved. */
  readonly executable: string;
  readonly args: readonly string[];
  /** `name@version` where a package runner starts one, `name` where no version is given. */
  readonly package?: string;
  readonly cwd: string;
}

export interface UrlIdentity {
  readonly kind: "url";
  readonly id: string;
  readonly scope: Scope;
  /** `https://host:port`, no path. */
  readonly origin: string;
}

/** A process in the line of ancestors of a proxy, nearest first. */
export interface Ancestor {
  readonly pid: number;
  /** The program's base name without `.exe`, as the system gives it. */
  readonly name: string;
}

/** The MCP client behind a proxy. */
export interface ClientInfo {
  /** `clientInfo.name` of the initialize request once it is known; before that the nearest ancestor's name. */
  readonly name: string;
  readonly version?: string;
  readonly pid: number;
  /** Nearest first, at most 16. */
  readonly ancestors: readonly Ancestor[];
}

export type Direction = "to-server" | "to-client";

/** `workspace` is a folder's sallyport.yaml, `default` is ours, `grant` a person's standing answer, `person` an answer,
 * `broker` the broker's own (no reviewer, expired, overload). */
export type Layer = "managed" | "user" | "workspace" | "default" | "grant" | "person" | "broker";

/** Why a decision came out as it did. */
export interface RuleReference {
  readonly layer: Layer;
  /** The rule's id in its policy, or what the layer calls it (`no-reviewer`, a grant's id). */
  readonly rule: string;
  /** The rule's own words; of a workspace rule only ever shown to a person. */
  readonly reason: string;
}

// ─────────────────────────────────────────────────────────────────────────────────────────────────────────── proxy

export type FromProxy = Open | Decide | Cancel | Result | Definitions | Counts | ClientChanged | Close;
export type ToProxy = Opened | Verdict | Pending | ResultVerdict | Refused;

/** First message of a proxy or hook. Answered by `opened`. */
export interface Open {
  readonly type: "open";
  /** The entry's name in the client's configuration: a label, nothing more. */
  readonly server: string;
  readonly identity: LaunchIdentity;
  readonly client: ClientInfo;
  /** The folder whose policy applies, absolute; absent outside any. */
  readonly workspace?: string;
  /** The workspace's sallyport.yaml as text, read and bounded by the proxy: data, never a path that the broker opens. */
  readonly workspacePolicy?: { readonly file: string; readonly text: string };
  /** The proxy could not read a workspace policy that is there: everything asks. */
  readonly workspacePolicyUnreadable?: string;
}

export interface Opened {
  readonly type: "opened";
  readonly session: string;
  /** What is wrong with the policy files, for the proxy's log. */
  readonly policyProblems: readonly PolicyProblem[];
}

/** The client named itself (initialize): its name and version replace the process's. */
export interface ClientChanged {
  readonly type: "client";
  readonly name: string;
  readonly version?: string;
}

/**
 * A request or notification that is to be forwarded. Nothing is forwarded before its `verdict`, which comes for every
 * `decide`, also after `cancel`.
 */
export interface Decide {
  readonly type: "decide";
  /** Unique on this connection. */
  readonly id: number;
  readonly direction: Direction;
  readonly kind: "request" | "notification";
  readonly method: string;
  /** The tool of a `tools/call`. */
  readonly tool?: string;
  /** The prompt's name or the resource's URI, where the method has one. Redacted. */
  readonly target?: string;
  /** The client's own conversation: `_meta["vscode.conversationId"]`. */
  readonly conversation?: string;
  /** SHA-256 of the raw bytes of `params`; of nothing where there are none. */
  readonly paramsDigest: string;
  /** Bytes of the whole message. */
  readonly bytes: number;
  /** The start of the params, redacted: for the ledger and the traffic list. At most MAX_PREVIEW. */
  readonly preview: string;
  /** The arguments for the person to read: JSON, redacted, at most MAX_SHOWN_ARGUMENTS. */
  readonly arguments?: BoundedText;
  readonly findings: readonly LinkFinding[];
  /** The caller gave a progress token: it can be told that its call waits. */
  readonly progress: boolean;
}

/** A person is being asked. The verdict follows. */
export interface Pending {
  readonly type: "pending";
  readonly id: number;
  readonly ask: string;
  readonly expiresAt: number;
  /** One sentence for progress notifications: says that a person must decide, and no more. */
  readonly message: string;
}

export interface Verdict {
  readonly type: "verdict";
  readonly id: number;
  readonly effect: "allow" | "deny";
  /** Of a denial. */
  readonly code?: DenialCode;
  /** `layer/rule`, for the refusal's text and the log. */
  readonly rule: string;
  /** For the model too: never a workspace rule's own words, never how to get around the person. */
  readonly reason: string;
  /** What to do about it, for the model too. Empty for an allow. */
  readonly remedy: string;
  /** The ledger record that holds this decision. */
  readonly seq: number;
}

export type DenialCode =
  /** A rule denies it. */
  | "policy"
  /** A person said no; `reason` holds their words. */
  | "person"
  /** Nobody is there to be asked. */
  | "no-reviewer"
  /** The question expired. */
  | "expired"
  /** The caller cancelled or is gone. */
  | "cancelled"
  /** Too many questions wait. */
  | "overload"
  /** The broker could not write its record. */
  | "ledger"
  /** Made up by the link's client: no broker, or it went away. `seq` is -1. */
  | "broker-lost";

/** The caller cancelled a request, or went away: its card closes. */
export interface Cancel {
  readonly type: "cancel";
  readonly id: number;
}

/** The response to a request that was let through; awaited before it is forwarded. */
export interface Result {
  readonly type: "result";
  /** Unique on this connection, in the same numbers as `decide`. */
  readonly id: number;
  /** The `decide` that it answers. */
  readonly of: number;
  /** `tool-error`: a result with `isError`. `error`: a JSON-RPC error. `lost`: the server died or never answered. */
  readonly outcome: "result" | "tool-error" | "error" | "lost";
  readonly digest: string;
  readonly bytes: number;
  readonly preview: string;
  readonly findings: readonly LinkFinding[];
  /** From forwarding the request to having the response. */
  readonly serverMs: number;
}

export interface ResultVerdict {
  readonly type: "result-verdict";
  readonly id: number;
  readonly effect: "allow" | "deny";
  readonly rule: string;
  readonly reason: string;
  readonly seq: number;
}

/** What a server offers, from a list result. Sent before that list's own `result`; has no answer. */
export interface Definitions {
  readonly type: "definitions";
  readonly list: "tools" | "prompts" | "resources";
  readonly entries: readonly Definition[];
}

export interface Definition {
  readonly name: string;
  /** Digest of the whole definition in canonical form. */
  readonly fingerprint: string;
  /** For a person, redacted, at most MAX_PREVIEW. */
  readonly description: string;
  /** The server's claims about its tool; `undefined` where it makes none. */
  readonly annotations?: {
    readonly readOnlyHint?: boolean;
    readonly destructiveHint?: boolean;
    readonly idempotentHint?: boolean;
    readonly openWorldHint?: boolean;
  };
  /** Names of the arguments at the top of the input schema, at most 64. */
  readonly parameters?: readonly string[];
  readonly findings: readonly LinkFinding[];
}

/** Notifications that are counted, not decided one by one: `progress`, `message`, `ping`, list_changed. */
export interface Counts {
  readonly type: "counts";
  readonly from: number;
  readonly to: number;
  readonly entries: readonly { readonly direction: Direction; readonly method: string; readonly count: number }[];
}

export interface Close {
  readonly type: "close";
  /** One sentence: the client closed, the server exited with 1, … */
  readonly reason: string;
}

// ──────────────────────────────────────────────────────────────────────────────────────────────────────── reviewer

export type FromReviewer = Announce | Enrol | Answer | Subscribe | GrantsWithdraw;
export type ToReviewer =
  | Withdrawn
  | Enrolled
  | EnrolmentPending
  | EnrolmentAsk
  | EnrolmentClosed
  | AskMessage
  | AskClosed
  | AnswerOutcome
  | ObserverEvent
  | Refused;

/** First message of a reviewer. Answered by `enrolled` or `enrolment-pending`. Sent again when folders or trust change. */
export interface Announce {
  readonly type: "announce";
  /** Ed25519, SPKI DER as base64. */
  readonly publicKey: string;
  /** How people know this window: `acme — Visual Studio Code`. */
  readonly name: string;
  /** The extension host's pid: MCP servers of this window are its children. Absent for a terminal. */
  readonly extensionHostPid?: number;
  readonly folders: readonly string[];
  readonly trusted: boolean;
}

/** This key may answer. Asks that wait are sent right after. */
export interface Enrolled {
  readonly type: "enrolled";
  /** Short fingerprint of the key, for people. */
  readonly reviewer: string;
}

/** This key may not answer yet. */
export interface EnrolmentPending {
  readonly type: "enrolment-pending";
  readonly reviewer: string;
  /** Nobody is enrolled: a click in this window enrols it (send `enrol` with the own key). Else an enrolled one must confirm. */
  readonly first: boolean;
  readonly nonce: string;
  /** Who may answer on this machine: a person who did not enrol them sees that somebody else did. */
  readonly enrolled: readonly { readonly reviewer: string; readonly name: string; readonly at: number }[];
}

/** To enrolled reviewers: a new one wants in. Answer with `enrol`. */
export interface EnrolmentAsk {
  readonly type: "enrolment-ask";
  readonly reviewer: string;
  readonly name: string;
  readonly pid: number;
  readonly folders: readonly string[];
  readonly nonce: string;
}

export interface EnrolmentClosed {
  readonly type: "enrolment-closed";
  readonly reviewer: string;
  readonly outcome: "enrolled" | "rejected" | "gone";
}

/** A person's click. Signed by the sender's key over `enrolmentInput()`. */
export interface Enrol {
  readonly type: "enrol";
  /** Whose enrolment: the `reviewer` of the ask, or the own one where nobody is enrolled. */
  readonly reviewer: string;
  readonly accept: boolean;
  readonly nonce: string;
  /** Base64. */
  readonly signature: string;
}

export type AnswerChoice = "once" | "session" | "always" | "deny";

/** A question to a person, with all that they need to answer it. */
export interface AskMessage {
  readonly type: "ask";
  readonly ask: Ask;
}

export interface Ask {
  readonly id: string;
  /** 32 random bytes as hex: an answer to one ask is none to another. */
  readonly nonce: string;
  /** One sentence: what will happen. */
  readonly summary: string;
  readonly server: string;
  readonly identity: LaunchIdentity;
  readonly client: ClientInfo;
  readonly session: SessionInfo;
  readonly direction: Direction;
  readonly method: string;
  readonly tool?: string;
  readonly target?: string;
  readonly arguments?: BoundedText;
  readonly findings: readonly LinkFinding[];
  readonly traits: readonly Trait[];
  /** Why it is asked; the strongest first. */
  readonly why: readonly RuleReference[];
  /** What changed, where a changed definition is the reason. */
  readonly definitionChange?: DefinitionChange;
  /** `high`: a high finding, a tainted session, a changed definition, or a tool that destroys. */
  readonly risk: "high" | "normal";
  /** What each button would do, in words. A choice that is missing is not offered and would be refused. */
  readonly choices: readonly { readonly choice: AnswerChoice; readonly words: string }[];
  readonly digests: AskDigests;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** This window owns the client; others show a badge. */
  readonly own: boolean;
}

/** What an answer is bound to. */
export interface AskDigests {
  readonly params: string;
  readonly findings: string;
  /** Of every policy layer that applied. */
  readonly policy: string;
  /** The tool's definition as pinned; of nothing where there is none. */
  readonly definition: string;
}

export interface SessionInfo {
  readonly id: string;
  readonly kind: "conversation" | "process";
  /** For people: `conversation 3f2a…`, `claude (pid 4711)`. */
  readonly label: string;
  /** What tainted it, the first cause; absent while it is clean. */
  readonly taint?: Taint;
}

export interface Taint {
  readonly rule: string;
  readonly server: string;
  readonly tool?: string;
  readonly at: number;
}

export type TraitName =
  | "looks-read-only"
  | "reads-private"
  | "reads-untrusted"
  | "writes"
  | "leaves-the-machine"
  | "executes"
  | "destroys";

/** Inferred, never known: `evidence` says from what. */
export interface Trait {
  readonly trait: TraitName;
  readonly evidence: string;
}

export interface DefinitionChange {
  readonly before: {
    readonly fingerprint: string;
    readonly description: string;
    readonly parameters: readonly string[];
  };
  readonly after: {
    readonly fingerprint: string;
    readonly description: string;
    readonly parameters: readonly string[];
  };
}

/** The ask needs no answer any more. */
export interface AskClosed {
  readonly type: "ask-closed";
  readonly ask: string;
  readonly outcome: "allowed" | "denied" | "expired" | "cancelled" | "withdrawn";
  /** Name of the reviewer whose answer it was. */
  readonly by?: string;
}

/** A person's answer. `signature`: base64, Ed25519 over `answerInput()` of `link/signature`. */
export interface Answer {
  readonly type: "answer";
  readonly ask: string;
  readonly answer: AnswerChoice;
  /** The person's words, at most 1,000 UTF-16 units; reaches the agent with a denial. Empty where there are none. */
  readonly reason: string;
  readonly signature: string;
}

/** What became of an answer. Sent for every answer. */
export interface AnswerOutcome {
  readonly type: "answer-outcome";
  readonly ask: string;
  readonly outcome: AnswerResult;
  /** One sentence for a person. */
  readonly message: string;
}

export type AnswerResult =
  /** It decided the call. */
  | "accepted"
  /** The question had expired: the same call passes once within ten minutes. */
  | "late-grant"
  /** Somebody answered before. */
  | "duplicate"
  /** There is no such question. */
  | "unknown"
  /** The signature does not fit the key, the nonce or the digests. */
  | "wrong-signature"
  /** This key is not enrolled. */
  | "not-enrolled"
  /** The choice was not offered. */
  | "not-offered"
  /** The policy changed since it was asked, and now denies or asks anew. */
  | "superseded";

// ──────────────────────────────────────────────────────────────────────────────────────────────────────── observer

export type FromObserver = Subscribe;
export type ToObserver = ObserverEvent | Refused;
export type ObserverEvent = TrafficMessage | ServersMessage | HeadMessage | GrantsMessage | PolicyMessage;

/** Starts the stream: one `servers`, `grants`, `policy`, `head`, then `traffic` (the last `replay` calls first). */
export interface Subscribe {
  readonly type: "subscribe";
  /** How many past calls of this broker's life are wanted, at most 1,000. */
  readonly replay: number;
}

export interface TrafficMessage {
  readonly type: "traffic";
  readonly calls: readonly TrafficCall[];
}

/**
 * A call as it stands now: sent whole on every change, so that the newest one wins by `id`. States only go on in this
 * order: waiting → allowed | denied → finished.
 */
export interface TrafficCall {
  readonly id: string;
  readonly state: "waiting" | "allowed" | "denied" | "finished";
  readonly at: number;
  readonly server: string;
  readonly identity: string;
  readonly client: string;
  readonly session: string;
  readonly direction: Direction;
  readonly kind: "request" | "notification";
  readonly method: string;
  readonly tool?: string;
  readonly target?: string;
  readonly preview: string;
  readonly arguments?: BoundedText;
  readonly bytes: number;
  readonly findings: readonly LinkFinding[];
  readonly traits: readonly TraitName[];
  /** The ask, while it waits and after. */
  readonly ask?: string;
  readonly decision?: {
    readonly effect: "allow" | "deny";
    readonly code?: DenialCode;
    readonly rule: string;
    readonly reason: string;
    /** Name of the reviewer who answered. */
    readonly by?: string;
    /** From the arrival of `decide` to its verdict. */
    readonly decideMs: number;
    readonly seq: number;
  };
  readonly result?: {
    readonly outcome: Result["outcome"];
    readonly bytes: number;
    readonly preview: string;
    readonly findings: readonly LinkFinding[];
    readonly serverMs: number;
    readonly seq: number;
  };
}

/** All live hellos: a server is *protected* while it is in this list. Sent on every change. */
export interface ServersMessage {
  readonly type: "servers";
  readonly servers: readonly ServerInfo[];
}

export interface ServerInfo {
  readonly connection: string;
  readonly server: string;
  readonly identity: LaunchIdentity;
  readonly client: ClientInfo;
  readonly session: SessionInfo;
  readonly workspace?: string;
  /** The proxy's pid. */
  readonly pid: number;
  readonly since: number;
  readonly calls: number;
  readonly denied: number;
  readonly tools: readonly { readonly name: string; readonly traits: readonly Trait[]; readonly changed: boolean }[];
}

/** The ledger's head, for witnesses. Sent after changes, at most once a second. */
export interface HeadMessage {
  readonly type: "head";
  readonly seq: number;
  readonly hash: string;
}

export interface GrantsMessage {
  readonly type: "grants";
  readonly grants: readonly Grant[];
}

/** A person's standing answer. Answers an `ask`; never beats a `deny` nor an ask marked always. */
export interface Grant {
  readonly id: string;
  readonly identity: string;
  /** The label when it was given, for people. */
  readonly server: string;
  readonly method: string;
  readonly tool?: string;
  /** Only for calls of this session. */
  readonly session?: string;
  /** Only for a call with these params (a late answer). */
  readonly paramsDigest?: string;
  /** The tool's definition when it was given: a changed one is not covered. */
  readonly definition: string;
  readonly createdAt: number;
  readonly expiresAt?: number;
  /** How many calls it still covers. */
  readonly remaining?: number;
  /** Name of the reviewer. */
  readonly by: string;
  /** The grant in words. */
  readonly words: string;
}

/** The policy layers as the broker holds them. Sent on every change. */
export interface PolicyMessage {
  readonly type: "policy";
  readonly layers: readonly PolicyLayerInfo[];
}

export interface PolicyLayerInfo {
  readonly layer: "managed" | "user" | "default";
  readonly file: string;
  /** `kept`: the file does not parse, its last good version applies. `failed`: nor is there one; see decision 8. */
  readonly state: "loaded" | "absent" | "kept" | "failed";
  readonly rules: number;
  readonly problems: readonly PolicyProblem[];
}

export interface PolicyProblem {
  readonly file: string;
  /** Zero-based. */
  readonly line: number;
  readonly character: number;
  readonly message: string;
}

// ───────────────────────────────────────────────────────────────────────────────────────────────────────── control

export type FromControl = Status | GrantsList | GrantsWithdraw | Stop;
export type ToControl = StatusReply | GrantsMessage | Withdrawn | Stopping | Refused;

export interface Status {
  readonly type: "status";
}

export interface StatusReply {
  readonly type: "status-reply";
  readonly broker: BrokerInfo;
  readonly servers: readonly ServerInfo[];
  readonly reviewers: readonly { readonly name: string; readonly reviewer: string; readonly enrolled: boolean }[];
  readonly pending: number;
  readonly policy: readonly PolicyLayerInfo[];
  readonly head: { readonly seq: number; readonly hash: string };
}

export interface GrantsList {
  readonly type: "grants-list";
}

/** Only tightens, so it needs no signature. Answered by `withdrawn`. */
export interface GrantsWithdraw {
  readonly type: "grants-withdraw";
  /** A grant's id, or `all`. */
  readonly grant: string;
}

export interface Withdrawn {
  readonly type: "withdrawn";
  readonly count: number;
}

/** Ends the broker: every waiting call is refused. The next client starts a new one. */
export interface Stop {
  readonly type: "stop";
}

export interface Stopping {
  readonly type: "stopping";
}
