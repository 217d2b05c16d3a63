import { type Family, isDotted } from "../program.ts";
import { listOfEach, ofEach } from "./families.ts";

/**
 * What makes an SDK's calls leave a record without a log line at the call: wrapped clients, drop-in packages, global
 * instrumentation, tracing decorators, gateways. Sources by key: `sources.ts`; families without one are `assumed`.
 */
export interface Exports {
  /** First segments of a Python module, or names of JavaScript packages. */
  readonly packages: readonly string[];
  readonly exports: readonly string[];
  readonly what: string;
  /** Why what it records is too little alone. */
  readonly partly?: string;
}

/** Functions that take a client and give it back instrumented. langsmith, braintrust, langfuse, sentry-js; rest assumed. */
const WRAPPERS: Readonly<Record<Family, readonly Exports[]>> = {
  python: [
    { packages: ["langsmith"], exports: ["wrap_openai", "wrap_anthropic", "wrap_gemini"], what: "LangSmith" },
    { packages: ["braintrust"], exports: ["wrap_openai", "wrap_anthropic", "wrap_litellm"], what: "Braintrust" },
    { packages: ["opik"], exports: ["track_openai", "track_anthropic", "track_bedrock", "track_genai"], what: "Opik" },
    { packages: ["lunary"], exports: ["monitor"], what: "Lunary" },
    { packages: ["logfire"], exports: ["instrument_openai", "instrument_anthropic"], what: "Logfire" },
  ],
  javascript: [
    { packages: ["langsmith"], exports: ["wrapOpenAI", "wrapAnthropic", "wrapSDK", "wrapAISDK"], what: "LangSmith" },
    {
      packages: ["braintrust"],
      exports: [
        "wrapOpenAI",
        "wrapOpenAIv4",
        "wrapAnthropic",
        "wrapAISDK",
        "wrapAISDKModel",
        "wrapGoogleGenAI",
        "wrapMistral",
        "wrapGroq",
      ],
      what: "Braintrust",
    },
    { packages: ["langfuse", "@langfuse/openai"], exports: ["observeOpenAI"], what: "Langfuse" },
    { packages: ["weave"], exports: ["wrapOpenAI", "wrapGoogleGenAI"], what: "Weave" },
    { packages: ["opik-openai", "opik"], exports: ["trackOpenAI"], what: "Opik" },
    { packages: ["@posthog/ai"], exports: ["withTracing", "wrapVercelFamilyModel"], what: "PostHog" },
    { packages: ["lunary"], exports: ["monitorOpenAI"], what: "Lunary" },
    { packages: ["mlflow-openai"], exports: ["tracedOpenAI"], what: "MLflow" },
    {
      packages: ["@sentry/*"],
      exports: ["instrumentOpenAiClient", "instrumentAnthropicAiClient", "instrumentGoogleGenAIClient"],
      what: "Sentry",
    },
  ],
  ...ofEach("wrappers"),
};

/** Decorators and functions that record the input and output of the function they are given. */
const TRACERS: Readonly<Record<Family, readonly Exports[]>> = {
  python: [
    { packages: ["langfuse"], exports: ["observe"], what: "Langfuse" },
    { packages: ["langsmith"], exports: ["traceable"], what: "LangSmith" },
    { packages: ["opik"], exports: ["track"], what: "Opik" },
    { packages: ["braintrust"], exports: ["traced"], what: "Braintrust" },
    { packages: ["weave"], exports: ["op"], what: "Weave" },
    { packages: ["mlflow"], exports: ["trace"], what: "MLflow" },
    {
      packages: ["traceloop"],
      exports: ["workflow", "task", "agent", "tool", "aworkflow", "atask", "aagent", "atool"],
      what: "Traceloop",
    },
    { packages: ["ddtrace"], exports: ["llm", "workflow", "agent", "task", "tool", "embedding"], what: "Datadog" },
    {
      packages: ["phoenix", "openinference", "opentelemetry"],
      exports: ["llm", "chain", "agent", "tool"],
      what: "OpenInference",
    },
    { packages: ["agentops"], exports: ["operation", "agent", "session", "trace"], what: "AgentOps" },
    { packages: ["openlit"], exports: ["trace"], what: "OpenLIT" },
    { packages: ["lmnr"], exports: ["observe"], what: "Laminar" },
  ],
  javascript: [
    { packages: ["langsmith", "langsmith/traceable"], exports: ["traceable"], what: "LangSmith" },
    {
      packages: ["@langfuse/tracing", "langfuse"],
      exports: ["observe", "startActiveObservation"],
      what: "Langfuse",
    },
    { packages: ["braintrust"], exports: ["traced", "wrapTraced"], what: "Braintrust" },
    { packages: ["weave"], exports: ["op"], what: "Weave" },
    {
      packages: ["@traceloop/node-server-sdk"],
      exports: [
        "withWorkflow",
        "withTask",
        "withAgent",
        "withTool",
        "withLLMCall",
        "workflow",
        "task",
        "agent",
        "tool",
      ],
      what: "Traceloop",
    },
    { packages: ["opik"], exports: ["track"], what: "Opik" },
    { packages: ["mlflow-tracing"], exports: ["trace", "withSpan"], what: "MLflow" },
    { packages: ["@lmnr-ai/lmnr"], exports: ["observe"], what: "Laminar" },
  ],
  ...ofEach("tracers"),
};

/** A package that exports an SDK's own names, instrumented. */
export interface DropIn {
  readonly language: Family;
  readonly from: string;
  readonly to: string;
  readonly what: string;
}

const DROP_INS: readonly DropIn[] = [
  ...listOfEach("dropIns"),
  { language: "python", from: "langfuse.openai.openai", to: "openai", what: "Langfuse's drop-in for openai" },
  { language: "python", from: "langfuse.openai", to: "openai", what: "Langfuse's drop-in for openai" },
  { language: "python", from: "posthog.ai.openai", to: "openai", what: "PostHog's drop-in for openai" },
  { language: "python", from: "posthog.ai.anthropic", to: "anthropic", what: "PostHog's drop-in for anthropic" },
];
const POSTHOG: Readonly<Record<string, string>> = {
  OpenAI: "openai",
  AzureOpenAI: "openai",
  Anthropic: "@anthropic-ai/sdk",
  GoogleGenAI: "@google/genai",
};

function inPackages(language: Family, packages: readonly string[], module: string): boolean {
  if (isDotted(language)) return packages.some((name) => module === name || module.startsWith(`${name}.`));
  return packages.some((name) =>
    name.endsWith("/*") ? module.startsWith(name.slice(0, -1)) : module === name || module.startsWith(`${name}/`),
  );
}

function among(
  table: readonly Exports[],
  language: Family,
  module: string,
  path: readonly string[],
): Exports | undefined {
  const last = path.at(-1);
  if (last === undefined) return undefined;
  return table.find((row) => row.exports.includes(last) && inPackages(language, row.packages, module));
}

export function wrapperOf(language: Family, module: string, path: readonly string[]): Exports | undefined {
  return among(WRAPPERS[language], language, module, path);
}

export function tracerOf(language: Family, module: string, path: readonly string[]): Exports | undefined {
  return among(TRACERS[language], language, module, path);
}

/** The SDK's own export behind one of a drop-in package. */
export function dropInOf(
  language: Family,
  module: string,
  path: readonly string[],
): { readonly module: string; readonly path: readonly string[]; readonly what: string } | undefined {
  if (language === "javascript") {
    const name = path.at(-1);
    const to = name === undefined ? undefined : POSTHOG[name];
    return to !== undefined && inPackages(language, ["@posthog/ai"], module)
      ? { module: to, path, what: "PostHog's drop-in" }
      : undefined;
  }
  const full = [module, ...path].join(".");
  const row = DROP_INS.find(({ from }) => full === from || full.startsWith(`${from}.`));
  if (!row) return undefined;
  return {
    module: row.to,
    path: full
      .slice(row.from.length + 1)
      .split(".")
      .filter(Boolean),
    what: row.what,
  };
}

/** Which SDKs an instrumentor covers, by a word of its name. */
const COVERED: readonly (readonly [RegExp, readonly string[]])[] = [
  [/openai_?agents/i, ["openai-agents"]],
  [/openai/i, ["openai", "portkey", "openai-guardrails"]],
  [/anthropic/i, ["anthropic"]],
  [/bedrock|botocore/i, ["bedrock"]],
  [/aws/i, ["bedrock"]],
  [/lang_?chain/i, ["langchain", "langgraph"]],
  [/lite_?llm/i, ["litellm"]],
  [/vertex/i, ["vertexai"]],
  [/google|genai|gemini/i, ["google"]],
  [/mistral/i, ["mistral"]],
  [/cohere/i, ["cohere"]],
  [/groq/i, ["groq"]],
  [/together/i, ["together"]],
  [/ollama/i, ["ollama"]],
  [/replicate/i, ["replicate"]],
  [/crew/i, ["crewai"]],
  [/pydantic/i, ["pydantic-ai"]],
  [/instructor/i, ["instructor", "openai", "anthropic"]],
  [/vercel|ai_?sdk/i, ["vercel-ai"]],
  [/dspy/i, ["dspy"]],
  [/\beino\b/i, ["eino"]],
];

/** The SDKs that a name speaks of; empty when it speaks of none. */
export function coveredBy(name: string): readonly string[] {
  return COVERED.find(([pattern]) => pattern.test(name))?.[1] ?? [];
}

/** A call that switches instrumentation on for the whole process. */
export interface GlobalMark {
  readonly language: Family;
  /** Of the callee's full name: `package.path` in Python, `package#path` in JavaScript. */
  readonly callee: RegExp;
  readonly what: string;
  /** Which SDKs; `name`: those that the callee's own name speaks of; `arguments`: those that its arguments name. */
  readonly covers: "all" | "name" | "arguments" | "agents" | readonly string[];
  /** Counts only in a file that holds this too. */
  readonly inFile?: RegExp;
  /** Covers the Vercel AI SDK, which others reach only through each call's own setting. */
  readonly vercel?: true;
  /** Records too little alone: spans without contents, or samples. */
  readonly partly?: string;
  /** Counts only with this argument. */
  readonly requires?: RegExp;
  /** Counts for nothing with this argument. */
  readonly refuses?: RegExp;
}

const INERT =
  /\b(?:disabled|enabled)\s*[:=]\s*(?:false|False)\b|tracing_?[eE]nabled\s*[:=]\s*(?:false|False)|\bdisabled\s*[:=]\s*(?:true|True)\b/;

/** An empty list of processors takes the default one away and puts none in its place. */
const NO_PROCESSOR = /\(\s*\[\s*\]\s*\)/;

export const GLOBAL_MARKS: readonly GlobalMark[] = [
  // OpenLLMetry (ollm-py, ollm-js)
  {
    language: "python",
    callee: /^traceloop\..*\bTraceloop\.init$|^Traceloop\.init$/,
    what: "Traceloop.init",
    covers: "all",
    refuses: /\benabled\s*=\s*False/,
  },
  {
    language: "javascript",
    callee: /^@traceloop\/node-server-sdk#(?:\w+\.)?initialize$/,
    what: "Traceloop's initialize",
    covers: "all",
    refuses: INERT,
  },
  // OpenTelemetry and OpenInference instrumentors (otel-py, oinf-py)
  { language: "python", callee: /(?:^|\.)\w+Instrumentor\(\)\.instrument$/, what: "an instrumentor", covers: "name" },
  {
    language: "python",
    callee: /^phoenix\.otel\.register$/,
    what: "Phoenix's register",
    covers: "all",
    requires: /auto_instrument\s*=\s*True/,
  },
  // JavaScript instrumentations are objects that a provider is given (oinf-js, ollm-js)
  {
    language: "javascript",
    callee:
      /(?:^|[#.])\w*(?:OpenAI|Anthropic|Bedrock|LangChain|VertexAI|GenAI|Cohere|Together|Ollama)\w*Instrumentation$/,
    what: "an instrumentation",
    covers: "name",
    refuses: INERT,
  },
  {
    language: "javascript",
    callee: /(?:^|[#.])AwsInstrumentation$/,
    what: "OpenTelemetry's AWS instrumentation",
    covers: "name",
    partly: "its spans carry no contents",
  },
  {
    language: "javascript",
    callee: /(?:^|[#.])\w+Instrumentation\(\)\.enable$/,
    what: "an instrumentation",
    covers: "name",
  },
  // OpenAI Agents trace to their vendor unless told otherwise; a processor of one's own is a record of one's own
  {
    language: "python",
    callee: /^agents\.(?:tracing\.)?(?:add_trace_processor|set_trace_processors)$/,
    what: "a trace processor",
    covers: "agents",
    refuses: NO_PROCESSOR,
  },
  {
    language: "javascript",
    callee: /^@openai\/agents(?:-core)?#(?:addTraceProcessor|setTraceProcessors)$/,
    what: "a trace processor",
    covers: "agents",
    refuses: NO_PROCESSOR,
  },
  // assumed: Laminar, OpenLIT, AgentOps, Langtrace, Braintrust
  { language: "python", callee: /^lmnr\.(?:\w+\.)*Laminar\.initialize$/, what: "Laminar.initialize", covers: "all" },
  {
    language: "javascript",
    callee: /^@lmnr-ai\/lmnr#(?:\w+\.)*Laminar\.initialize$/,
    what: "Laminar.initialize",
    covers: "all",
  },
  { language: "python", callee: /^openlit\.(?:\w+\.)?init$/, what: "openlit.init", covers: "all" },
  { language: "javascript", callee: /^openlit#(?:\w+\.)*init$/i, what: "openlit's init", covers: "all" },
  { language: "python", callee: /^agentops\.init$/, what: "agentops.init", covers: "all" },
  { language: "python", callee: /^langtrace_python_sdk\.(?:langtrace\.)?init$/, what: "langtrace.init", covers: "all" },
  { language: "python", callee: /^braintrust\.auto_instrument$/, what: "braintrust.auto_instrument", covers: "all" },
  // npm:weave; autopatching in Python
  { language: "python", callee: /^weave\.init$/, what: "weave.init", covers: "all" },
  // assumed: MLflow, Logfire
  {
    language: "python",
    callee: /^mlflow\.autolog$/,
    what: "mlflow.autolog",
    covers: "all",
    refuses: /disable\s*=\s*True/,
  },
  {
    language: "python",
    callee: /^mlflow\.\w+\.autolog$/,
    what: "MLflow's autolog",
    covers: "name",
    refuses: /disable\s*=\s*True|log_traces\s*=\s*False/,
  },
  { language: "python", callee: /^logfire\.instrument_\w+$/, what: "a Logfire instrumentation", covers: "name" },
  // dd-py, dd-js
  {
    language: "python",
    callee: /^ddtrace\.llmobs\.LLMObs\.enable$/,
    what: "LLMObs.enable",
    covers: "all",
    vercel: true,
  },
  {
    language: "python",
    callee: /^ddtrace\.patch_all$/,
    what: "ddtrace.patch_all",
    covers: "all",
    partly: "its spans carry no contents without LLM Observability",
  },
  {
    language: "python",
    callee: /^ddtrace\.patch$/,
    what: "ddtrace.patch",
    covers: "arguments",
    partly: "its spans carry no contents without LLM Observability",
  },
  {
    language: "javascript",
    callee: /^dd-trace#(?:\w+\.)*init$/,
    what: "dd-trace's init with llmobs",
    covers: "all",
    vercel: true,
    requires: /llmobs/,
  },
  // sentry-py, sentry-js: sampled, and without contents unless told
  {
    language: "python",
    callee: /^sentry_sdk\.init$/,
    what: "Sentry's AI integration",
    covers: "arguments",
    requires: /(?:OpenAI|Anthropic|Langchain|LiteLLM|HuggingfaceHub|Cohere|GoogleGenAI)Integration/,
    partly: "its traces are sampled and carry no contents unless told",
  },
  {
    language: "javascript",
    callee: /^@sentry\/[\w-]+#(?:\w+\.)*init$/,
    what: "Sentry's AI integration",
    covers: "arguments",
    vercel: true,
    requires: /(?:openAI|anthropicAI|vercelAI|googleGenAI|langChain)Integration/,
    partly: "its traces are sampled and carry no contents unless told",
  },
  ...listOfEach("marks"),
];

/** The Agents SDK's own tracing, which goes to its vendor: what switches it off for the process (sentry-py, dd-py). */
export const VENDOR_TRACING_OFF =
  /^(?:agents|@openai\/agents(?:-core)?)[.#](?:tracing\.)?set_?[tT]racing_?[dD]isabled$/;
export const VENDOR_TRACING_SWITCH = "OPENAI_AGENTS_DISABLE_TRACING";

/** With these Sentry records contents of every call. */
export const SENTRY_FULL = /send_?default_?pii\s*[:=]\s*true|record_?inputs\s*[:=]\s*true|include_prompts\s*=\s*true/i;

/** Gateways that keep what passes them, by host. assumed: what they keep is a setting of theirs. */
export const GATEWAY =
  /\bhelicone\.ai\b|\bgateway\.ai\.cloudflare\.com\b|\bapi\.portkey\.ai\b|\bai-gateway\.vercel\.sh\b|\bllm-gateway\.\w/i;

/** Names of modules that exist to switch instrumentation on. */
export const INSTRUMENTATION_MODULE =
  /(?:^|[./_-])(?:instrument(?:ation|s)?|tracing|telemetry|otel|opentelemetry|observability|langfuse|traceloop)(?:$|[./_-])/i;
