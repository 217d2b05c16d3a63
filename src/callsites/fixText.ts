import { MORE_FAMILIES } from "./catalogue/families.ts";
import type { Family } from "./program.ts";

/** The cheapest record for an SDK, in one sentence that names the line to write. */
const PYTHON: Readonly<Record<string, string>> = {
  openai:
    "Cheapest fix: OpenAIInstrumentor().instrument() once at start-up (opentelemetry-instrumentation-openai), or log response.model, response.id and response.usage after the call.",
  anthropic:
    "Cheapest fix: AnthropicInstrumentor().instrument() once at start-up (opentelemetry-instrumentation-anthropic), or log message.model, message.id and message.usage after the call.",
  bedrock:
    "Cheapest fix: BedrockInstrumentor().instrument() once at start-up (opentelemetry-instrumentation-bedrock), or log modelId, response['usage'] and response['ResponseMetadata']['RequestId'] after the call.",
  langchain:
    "Cheapest fix: LangchainInstrumentor().instrument() once at start-up, or pass a recording handler in config={'callbacks': […]}.",
  "openai-agents":
    "Cheapest fix: add_trace_processor(…) once at start-up, with a processor that writes to a log of your own.",
  litellm: "Cheapest fix: set litellm.success_callback and litellm.failure_callback once at start-up.",
};

const JAVASCRIPT: Readonly<Record<string, string>> = {
  openai:
    "Cheapest fix: register new OpenAIInstrumentation() once at start-up, or wrap the client where it is made, or log response.model, response.id and response.usage after the call.",
  anthropic:
    "Cheapest fix: register new AnthropicInstrumentation() once at start-up, or log message.model, message.id and message.usage after the call.",
  bedrock:
    "Cheapest fix: register new BedrockInstrumentation() once at start-up, or log the model id, response.usage and response.$metadata.requestId after the call.",
  "vercel-ai":
    "Cheapest fix: add experimental_telemetry: { isEnabled: true } to this call, with a tracer provider registered.",
  "openai-agents":
    "Cheapest fix: addTraceProcessor(…) once at start-up, with a processor that writes to a log of your own.",
  langchain: "Cheapest fix: pass a recording handler in { callbacks: […] }.",
};

const GENERIC =
  "Cheapest fix: log the model, the response's id, its token usage and the outcome after the call with the project's logger.";

/** What to do about a call of an SDK, by the provider that the catalogue names it by. */
export function fixText(provider: string, language: Family): string {
  const own = language === "python" ? PYTHON : language === "javascript" ? JAVASCRIPT : MORE_FAMILIES[language].fixes;
  return own[provider] ?? GENERIC;
}
