import type { Span } from "../core/text.ts";

/**
 * Whether calls of a site leave a durable record:
 * - `instrumented`: an instrumentor, wrapped client, gateway, listener or per-call telemetry covers it
 * - `logged`: a sink at info or higher receives request or response data on the success path
 * - `partly`: only errors, only a constant, only debug level, only one side, only a weak sink …
 * - `unlogged`: none of these
 * - `unknown`: a mark suggests that the evidence is outside what was analysed
 */
export type Verdict = "instrumented" | "logged" | "partly" | "unlogged" | "unknown";

export const VERDICTS: readonly Verdict[] = ["unlogged", "partly", "unknown", "logged", "instrumented"];

/** What a record must let a third person answer later. `content` may be redacted, a hash or sizes. */
export type RecordField = "who" | "when" | "model" | "content" | "tokens" | "outcome";

export const RECORD_FIELDS: readonly RecordField[] = ["who", "when", "model", "content", "tokens", "outcome"];

/** One thing that speaks for or against a record, at its place. */
export interface Evidence {
  /** Absolute path. */
  readonly file: string;
  readonly span: Span;
  /** One-based. */
  readonly line: number;
  /** A phrase: `logger.info receives the response`. */
  readonly what: string;
}

/** What kind of request it is. */
export type CallKind =
  | "agents"
  | "audio"
  | "batch"
  | "chat"
  | "completions"
  | "conversations"
  | "embeddings"
  | "guardrail"
  | "images"
  | "moderation"
  | "prompt"
  | "rag"
  | "realtime"
  | "rerank"
  | "responses"
  | "video"
  | "http";

/** One expression that sends data to a language model. */
export interface CallSite {
  /** Absolute path. */
  readonly file: string;
  readonly language: string;
  /** Of the method's name, in UTF-16 offsets. */
  readonly span: Span;
  /** One-based line of the method's name. */
  readonly line: number;
  /** One-based line on which the call ends. */
  readonly endLine: number;
  /** `openai`, `anthropic`, `bedrock` …: where the data goes, as far as the source says. */
  readonly provider: string;
  /** The package whose interface is called: `openai`, `@aws-sdk/client-bedrock-runtime`; `http` for a raw request. */
  readonly sdk: string;
  /** The method's chain after the client: `chat.completions.create`. */
  readonly method: string;
  readonly api: CallKind;
  /** How sure it is that this is a site at all. */
  readonly confidence: "high" | "medium" | "low";
  /** The model's name where it is a literal or a constant of the file. */
  readonly model?: string;
  readonly streaming: boolean;
  /** Where the client is made, when that is in sight. */
  readonly client?: { readonly file: string; readonly span: Span; readonly line: number };
  readonly verdict: Verdict;
  /** Instrumented by the SDK's vendor alone, which by default does not count for an organisation: still a finding. */
  readonly vendorOnly?: true;
  /** One sentence: why this verdict. */
  readonly reason: string;
  /** In order of weight; empty when nothing was found. */
  readonly evidence: readonly Evidence[];
  readonly fields: { readonly present: readonly RecordField[]; readonly missing: readonly RecordField[] };
  /** `lost if the stream is aborted`, `sampled` … */
  readonly notes: readonly string[];
  /** The cheapest way to a record for this SDK, as text for a person. */
  readonly fix: string;
}
