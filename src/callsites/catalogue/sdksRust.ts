import type { Sdk } from "./sdk.ts";

/** What sends data to a model in Rust. Packages are crates as they are written in paths. */
export const RUST_SDKS: readonly Sdk[] = [
  {
    provider: "openai",
    packages: ["async_openai"],
    constructors: ["Client", "Client.new", "Client.with_config", "Client.build", "Client.default"],
    calls: {
      chat: "chat().create chat().create_stream chat().create_byot chat().create_stream_byot",
      responses: "responses().create responses().create_stream responses().create_byot responses().create_stream_byot",
      completions: "completions().create completions().create_stream completions().create_byot",
      embeddings: "embeddings().create embeddings().create_base64 embeddings().create_byot",
      images:
        "images().create images().create_edit images().create_variation images().generate images().edit images().generate_stream images().edit_stream",
      audio:
        "audio().transcribe audio().transcribe_verbose_json audio().translate audio().speech audio().speech().create audio().speech().create_stream audio().transcription().create audio().transcription().create_stream audio().translation().create",
      moderation: "moderations().create",
      batch: "batches().create",
      agents:
        "threads().create_and_run threads().runs().create threads().runs().create_stream threads().create_and_run_stream",
      video: "videos().create",
    },
    sources: ["async-openai"],
    confidence: "seen",
  },
];
