/**
 * Where the catalogue's facts were read: published types, the SDKs' own repositories, and the patch tables of
 * instrumentation projects, which are the most reliable lists of the methods that send data. Rows marked `assumed` have
 * no such source.
 */
export const SOURCES = {
  aichat: "github.com/vercel/ai-chatbot app, artifacts, instrumentation.ts at 9d5d8a3ea796",
  awesome: "github.com/Shubhamsaboo/awesome-llm-apps ** at 11a4bc330e4b",
  "aws-ex":
    "github.com/awsdocs/aws-doc-sdk-examples {python,javascriptv3,gov2,javav2,dotnetv3,dotnetv4}/**/bedrock* at 7d1e1237789c",
  cdxgen: "github.com/CycloneDX/cdxgen npm @cyclonedx/cdxgen@12.8.4 lib/helpers/aiCollector.js at npm:12.8.4",
  chatbotui: "github.com/mckaywrigley/chatbot-ui app/api/chat/** at 81328b61d2a4",
  "az-java": "github.com/Azure-Samples/azure-search-openai-demo-java app/backend/** at 80bcd7a7b6e8",
  "codeql-js-anthropic": "github.com/github/codeql javascript/ql/lib/ext/anthropic.model.yml at 34da804aee29",
  "codeql-js-genai": "github.com/github/codeql javascript/ql/lib/ext/google-genai.model.yml at 34da804aee29",
  "codeql-js-langchain": "github.com/github/codeql javascript/ql/lib/ext/langchain.model.yml at 71942b54b313",
  "codeql-js-openai": "github.com/github/codeql javascript/ql/lib/ext/openai.model.yml at 34da804aee29",
  "codeql-js-openrouter": "github.com/github/codeql javascript/ql/lib/ext/openrouter.model.yml at 092cae035522",
  "codeql-py-anthropic":
    "github.com/github/codeql python/ql/lib/semmle/python/frameworks/anthropic.model.yml at 02a3729c46ea",
  "codeql-py-genai":
    "github.com/github/codeql python/ql/lib/semmle/python/frameworks/google-genai.model.yml at 27d2a2b16e69",
  "codeql-py-langchain":
    "github.com/github/codeql python/ql/lib/semmle/python/frameworks/langchain.model.yml at 27d2a2b16e69",
  "codeql-py-openai":
    "github.com/github/codeql python/ql/lib/semmle/python/frameworks/openai.model.yml at 018ba92b1e97",
  "codeql-py-openrouter":
    "github.com/github/codeql python/ql/lib/semmle/python/frameworks/OpenRouter.qll at 4d73ab5c80ba",
  "dd-js":
    "github.com/DataDog/dd-trace-js packages/datadog-instrumentations/src/{openai,anthropic,google-genai,google-cloud-vertexai,claude-agent-sdk,openai-agents,langgraph}.js + helpers/rewriter/instrumentations/*.js at 5735ffe7643c",
  "dd-py": "github.com/DataDog/dd-trace-py ddtrace/contrib/internal/*/patch.py at 3bb9ecda2283",
  graphiti: "github.com/getzep/graphiti graphiti_core/** at 993e081a6d79",
  inbox: "github.com/elie222/inbox-zero apps/web/utils/llms/index.ts at 4f70dcefc55c",
  "lc4j-ex": "github.com/langchain4j/langchain4j-examples ** at a72f083eff55",
  "lc4j-obs": "github.com/langchain4j/langchain4j docs/docs/tutorials/observability.md at 056145454788",
  mem0: "github.com/mem0ai/mem0 mem0/llms, mem0/embeddings, mem0-ts at 8d5b7865bd05",
  "npm:@anthropic-ai/claude-agent-sdk": "npm @anthropic-ai/claude-agent-sdk 0.3.330: sdk.d.ts",
  "npm:@anthropic-ai/sdk": "npm @anthropic-ai/sdk 1.12.0: resources/**/*.d.ts",
  "npm:@aws-sdk/client-bedrock-agent-runtime":
    "npm @aws-sdk/client-bedrock-agent-runtime installed 2026-11-22: dist-types/commands",
  "npm:@aws-sdk/client-bedrock-runtime":
    "npm @aws-sdk/client-bedrock-runtime installed 2026-11-22: dist-types/commands",
  "npm:@google/genai": "npm @google/genai 2.32.0: dist/genai.d.ts",
  "npm:@huggingface/inference": "npm @huggingface/inference 4.13.30: dist",
  "npm:@mistralai/mistralai": "npm @mistralai/mistralai 2.7.0: esm/sdk/*.d.ts",
  "npm:@openai/agents-core": "npm @openai/agents-core 0.20.0: dist/run.d.ts",
  "npm:@posthog/ai": "npm @posthog/ai 8.13.1: dist",
  "npm:@traceloop/node-server-sdk": "npm @traceloop/node-server-sdk 0.27.0: initialize, with*",
  "npm:ai": "npm ai 6.0.326: dist/index.d.ts",
  "npm:braintrust": "npm braintrust 3.35.0: wrap*",
  "npm:cohere-ai": "npm cohere-ai 8.1.0: Client.d.ts",
  "npm:groq-sdk": "npm groq-sdk 1.6.0: resources",
  "npm:langfuse": "npm langfuse 3.39.2: observeOpenAI",
  "npm:langsmith": "npm langsmith 0.12.0: wrappers, traceable, experimental",
  "npm:ollama": "npm ollama 0.6.4: dist/browser.d.ts",
  "npm:openai": "npm openai 6.49.0: resources/**/*.d.ts",
  "npm:together-ai": "npm together-ai 0.52.0: resources",
  "npm:weave": "npm weave 0.11.1: wrapOpenAI",
  "oinf-js": "github.com/Arize-ai/openinference js/packages/*/src/instrumentation.ts at 1fe497f1d9f4",
  "oinf-py": "github.com/Arize-ai/openinference python/instrumentation/*/src/**/__init__.py at 1fe497f1d9f4",
  "ollm-js": "github.com/traceloop/openllmetry-js packages/instrumentation-*/src/instrumentation.ts at 1faf69deed34",
  "ollm-py":
    "github.com/traceloop/openllmetry packages/opentelemetry-instrumentation-*/opentelemetry/instrumentation/*/__init__.py at 93429cfb9767",
  "openai-java": "github.com/openai/openai-java README.md at 00e8c5054055",
  "openai-py-api": "github.com/openai/openai-python api.md at 02cf7cdbdb19",
  "otel-py": "github.com/open-telemetry/opentelemetry-python-contrib instrumentation-genai/* at 466ae4c00de7",
  "async-openai": "github.com/64bit/async-openai async-openai/src/{client,chat,responses,embedding,image,audio}*.rs",
  "anthropic-ruby":
    "github.com/anthropics/anthropic-sdk-ruby lib/anthropic/resources/**/*.rb; alexrudall/anthropic lib/anthropic/client.rb",
  "gemini-ai": "github.com/gbaptista/gemini-ai controllers/client.rb",
  langchainrb: "github.com/andreibondarev/langchainrb lib/langchain/{llm,assistant}/*.rb",
  "otel-ruby-llm": "github.com/thoughtbot/opentelemetry-instrumentation-ruby_llm README.md",
  "ruby-llm": "github.com/crmne/ruby_llm lib/ruby_llm.rb, lib/ruby_llm/chat.rb",
  "anthropic-php":
    "github.com/anthropics/anthropic-sdk-php README.md, src/Services/**; mozex/anthropic-php src/Resources/*.php",
  "laravel-ai":
    "laravel.com/docs ai-sdk; github.com/laravel/ai src/{Image,Audio,Embeddings,Transcription,Promptable}.php",
  llphant: "github.com/LLPhant/LLPhant src/Chat/*.php, src/Embeddings/EmbeddingGenerator/**/*.php",
  "prism-php": "prismphp.com core-concepts; github.com/prism-php/prism src/**/PendingRequest.php",
  "symfony-ai": "github.com/symfony/ai src/{platform,agent,chat}/README.md, docs",
  genai: "docs.rs/genai Client",
  "langchain-rust": "docs.rs/langchain-rust 5.1.0 src/{llm,chain,agent,embedding}",
  "ollama-rs": "docs.rs/ollama-rs Ollama, Coordinator",
  "openai-api-rs": "docs.rs/openai-api-rs v1/api.rs",
  rig: "docs.rs/rig-core agent, client, providers",
  "openai-php":
    "github.com/openai-php/client src/Resources/*.php, src/Client.php; openai-php/laravel src/Facades/OpenAI.php",
  "openai-ruby": "github.com/openai/openai-ruby lib/openai/resources/**/*.rb",
  "ruby-openai": "github.com/alexrudall/ruby-openai lib/openai/{client,images,audio,responses,runs,batches}.rb",
  semgrep: "github.com/semgrep/semgrep-rules ai/**/*.yaml at 157ae4706d7f",
  "sentry-js":
    "github.com/getsentry/sentry-javascript packages/core/src/tracing/{openai,anthropic-ai,google-genai,langchain,langgraph}/constants.ts; packages/node/src/integrations/tracing/vercelai/instrumentation.ts at f7a6cc0c221c",
  "sentry-py":
    "github.com/getsentry/sentry-python sentry_sdk/integrations/{openai,anthropic,cohere,litellm,langchain,langgraph,google_genai,openai_agents,pydantic_ai,huggingface_hub} at 064542dd2cbd",
  "spring-ex": "github.com/spring-projects/spring-ai-examples ** at f02003ff5885",
  "spring-obs":
    "github.com/spring-projects/spring-ai spring-ai-docs/src/main/antora/modules/ROOT/pages/observability/index.adoc at 03a91270ec80",
  "sk-pyaz":
    "github.com/microsoft/semantic-kernel python/semantic_kernel/connectors/ai/azure_ai_inference/services/*.py at b39d95a34435",
  trusera:
    "github.com/Trusera/ai-bom src/ai_bom/detectors/llm_patterns.py, src/ai_bom/config.py, src/ai_bom/scanners/ast_scanner.py at 012d53d389ca",
  "openai-go-api": "github.com/openai/openai-go api.md at 012b83e3fa37",
  opencode: "github.com/opencode-ai/opencode internal/llm/provider/*.go at f0571f5f5ade",
  fabric: "github.com/danielmiessler/fabric internal/plugins/ai/** at 272f04dd3278",
  "oinf-go": "github.com/Arize-ai/openinference go/openinference-instrumentation-* at 1fe497f1d9f4",
  k8sgpt: "github.com/k8sgpt-ai/k8sgpt pkg/ai/*.go at 05247a851ba9",
  mods: "github.com/charmbracelet/mods internal/** at 0425d0d7861e",
  "go-genai": "github.com/googleapis/go-genai README.md at 0e6c3a0d3acf",
  langchaingo: "github.com/tmc/langchaingo llms/llms.go, chains/chains.go, embeddings, examples/** at 8fea3de63675",
  "eino-ex": "github.com/cloudwego/eino-examples adk/**, quickstart/** at 6dc0d214c0eb",
  "openai-dotnet": "github.com/openai/openai-dotnet README.md at 0128c43abeab",
  "genai-dotnet": "github.com/microsoft/Generative-AI-for-beginners-dotnet samples/** at 399679343f00",
  "az-cs": "github.com/Azure-Samples/azure-search-openai-demo-csharp app/** at 83cbc7752379",
  eshop: "github.com/dotnet/eShopSupport src/** at 1a772ff84f75",
  "meai-otel":
    "github.com/dotnet/extensions src/Libraries/Microsoft.Extensions.AI/ChatCompletion/OpenTelemetryChatClientBuilderExtensions.cs at 01a52dd763da",
  sk: "github.com/microsoft/semantic-kernel dotnet/samples/**, python/samples/** at b39d95a34435",
} as const;

export type SourceId = keyof typeof SOURCES;
