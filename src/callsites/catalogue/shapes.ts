import type { CallKind } from "../callSite.ts";
import type { Family } from "../program.ts";
import { listOfEach } from "./families.ts";

/**
 * Calls that are known by their shape alone, where the client is made out of sight (injected, or in another file): the
 * end of the member chain, and the names that what is sent must have. Each is the SDK's own signature; what other SDKs
 * call alike (Twilio's `messages.create`) differs in those names.
 */
export interface Shape {
  readonly language: Family | "any";
  readonly chain: RegExp;
  /** Members of the chain that are the method. */
  readonly length: number;
  /** Of each, one of the names separated by `|` must be there. */
  readonly needs: readonly string[];
  /** The chain is nobody else's: it counts where the names are out of sight, and on other packages' clients. */
  readonly telling?: true;
  readonly provider: string;
  readonly kind: CallKind;
}

export const SHAPES: readonly Shape[] = [
  {
    language: "any",
    chain: /\bchat\.completions\.(?:create|parse|stream|runTools)$/,
    length: 3,
    needs: ["messages|model"],
    telling: true,
    provider: "openai",
    kind: "chat",
  },
  {
    language: "any",
    chain: /\bresponses\.(?:create|parse|stream)$/,
    length: 2,
    needs: ["input|prompt", "model|prompt"],
    provider: "openai",
    kind: "responses",
  },
  {
    language: "any",
    chain: /\bembeddings\.create$/,
    length: 2,
    needs: ["input", "model"],
    provider: "openai",
    kind: "embeddings",
  },
  {
    language: "any",
    chain: /\bimages\.(?:generate|edit)$/,
    length: 2,
    needs: ["prompt"],
    provider: "openai",
    kind: "images",
  },
  {
    language: "any",
    chain: /\baudio\.(?:transcriptions|translations)\.create$/,
    length: 3,
    needs: ["file"],
    telling: true,
    provider: "openai",
    kind: "audio",
  },
  {
    language: "any",
    chain: /\baudio\.speech\.(?:create|with_streaming_response\.create)$/,
    length: 3,
    needs: ["input"],
    telling: true,
    provider: "openai",
    kind: "audio",
  },
  {
    language: "any",
    chain: /(?<!\bthreads\.)\bmessages\.(?:create|stream|parse)$/,
    length: 2,
    needs: ["messages", "model|max_tokens"],
    provider: "anthropic",
    kind: "chat",
  },
  {
    language: "python",
    chain: /\.(?:converse|converse_stream)$/,
    length: 1,
    needs: ["modelId"],
    provider: "bedrock",
    kind: "chat",
  },
  {
    language: "python",
    chain: /\.(?:invoke_model|invoke_model_with_response_stream)$/,
    length: 1,
    needs: ["modelId", "body"],
    provider: "bedrock",
    kind: "completions",
  },
  {
    language: "javascript",
    chain: /\.(?:converse|converseStream)$/,
    length: 1,
    needs: ["modelId"],
    provider: "bedrock",
    kind: "chat",
  },
  {
    language: "javascript",
    chain: /\.(?:invokeModel|invokeModelWithResponseStream)$/,
    length: 1,
    needs: ["modelId", "body"],
    provider: "bedrock",
    kind: "completions",
  },
  {
    language: "python",
    chain: /\bmodels\.(?:generate_content|generate_content_stream)$/,
    length: 2,
    needs: ["contents"],
    provider: "google",
    kind: "chat",
  },
  {
    language: "javascript",
    chain: /\bmodels\.(?:generateContent|generateContentStream)$/,
    length: 2,
    needs: ["contents"],
    provider: "google",
    kind: "chat",
  },
  ...listOfEach("shapes"),
];
