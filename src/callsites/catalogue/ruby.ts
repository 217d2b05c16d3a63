import type { FamilyCatalogue } from "./family.ts";
import { RUBY_SDKS } from "./sdksRuby.ts";

/** Ruby. */
export const RUBY: FamilyCatalogue = {
  sdks: RUBY_SDKS,
  wrappers: [],
  // assumed: Langfuse's own gem
  tracers: [],
  dropIns: [],
  marks: [
    // OpenTelemetry's Ruby SDK: `c.use "OpenTelemetry::Instrumentation::RubyLLM"` (otel-ruby-llm)
    {
      language: "ruby",
      callee: /\.use$/,
      what: "an OpenTelemetry instrumentation",
      covers: ["ruby_llm"],
      requires: /OpenTelemetry::Instrumentation::RubyLLM/,
    },
    {
      language: "ruby",
      callee: /\.use$/,
      what: "an OpenTelemetry instrumentation",
      covers: ["openai"],
      requires: /OpenTelemetry::Instrumentation::OpenAI/,
    },
    {
      language: "ruby",
      callee: /\.use$/,
      what: "an OpenTelemetry instrumentation",
      covers: ["anthropic"],
      requires: /OpenTelemetry::Instrumentation::(?:Anthropic|Claude)/,
    },
    {
      language: "ruby",
      callee: /\.use$/,
      what: "an OpenTelemetry instrumentation",
      covers: ["langchain"],
      requires: /OpenTelemetry::Instrumentation::Langchain/,
    },
    {
      language: "ruby",
      callee: /\.use$/,
      what: "OpenTelemetry's AWS instrumentation",
      covers: ["bedrock"],
      requires: /OpenTelemetry::Instrumentation::AwsSdk/,
      partly: "its spans carry no contents",
    },
    {
      language: "ruby",
      callee: /\.use_all$|OpenTelemetry\.SDK\.configure$/,
      what: "OpenTelemetry's use_all",
      covers: "all",
      requires: /use_all/,
      partly: "its spans carry no contents unless an instrumentation of this SDK is installed",
    },
    // langchainrb_datadog hooks into every call when it is loaded
    {
      language: "ruby",
      callee: /^require$/,
      what: "langchainrb_datadog",
      covers: ["langchain"],
      requires: /langchainrb_datadog/,
    },
    // RubyLLM publishes an event for each request
    {
      language: "ruby",
      callee: /^ActiveSupport\.Notifications\.(?:monotonic_)?subscribe$/,
      what: "a subscriber of RubyLLM's events",
      covers: ["ruby_llm"],
      requires: /ruby_?llm/i,
    },
    // assumed: Datadog's tracer
    {
      language: "ruby",
      callee: /\.tracing\.instrument$/,
      what: "Datadog's tracer",
      covers: ["openai", "anthropic", "ruby_llm"],
      requires: /:(?:openai|anthropic|ruby_llm)\b/,
      partly: "its spans carry no contents without LLM Observability",
    },
  ],
  shapes: [
    {
      language: "ruby",
      chain: /\.(?:converse|converse_stream)$/,
      length: 1,
      needs: ["model_id"],
      provider: "bedrock",
      kind: "chat",
    },
    {
      language: "ruby",
      chain: /\.(?:invoke_model|invoke_model_with_response_stream)$/,
      length: 1,
      needs: ["model_id", "body"],
      provider: "bedrock",
      kind: "completions",
    },
    // The community's OpenAI gem, with a client from elsewhere: everything is in `parameters`.
    {
      language: "ruby",
      chain: /\bchat$/,
      length: 1,
      needs: ["messages", "model"],
      provider: "openai",
      kind: "chat",
    },
    {
      language: "ruby",
      chain: /\bembeddings$/,
      length: 1,
      needs: ["input", "model"],
      provider: "openai",
      kind: "embeddings",
    },
    {
      language: "ruby",
      chain: /\bmessages$/,
      length: 1,
      needs: ["messages", "max_tokens"],
      provider: "anthropic",
      kind: "chat",
    },
    // A record that acts as RubyLLM's chat.
    {
      language: "ruby",
      chain: /(?:^|[._])chat\.(?:with_\w+\(\)\.)*(?:ask|say)$/,
      length: 2,
      needs: [],
      telling: true,
      provider: "ruby_llm",
      kind: "chat",
    },
  ],
  http: /^Net\.HTTP\.post$|^Net\.HTTP\(\)\.(?:post|request|request_post)$|^(?:HTTParty|Faraday|RestClient|Excon|HTTPX|Typhoeus|HTTP|Patron)\.(?:post|request)$|^RestClient\.Request\.execute$|^(?:Faraday|Excon|HTTPClient|Patron\.Session)\.?\(\)\.(?:post|request)$|^(?:HTTP|HTTPX)\.(?:\w+(?:\(\))?\.)+(?:post|request)$|^Async\.HTTP\.Internet\(\)\.post$|^(?:URI|OpenURI)\.open$/,
  loggers: /^(?:Logger|SemanticLogger|Rails|ActiveSupport|Sidekiq|Lograge|Ougai|TTY|Logging|Hanami|Dry|Yell|Steno)\b/,
  levels: {
    unknown: "info",
    tagged: "debug",
    add: "info",
    notify: "info",
    measure: "info",
    measure_info: "info",
    measure_debug: "debug",
    benchmark: "info",
  },
  prints: /^(?:\$stdout\.|\$stderr\.|STDOUT\.|STDERR\.)?(?:puts|print|p|pp|printf|putc|write)$/,
  tokens: [
    "chat.ask",
    "HTTParty",
    "api.openai.com",
    "api.anthropic.com",
    "invoke_model",
    ".embeddings(",
    "parameters: {",
    ".chat(",
  ],
  fixes: {
    openai:
      'Cheapest fix: after the call, Rails.logger.info with response["model"], response["id"] and response["usage"]; or give the client a Faraday logger with bodies: OpenAI::Client.new { |f| f.response :logger, Rails.logger, bodies: true }.',
    anthropic: "Cheapest fix: after the call, log message.model, message.id and message.usage with the app's logger.",
    ruby_llm:
      'Cheapest fix: c.use "OpenTelemetry::Instrumentation::RubyLLM" once at start-up (opentelemetry-instrumentation-ruby_llm), or log message.model_id, message.input_tokens and message.output_tokens after the call.',
    langchain: "Cheapest fix: log response.model, response.total_tokens and the outcome after the call.",
    bedrock:
      "Cheapest fix: log the model id, response.usage and response.context.metadata[:request_id] after the call.",
  },
};
