import type { Sdk } from "./sdk.ts";

/** What sends data to a model in PHP. Packages are namespaces, dotted. */
export const PHP_SDKS: readonly Sdk[] = [
  {
    provider: "openai",
    packages: ["OpenAI.Laravel.Facades"],
    mention: ["OpenAI"],
    constructors: ["OpenAI"],
    calls: {
      chat: "chat().create chat().createStreamed",
      responses: "responses().create responses().createStreamed",
      completions: "completions().create completions().createStreamed edits().create",
      embeddings: "embeddings().create",
      images: "images().create images().createStreamed images().edit images().editStreamed images().variation",
      audio: "audio().speech audio().speechStreamed audio().transcribe audio().transcribeStreamed audio().translate",
      moderation: "moderations().create",
      batch: "batches().create",
      agents:
        "threads().createAndRun threads().createAndRunStreamed threads().runs().create threads().runs().createStreamed threads().runs().submitToolOutputs threads().runs().submitToolOutputsStreamed",
      realtime: "realtime().token realtime().transcribeToken",
    },
    functions: {
      chat: "OpenAI.chat().create OpenAI.chat().createStreamed",
      responses: "OpenAI.responses().create OpenAI.responses().createStreamed",
      completions: "OpenAI.completions().create OpenAI.completions().createStreamed",
      embeddings: "OpenAI.embeddings().create",
      images: "OpenAI.images().create OpenAI.images().edit OpenAI.images().variation",
      audio: "OpenAI.audio().speech OpenAI.audio().transcribe OpenAI.audio().translate",
      moderation: "OpenAI.moderations().create",
      batch: "OpenAI.batches().create",
      agents: "OpenAI.threads().createAndRun OpenAI.threads().runs().create OpenAI.threads().runs().createStreamed",
    },
    sources: ["openai-php"],
    confidence: "seen",
  },
  {
    provider: "openai",
    packages: ["OpenAI"],
    constructors: ["client", "Client", "Contracts.ClientContract", "ClientContract", "factory().*.make"],
    calls: {
      chat: "chat().create chat().createStreamed",
      responses: "responses().create responses().createStreamed",
      completions: "completions().create completions().createStreamed edits().create",
      embeddings: "embeddings().create",
      images: "images().create images().createStreamed images().edit images().editStreamed images().variation",
      audio: "audio().speech audio().speechStreamed audio().transcribe audio().transcribeStreamed audio().translate",
      moderation: "moderations().create",
      batch: "batches().create",
      agents:
        "threads().createAndRun threads().createAndRunStreamed threads().runs().create threads().runs().createStreamed threads().runs().submitToolOutputs threads().runs().submitToolOutputsStreamed",
      realtime: "realtime().token realtime().transcribeToken",
    },
    sources: ["openai-php"],
    confidence: "seen",
  },
];
