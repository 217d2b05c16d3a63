import type { FamilyCatalogue } from "./family.ts";
import {
  JVM_FIXES,
  JVM_HTTP,
  JVM_LEVELS,
  JVM_LOGGERS,
  JVM_TOKENS,
  JVM_TRACERS,
  JVM_WRAPPERS,
  jvmMarks,
} from "./jvm.ts";
import type { Sdk } from "./sdk.ts";
import { JVM_SDKS } from "./sdksJvm.ts";

/** What only Kotlin has. */
const KOTLIN_SDKS: readonly Sdk[] = [
  {
    provider: "openai",
    packages: ["com.aallam.openai"],
    constructors: ["OpenAI"],
    calls: {
      chat: "chatCompletion chatCompletions",
      completions: "completion completions",
      embeddings: "embeddings",
      images: "imageURL imageJSON",
      audio: "transcription translation speech",
      moderation: "moderations",
      agents: "createRun createThreadRun",
    },
    sources: [],
    confidence: "assumed",
  },
  {
    provider: "koog",
    packages: ["ai.koog"],
    constructors: [
      "AIAgent",
      "simpleOpenAIExecutor",
      "simpleAnthropicExecutor",
      "simpleOllamaAIExecutor",
      "simpleGoogleAIExecutor",
      "SingleLLMPromptExecutor",
      "MultiLLMPromptExecutor",
      "PromptExecutor",
      "OpenAILLMClient",
      "AnthropicLLMClient",
    ],
    calls: { agents: "run runAndGetResult", chat: "execute executeStreaming" },
    sources: [],
    confidence: "assumed",
  },
  {
    provider: "google",
    packages: ["com.google.ai.client.generativeai", "com.google.firebase.ai", "com.google.firebase.vertexai"],
    constructors: ["GenerativeModel"],
    calls: {
      chat: "generateContent generateContentStream startChat().sendMessage startChat().sendMessageStream sendMessage",
    },
    sources: ["semgrep"],
    confidence: "seen",
  },
];

/** Kotlin. */
export const KOTLIN: FamilyCatalogue = {
  sdks: [...KOTLIN_SDKS, ...JVM_SDKS],
  wrappers: JVM_WRAPPERS,
  tracers: JVM_TRACERS,
  dropIns: [],
  marks: jvmMarks("kotlin"),
  shapes: [],
  http: JVM_HTTP,
  loggers: JVM_LOGGERS,
  levels: JVM_LEVELS,
  prints: /^(?:println|print|System\.(?:out|err)\.(?:println|print))$/,
  tokens: JVM_TOKENS,
  fixes: JVM_FIXES,
};
