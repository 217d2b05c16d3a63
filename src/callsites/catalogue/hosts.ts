import type { Family } from "../program.ts";
import { ofEach } from "./families.ts";

/** Hosts that answer model requests, with who is behind them. Facts: the providers' own API references. */
const HOSTS: readonly (readonly [RegExp, string])[] = [
  [/\bapi\.openai\.com\b/, "openai"],
  [/\.openai\.azure\.com\b/, "azure-openai"],
  [/\.cognitiveservices\.azure\.com\/openai\b/, "azure-openai"],
  [/\.services\.ai\.azure\.com\b|\bmodels\.inference\.ai\.azure\.com\b/, "azure-inference"],
  [/\bmodels\.github\.ai\b/, "github-models"],
  [/\bapi\.anthropic\.com\b/, "anthropic"],
  [/\bbedrock-(?:agent-)?runtime\./, "bedrock"],
  [/\bgenerativelanguage\.googleapis\.com\b/, "google"],
  [/aiplatform\.googleapis\.com\b/, "vertexai"],
  [/\b(?:api|codestral)\.mistral\.ai\b/, "mistral"],
  [/\bapi\.cohere\.(?:ai|com)\b/, "cohere"],
  [/\bapi\.groq\.com\b/, "groq"],
  [/\bapi\.together\.(?:xyz|ai)\b/, "together"],
  [/\bapi\.fireworks\.ai\b/, "fireworks"],
  [/\bapi\.deepseek\.com\b/, "deepseek"],
  [/\bapi\.x\.ai\b/, "xai"],
  [/\bopenrouter\.ai\/api\b/, "openrouter"],
  [/\bapi\.perplexity\.ai\b/, "perplexity"],
  [/\bapi\.replicate\.com\b/, "replicate"],
  [/\b(?:api-inference|router)\.huggingface\.co\b/, "huggingface"],
  [/\bapi\.cerebras\.ai\b/, "cerebras"],
  [/\bapi\.sambanova\.ai\b/, "sambanova"],
  [/\bintegrate\.api\.nvidia\.com\b/, "nvidia"],
  [/\bapi\.moonshot\.(?:ai|cn)\b/, "moonshot"],
  [/\bdashscope(?:-intl)?\.aliyuncs\.com\b/, "alibaba"],
  [/\bopen\.bigmodel\.cn\b/, "zhipu"],
  [/\bapi\.(?:voyageai\.com|jina\.ai|ai21\.com|stability\.ai|minimax\.io)\b/, "other"],
  [/\b(?:localhost|127\.0\.0\.1):11434\b/, "ollama"],
  [/\blocalhost:1234\/v1\b/, "lmstudio"],
];

/** Paths that send data to a model, at any of the hosts. */
const CALL_PATH =
  /\/chat\/completions\b|\/v1\/responses\b|\/v\d\/completions\b|\/embeddings\b|\/v1\/messages\b|\/images\/(?:generations|edits)\b|\/audio\/(?:speech|transcriptions|translations)\b|\/v1\/realtime\b|\/openai\/deployments\/|\/invoke(?:-with-response-stream)?\b|\/converse(?:-stream)?\b|:(?:stream)?generateContent\b|:embedContent\b|:(?:raw)?predict\b|\/api\/(?:chat|generate|embed|embeddings)\b|\/v\d\/(?:rerank|chat|embed|generate)\b|\/v1\/predictions\b|\/moderations\b|\/models\/[\w.\0/-]+$/i;
/** Paths at the same hosts that do not. */
const NO_CALL_PATH =
  /\/v1\/models\b|\/api\/(?:tags|ps|show|pull|version)\b|\/v1\/(?:files|fine_tuning|assistants|usage|organization)\b|\/messages\/count_tokens\b/;
/** Paths that speak of a model whoever the host is. */
const TELLING_PATH = /\/chat\/completions$|\/v1\/messages$|\/v1\/responses$/;

/**
 * Who is asked by a request to a URL; undefined when it is no model call. Unknown parts of the URL are U+0000: a path
 * that speaks for itself counts behind an unknown host, never as a path of the application's own server.
 */
export function providerOfUrl(url: string): { readonly provider: string; readonly sure: boolean } | undefined {
  const bare = url.split(/[?#]/)[0] ?? url;
  if (NO_CALL_PATH.test(bare)) return undefined;
  const host = HOSTS.find(([pattern]) => pattern.test(bare));
  if (host) {
    const unknownPath = bare.endsWith("\0") && !/\/\w[\w-]*\/[^\0]*\0$/.test(bare.replace(/^\w+:\/\/[^/\0]+/, ""));
    return CALL_PATH.test(bare) || unknownPath ? { provider: host[1], sure: true } : undefined;
  }
  return bare.startsWith("\0") && TELLING_PATH.test(bare) ? { provider: "openai-compatible", sure: false } : undefined;
}

/** Who is behind a client's base URL, if the host says so. */
export function providerOfHost(url: string): string | undefined {
  return HOSTS.find(([pattern]) => pattern.test(url))?.[1];
}

/** Callees that send a request: full names of the package where it is imported, else as written. */
export const HTTP_CALLS: Readonly<Record<Family, RegExp>> = {
  python:
    /^(?:requests|httpx|niquests|curl_cffi\.requests)\.(?:api\.)?(?:post|request|stream)$|^(?:requests|httpx|aiohttp|niquests)\.(?:sessions\.|client\.)?(?:Session|session|Client|AsyncClient|ClientSession)\(\)\.(?:post|request|stream|ws_connect)$|^urllib\.request\.urlopen$|^http\.client\.HTTPS?Connection\(\)\.request$|^urllib3\.PoolManager\(\)\.request$|^websockets\.(?:connect|client\.connect|sync\.client\.connect)$|^websocket\.(?:create_connection|WebSocketApp)$/,
  javascript:
    /^(?:globalThis\.|window\.)?(?:fetch|\$fetch|ofetch|WebSocket|EventSource)$|^(?:node-fetch|cross-fetch|undici|ofetch|isomorphic-fetch|ws|node-fetch-native)#(?:default|fetch|request|ofetch|\$fetch|stream|WebSocket)?$|^(?:axios|got|ky|superagent|needle)#(?:(?:default|create\(\)|extend\(\))\.?)*(?:default|post|request|stream)?$|^(?:node:)?https?#(?:default\.)?request$/,
  ...ofEach("http"),
};
