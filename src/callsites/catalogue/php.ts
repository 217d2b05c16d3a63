import type { FamilyCatalogue } from "./family.ts";
import { PHP_SDKS } from "./sdksPhp.ts";

/** PHP. */
export const PHP: FamilyCatalogue = {
  sdks: PHP_SDKS,
  wrappers: [],
  tracers: [],
  dropIns: [],
  marks: [
    // openai-php tells an event dispatcher of each request (openai-php)
    {
      language: "php",
      callee: /(?:^|\.)Event\.listen$|\.addListener$/,
      what: "a listener of OpenAI's events",
      covers: ["openai"],
      requires: /\bRequestHandled\b/,
    },
    // Events of the Laravel AI SDK (laravel-ai)
    {
      language: "php",
      callee: /(?:^|\.)Event\.listen$|\.addListener$/,
      what: "a listener of the AI SDK's events",
      covers: ["laravel-ai"],
      requires:
        /\b(?:AgentPrompted|AgentStreamed|ImageGenerated|EmbeddingsGenerated|AudioGenerated|TranscriptionGenerated)\b/,
    },
    // Guzzle's log middleware: with bodies in its format, or without
    {
      language: "php",
      callee: /(?:^|\.)Middleware\.log$/,
      what: "Guzzle's log middleware",
      covers: ["openai", "anthropic", "google"],
      requires: /\{(?:req|res)_body\}|MessageFormatter::DEBUG/,
    },
    {
      language: "php",
      callee: /(?:^|\.)Middleware\.log$/,
      what: "Guzzle's log middleware",
      covers: ["openai", "anthropic", "google"],
      refuses: /\{(?:req|res)_body\}|MessageFormatter::DEBUG/,
      partly: "its lines carry no bodies",
    },
    // OpenTelemetry's extension: a hook around a method of the SDK (otel-php)
    {
      language: "php",
      callee: /(?:^|\.)hook$/,
      what: "an OpenTelemetry hook",
      covers: ["openai"],
      requires: /OpenAI\\|\bOpenAI\b|Resources\\Chat/,
    },
    // Neuron's monitoring (assumed)
    {
      language: "php",
      callee: /\.observe$/,
      what: "Neuron's monitoring",
      covers: ["neuron-ai"],
      requires: /AgentMonitoring|LogObserver|InspectorObserver|LangfuseObserver/,
    },
  ],
  shapes: [
    {
      language: "php",
      chain: /\bchat\(\)\.(?:create|createStreamed)$/,
      length: 2,
      needs: ["messages"],
      telling: true,
      provider: "openai",
      kind: "chat",
    },
    {
      language: "php",
      chain: /\bresponses\(\)\.(?:create|createStreamed)$/,
      length: 2,
      needs: ["input"],
      provider: "openai",
      kind: "responses",
    },
    {
      language: "php",
      chain: /\bembeddings\(\)\.create$/,
      length: 2,
      needs: ["input"],
      provider: "openai",
      kind: "embeddings",
    },
    {
      language: "php",
      chain: /\bmessages\(\)\.(?:create|createStreamed)$/,
      length: 2,
      needs: ["messages", "model|max_tokens"],
      provider: "anthropic",
      kind: "chat",
    },
    {
      language: "php",
      chain: /\busing\(\)\.(?:\w+\(\)\.){0,20}as(?:Text|Structured|Stream|Embeddings)$/,
      length: 1,
      needs: [],
      telling: true,
      provider: "prism",
      kind: "chat",
    },
    {
      language: "php",
      chain: /\.(?:converse|converseStream|invokeModel|invokeModelWithResponseStream)$/,
      length: 1,
      needs: ["modelId"],
      provider: "bedrock",
      kind: "chat",
    },
  ],
  http: /^curl_exec$|^file_get_contents$|^(?:Illuminate\.Support\.Facades\.)?Http\.(?:\w+\(\)\.)*(?:post|send)$|^GuzzleHttp\.Client\(\)\.(?:post|postAsync|request|requestAsync)$|^Symfony\.Component\.HttpClient\.HttpClient\.create\w*\(\)\.request$|\.(?:sendRequest|sendAsync)$|\bClient\(\)\.send$|\bClient(?:Interface)?\.send$|^(?:wp_remote_post|wp_safe_remote_post)$/,
  loggers:
    /^(?:Monolog|Psr\.Log|Illuminate\.Support\.Facades$|Illuminate\.Log|Yii|Laminas\.Log|Analog|Symfony\.Component\.HttpKernel\.Log)/,
  levels: { emergency: "error", addInfo: "info", addRecord: "info", notice: "info" },
  prints: /^(?:echo|print|printf|print_r|var_dump|var_export|dump|dd|fwrite|fputs)$/,
  tokens: [
    "OpenAI",
    "api.openai.com",
    "api.anthropic.com",
    "chat/completions",
    "->chat()",
    "asText",
    "asStructured",
    "invokeModel",
    "Bedrock",
  ],
  fixes: {
    openai:
      "Cheapest fix: after the call, Log::info(…) or $this->logger->info(…) with $response->model, $response->id and $response->usage->totalTokens.",
    anthropic: "Cheapest fix: after the call, log $message->model, $message->id and $message->usage.",
    prism:
      "Cheapest fix: after the call, log $response->meta->model, $response->meta->id and $response->usage with Log::info(…).",
    "laravel-ai":
      "Cheapest fix: listen to AgentPrompted once and log the agent, the model and $event->response->usage there.",
    bedrock:
      "Cheapest fix: after the call, log the model id, $result['usage'] and $result['@metadata']['headers']['x-amzn-requestid'].",
  },
};
