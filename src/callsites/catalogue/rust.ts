import type { FamilyCatalogue } from "./family.ts";
import { RUST_SDKS } from "./sdksRust.ts";

/** Rust. */
export const RUST: FamilyCatalogue = {
  sdks: RUST_SDKS,
  wrappers: [],
  tracers: [{ packages: ["tracing"], exports: ["instrument"], what: "tracing" }],
  dropIns: [],
  marks: [
    // rig makes spans with the model, the usage and the contents, which an OpenTelemetry layer sends on (rig)
    {
      language: "rust",
      callee: /^tracing_opentelemetry\.(?:layer|OpenTelemetryLayer\.new)$/,
      what: "the OpenTelemetry layer",
      covers: ["rig"],
    },
  ],
  shapes: [
    {
      language: "rust",
      chain: /\bchat\(\)\.(?:create|create_stream)$/,
      length: 2,
      needs: [],
      telling: true,
      provider: "openai",
      kind: "chat",
    },
    {
      language: "rust",
      chain: /\bembeddings\(\)\.create$/,
      length: 2,
      needs: [],
      telling: true,
      provider: "openai",
      kind: "embeddings",
    },
    {
      language: "rust",
      chain: /\bresponses\(\)\.(?:create|create_stream)$/,
      length: 2,
      needs: [],
      telling: true,
      provider: "openai",
      kind: "responses",
    },
    {
      language: "rust",
      chain:
        /\b(?:converse|converse_stream|invoke_model|invoke_model_with_response_stream)\(\)\.(?:\w+\(\)\.){0,20}send$/,
      length: 1,
      needs: [],
      telling: true,
      provider: "bedrock",
      kind: "chat",
    },
    {
      language: "rust",
      chain: /\.(?:exec_chat|exec_chat_stream|send_chat_messages|send_chat_messages_with_history)$/,
      length: 1,
      needs: [],
      telling: true,
      provider: "genai",
      kind: "chat",
    },
  ],
  http: /\.execute$|\.send(?:_json|_string|_form|_bytes)?$|^(?:isahc|minreq|surf|reqwest\.blocking)\.post$/,
  loggers: /^(?:tracing|log|slog|env_logger|log4rs)\b/,
  levels: { crit: "error" },
  prints: /^(?:e?println?!|dbg!|write(?:ln)?!)$/,
  tokens: [
    "api.openai.com",
    "api.anthropic.com",
    "chat/completions",
    "chat().create",
    ".chat()",
    "exec_chat",
    "send_chat_messages",
    "invoke_model",
  ],
  fixes: {
    openai:
      'Cheapest fix: after the call, tracing::info!(model = %response.model, id = %response.id, usage = ?response.usage, "llm call").',
    rig: "Cheapest fix: add a tracing_opentelemetry layer to the subscriber once at start-up, or log the prompt's model and the response with tracing::info!.",
    genai:
      'Cheapest fix: after the call, tracing::info!(model = %response.model_iden, usage = ?response.usage, "llm call").',
    ollama:
      'Cheapest fix: after the call, tracing::info!(model = %response.model, "llm call") with the response\'s token counts.',
    bedrock:
      'Cheapest fix: after the call, tracing::info!(model_id, usage = ?output.usage(), request_id = ?output.request_id(), "llm call").',
  },
};
