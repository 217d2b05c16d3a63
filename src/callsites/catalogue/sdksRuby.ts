import type { Sdk } from "./sdk.ts";

/**
 * What sends data to a model in Ruby. Packages are the constants that a gem defines; two gems define `OpenAI`, the
 * community's (`client.chat(parameters: …)`) and the vendor's (`client.chat.completions.create(…)`).
 */
export const RUBY_SDKS: readonly Sdk[] = [
  {
    provider: "openai",
    packages: ["OpenAI"],
    constructors: ["Client"],
    calls: {
      chat: "chat chat.completions.create chat.completions.stream chat.completions.stream_raw",
      responses: "responses.create responses.stream responses.stream_raw",
      completions: "completions completions.create completions.create_streaming completions.stream_raw",
      embeddings: "embeddings embeddings.create",
      images:
        "images.generate images.edit images.variations images.create_variation images.generate_stream_raw images.edit_stream_raw",
      audio:
        "audio.transcribe audio.translate audio.speech audio.speech.create audio.transcriptions.create audio.transcriptions.create_streaming audio.translations.create",
      moderation: "moderations moderations.create",
      batch: "batches.create",
      agents: "runs.create beta.threads.runs.create beta.threads.create_and_run",
      video: "videos.create videos.remix",
      realtime: "realtime.create realtime.client_secrets.create",
    },
    sources: ["ruby-openai", "openai-ruby"],
    confidence: "seen",
  },
];
