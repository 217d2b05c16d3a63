import type { Sink } from "../sinks.ts";
import type { Exports, GlobalMark } from "./observability.ts";

/** What Java and Kotlin share beside their SDKs. Sources by key: `sources.ts`; rows without one are `assumed`. */
export const JVM_HTTP =
  /(?:^|\.)(?:send|sendAsync|newCall|execute|postForObject|postForEntity|exchange|openConnection|post|put|method|preparePost|executeRequest|newWebSocket|postForLocation|webSocket|webSocketSession|submitForm|preparePost)$|^(?:kong\.unirest|com\.mashape\.unirest\.http)\.(?:\w+\.)*Unirest\.post$|\bURL\(\)\.openStream$/;

export const JVM_LOGGERS =
  /^(?:org\.slf4j|org\.apache\.logging\.log4j|org\.apache\.log4j|java\.util\.logging|org\.apache\.commons\.logging|org\.jboss\.logging|io\.quarkus\.logging|com\.google\.common\.flogger|org\.tinylog|ch\.qos\.logback|io\.github\.oshai|mu|org\.lighthousegames\.logging|co\.touchlab\.kermit|timber\.log|io\.klogging|net\.logstash)(?:\.|$)/;

export const JVM_LEVELS: Readonly<Record<string, Sink["level"]>> = {
  finer: "debug",
  finest: "debug",
  config: "debug",
  severe: "error",
  catching: "error",
  throwing: "error",
  infof: "info",
  infov: "info",
  debugf: "debug",
  debugv: "debug",
  tracef: "debug",
  warnf: "error",
  warnv: "error",
  errorf: "error",
  errorv: "error",
};

/** Functions that give a client back instrumented (oinf-java; OpenTelemetry's library instrumentations: assumed). */
export const JVM_WRAPPERS: readonly Exports[] = [
  {
    packages: ["io.opentelemetry.instrumentation.openai"],
    exports: ["wrap"],
    what: "OpenTelemetry's OpenAITelemetry",
  },
  { packages: ["io.opentelemetry.instrumentation.awssdk"], exports: ["wrap"], what: "OpenTelemetry's AwsSdkTelemetry" },
  { packages: ["dev.braintrust"], exports: ["wrapOpenAI", "wrapAnthropic", "wrap"], what: "Braintrust" },
];

/** Annotations by which a method's input and output are recorded, or only that it ran. */
export const JVM_TRACERS: readonly Exports[] = [
  {
    packages: ["com.arize.openinference", "com.arize.instrumentation"],
    exports: ["LLM", "Chain", "Agent", "Tool"],
    what: "OpenInference",
  },
  {
    packages: ["io.opentelemetry.instrumentation.annotations"],
    exports: ["WithSpan"],
    what: "@WithSpan",
    partly: "its span says that the method ran, not what was asked",
  },
  {
    packages: ["io.micrometer.observation.annotation"],
    exports: ["Observed"],
    what: "@Observed",
    partly: "its observation says that the method ran, not what was asked",
  },
];

export function jvmMarks(language: "java" | "kotlin"): readonly GlobalMark[] {
  return [
    {
      language,
      callee: /\bLangChain4jInstrumentor\.instrument$/,
      what: "LangChain4jInstrumentor",
      covers: "name",
    },
  ];
}

/** What a source must mention beside the packages' names. */
export const JVM_TOKENS: readonly string[] = ["ai.koog", "langchain4j"];

export const JVM_FIXES: Readonly<Record<string, string>> = {
  openai:
    "Cheapest fix: OpenAITelemetry.create(openTelemetry).wrap(client) where the client is made (opentelemetry-openai-java), or log response.model(), response.id() and response.usage() after the call.",
  anthropic: "Cheapest fix: log message.model(), message.id() and message.usage() after the call.",
  bedrock:
    "Cheapest fix: add AwsSdkTelemetry's execution interceptor where the client is made, or log the model id, response.usage() and the request id after the call.",
  "spring-ai":
    "Cheapest fix: give ChatClient.builder(…) a default advisor that logs model, usage and finish reason, or set spring.ai.chat.observations properties with tracing on the classpath.",
  langchain4j:
    "Cheapest fix: .listeners(List.of(listener)) with a ChatModelListener that logs where the model is built, or LangChain4jInstrumentor.instrument().",
};
