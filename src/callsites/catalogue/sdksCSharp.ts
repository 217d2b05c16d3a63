import type { Sdk } from "./sdk.ts";

/** What any client of `Microsoft.Extensions.AI` can be asked; other SDKs' clients become one by `AsIChatClient()`. */
const MEAI_CHAT = "GetResponseAsync GetStreamingResponseAsync CompleteAsync CompleteStreamingAsync";
const MEAI_EMBEDDINGS =
  "GenerateAsync GenerateVectorAsync GenerateEmbeddingVectorAsync GenerateAndZipAsync GenerateEmbeddingAsync GenerateEmbeddingsAsync";
const MEAI_AUDIO = "GetTextAsync GetStreamingTextAsync";
/** And what an agent of the Agent Framework can be asked, which is made of such a client. */
const AGENT_RUNS = "RunAsync RunStreamingAsync";

const OPENAI_CALLS: Sdk["calls"] = {
  chat: `CompleteChat CompleteChatAsync CompleteChatStreaming CompleteChatStreamingAsync GetChatCompletions GetChatCompletionsAsync GetChatCompletionsStreaming GetChatCompletionsStreamingAsync ${MEAI_CHAT}`,
  completions: "GetCompletions GetCompletionsAsync GetCompletionsStreaming GetCompletionsStreamingAsync",
  responses:
    "CreateResponse CreateResponseAsync CreateResponseStreaming CreateResponseStreamingAsync CreateResponseCompletionAsync",
  embeddings: `GenerateEmbedding GenerateEmbeddings GetEmbeddings GetEmbeddingsAsync ${MEAI_EMBEDDINGS}`,
  images:
    "GenerateImage GenerateImageAsync GenerateImages GenerateImagesAsync GenerateImageEdit GenerateImageEditAsync GenerateImageEdits GenerateImageEditsAsync GenerateImageVariation GenerateImageVariationAsync GetImageGenerations GetImageGenerationsAsync",
  audio: `GenerateSpeech GenerateSpeechAsync GenerateSpeechFromText GenerateSpeechFromTextAsync TranscribeAudio TranscribeAudioAsync TranscribeAudioStreamingAsync TranslateAudio TranslateAudioAsync GetAudioTranscription GetAudioTranscriptionAsync GetAudioTranslationAsync ${MEAI_AUDIO}`,
  moderation: "ClassifyText ClassifyTextAsync ClassifyTexts ClassifyTextsAsync",
  agents: `CreateRun CreateRunAsync CreateRunStreaming CreateRunStreamingAsync CreateThreadAndRun CreateThreadAndRunAsync CreateThreadAndRunStreamingAsync ${AGENT_RUNS}`,
  realtime: "StartConversationSessionAsync StartConversationSession StartSessionAsync",
  batch: "CreateBatch CreateBatchAsync",
};

/**
 * What sends data to a model in C#. Packages are namespaces; constructors are classes, interfaces that are injected, and
 * static methods that make a client. The bar for `seen` and the sources: `sources.ts`.
 */
export const CSHARP_SDKS: readonly Sdk[] = [
  {
    provider: "azure-openai",
    packages: ["Azure.AI.OpenAI"],
    constructors: ["AzureOpenAIClient", "OpenAIClient"],
    calls: OPENAI_CALLS,
    sources: ["az-cs", "genai-dotnet"],
    confidence: "seen",
  },
  {
    provider: "openai",
    packages: ["OpenAI"],
    constructors: [
      "OpenAIClient",
      "ChatClient",
      "OpenAIResponseClient",
      "ResponsesClient",
      "EmbeddingClient",
      "ImageClient",
      "AudioClient",
      "ModerationClient",
      "AssistantClient",
      "BatchClient",
      "RealtimeConversationClient",
      "RealtimeClient",
    ],
    calls: OPENAI_CALLS,
    sources: ["openai-dotnet", "genai-dotnet", "semgrep"],
    confidence: "seen",
  },
  {
    provider: "openai",
    packages: ["OpenAI.Managers", "OpenAI.Interfaces", "Betalgo.Ranul.OpenAI", "Betalgo.OpenAI"],
    mention: ["OpenAI"],
    constructors: ["OpenAIService", "IOpenAIService"],
    calls: {
      chat: "ChatCompletion.CreateCompletion ChatCompletion.CreateCompletionAsStream",
      completions: "Completions.CreateCompletion Completions.CreateCompletionAsStream CreateCompletion",
      embeddings: "Embeddings.CreateEmbedding CreateEmbedding",
      images: "Image.CreateImage Image.CreateImageEdit Image.CreateImageVariation CreateImage",
      audio: "Audio.CreateTranscription Audio.CreateTranslation Audio.CreateSpeech",
      moderation: "Moderation.CreateModeration CreateModeration",
    },
    sources: [],
    confidence: "assumed",
  },
  {
    provider: "openai",
    packages: ["OpenAI_API"],
    constructors: ["OpenAIAPI", "IOpenAIAPI"],
    calls: {
      chat: "Chat.CreateChatCompletionAsync Chat.StreamChatEnumerableAsync Chat.CreateConversation().GetResponseFromChatbotAsync Chat.CreateConversation().StreamResponseFromChatbotAsync Chat.CreateConversation().StreamResponseEnumerableFromChatbotAsync",
      completions:
        "Completions.CreateCompletionAsync Completions.GetCompletion Completions.StreamCompletionEnumerableAsync",
      embeddings: "Embeddings.CreateEmbeddingAsync Embeddings.GetEmbeddingsAsync",
      images: "ImageGenerations.CreateImageAsync",
    },
    sources: [],
    confidence: "assumed",
  },
  {
    provider: "azure-inference",
    packages: ["Azure.AI.Inference"],
    constructors: ["ChatCompletionsClient", "EmbeddingsClient", "ImageEmbeddingsClient"],
    calls: {
      chat: `Complete CompleteStreaming ${MEAI_CHAT}`,
      embeddings: `Embed EmbedAsync ${MEAI_EMBEDDINGS}`,
      agents: AGENT_RUNS,
    },
    sources: [],
    confidence: "assumed",
  },
  {
    provider: "meai",
    packages: ["Microsoft.Extensions.AI"],
    constructors: [
      "ChatClientBuilder",
      "IChatClient",
      "IEmbeddingGenerator",
      "IImageGenerator",
      "ISpeechToTextClient",
      "EmbeddingGeneratorBuilder",
      "OllamaChatClient",
      "OllamaEmbeddingGenerator",
      "OpenAIChatClient",
      "AzureAIInferenceChatClient",
      "FunctionInvokingChatClient",
      "DistributedCachingChatClient",
    ],
    calls: {
      chat: MEAI_CHAT,
      embeddings: MEAI_EMBEDDINGS,
      images: "IImageGenerator.GenerateAsync GenerateImagesAsync EditImagesAsync EditImageAsync",
      audio: MEAI_AUDIO,
      agents: AGENT_RUNS,
    },
    sources: ["genai-dotnet", "eshop", "meai-otel"],
    confidence: "seen",
  },
  {
    provider: "agent-framework",
    packages: ["Microsoft.Agents.AI"],
    constructors: ["AIAgent", "ChatClientAgent", "DelegatingAIAgent"],
    calls: { agents: AGENT_RUNS },
    functions: {
      agents:
        "Workflows.InProcessExecution.StreamAsync Workflows.InProcessExecution.RunAsync Workflows.InProcessExecution.RunStreamingAsync",
    },
    sources: ["genai-dotnet"],
    confidence: "seen",
  },
  {
    provider: "azure-agents",
    packages: ["Azure.AI.Agents.Persistent", "Azure.AI.Projects"],
    constructors: ["PersistentAgentsClient", "AIProjectClient", "AgentsClient"],
    calls: {
      agents:
        "Runs.CreateRun Runs.CreateRunAsync Runs.CreateRunStreaming Runs.CreateRunStreamingAsync CreateThreadAndRun CreateThreadAndRunAsync CreateRun CreateRunAsync RunAsync RunStreamingAsync",
      chat: `CompleteChat CompleteChatAsync CompleteChatStreaming CompleteChatStreamingAsync ${MEAI_CHAT}`,
    },
    sources: [],
    confidence: "assumed",
  },
  {
    provider: "semantic-kernel",
    packages: ["Microsoft.SemanticKernel"],
    constructors: [
      "Kernel.CreateBuilder",
      "Kernel",
      "IKernelBuilder",
      "IChatCompletionService",
      "OpenAIChatCompletionService",
      "AzureOpenAIChatCompletionService",
      "OllamaChatCompletionService",
      "GoogleAIGeminiChatCompletionService",
      "ITextGenerationService",
      "ITextEmbeddingGenerationService",
      "ITextToImageService",
      "IAudioToTextService",
      "ITextToAudioService",
      "IImageToTextService",
      "ChatCompletionAgent",
      "OpenAIAssistantAgent",
      "OpenAIResponseAgent",
      "AzureAIAgent",
      "BedrockAgent",
      "AgentGroupChat",
      "KernelFunctionFactory.CreateFromPrompt",
      "KernelFunction",
    ],
    calls: {
      chat: "GetChatMessageContentAsync GetChatMessageContentsAsync GetStreamingChatMessageContentsAsync GetTextContentAsync GetTextContentsAsync GetStreamingTextContentsAsync InvokePromptAsync InvokePromptStreamingAsync InvokeAsync InvokeStreamingAsync GetResponseAsync GetStreamingResponseAsync",
      agents:
        "ChatCompletionAgent.InvokeAsync ChatCompletionAgent.InvokeStreamingAsync OpenAIAssistantAgent.InvokeAsync OpenAIAssistantAgent.InvokeStreamingAsync OpenAIResponseAgent.InvokeAsync AzureAIAgent.InvokeAsync AzureAIAgent.InvokeStreamingAsync BedrockAgent.InvokeAsync AgentGroupChat.InvokeAsync AgentGroupChat.InvokeStreamingAsync",
      embeddings: "GenerateEmbeddingAsync GenerateEmbeddingsAsync GenerateAsync",
      images: "GenerateImageAsync GetImageContentsAsync",
      audio: "GetAudioContentAsync GetAudioContentsAsync",
    },
    sources: ["sk", "az-cs"],
    confidence: "seen",
  },
  {
    provider: "bedrock",
    packages: ["Amazon.BedrockRuntime", "Amazon.BedrockAgentRuntime"],
    constructors: [
      "AmazonBedrockRuntimeClient",
      "IAmazonBedrockRuntime",
      "AmazonBedrockAgentRuntimeClient",
      "IAmazonBedrockAgentRuntime",
    ],
    calls: {
      chat: `ConverseAsync ConverseStreamAsync Converse ConverseStream ${MEAI_CHAT}`,
      completions:
        "InvokeModelAsync InvokeModelWithResponseStreamAsync InvokeModelWithBidirectionalStreamAsync StartAsyncInvokeAsync InvokeModel",
      agents: "InvokeAgentAsync InvokeFlowAsync InvokeInlineAgentAsync",
      rag: "RetrieveAndGenerateAsync RetrieveAndGenerateStreamAsync",
      rerank: "RerankAsync",
      guardrail: "ApplyGuardrailAsync",
    },
    sources: ["aws-ex"],
    confidence: "seen",
  },
  {
    provider: "anthropic",
    packages: ["Anthropic", "Anthropic.SDK"],
    constructors: ["AnthropicClient", "IAnthropicClient"],
    calls: {
      chat: `Messages.Create Messages.CreateStreaming Messages.GetClaudeMessageAsync Messages.StreamClaudeMessageAsync Beta.Messages.Create Beta.Messages.CreateStreaming Messages.GetResponseAsync Messages.GetStreamingResponseAsync ${MEAI_CHAT}`,
      batch: "Messages.Batches.Create Batches.CreateBatchAsync",
      agents: AGENT_RUNS,
    },
    sources: [],
    confidence: "assumed",
  },
  {
    provider: "google",
    packages: ["Google.GenAI", "Mscc.GenerativeAI", "GenerativeAI"],
    constructors: ["GenerativeModel", "GoogleAI", "VertexAI", "GoogleAi", "Client"],
    calls: {
      chat: `GenerateContent GenerateContentAsync GenerateContentStream GenerateContentStreamAsync StreamContentAsync StartChat().SendMessage StartChat().SendMessageStream StartChat().GenerateContentAsync GenerativeModel().GenerateContent GenerativeModel().GenerateContentStream GenerativeModel().StartChat().SendMessage CreateGenerativeModel().GenerateContentAsync CreateGenerativeModel().StreamContentAsync Models.GenerateContentAsync Models.GenerateContentStreamAsync ${MEAI_CHAT}`,
      embeddings: "EmbedContent EmbedContentAsync Models.EmbedContentAsync",
      images: "Models.GenerateImagesAsync GenerateImages",
      realtime: "Live.ConnectAsync",
    },
    sources: [],
    confidence: "assumed",
  },
  {
    provider: "vertexai",
    packages: ["Google.Cloud.AIPlatform.V1"],
    constructors: [
      "PredictionServiceClient.Create",
      "PredictionServiceClient.CreateAsync",
      "PredictionServiceClientBuilder",
      "PredictionServiceClient",
    ],
    calls: {
      chat: "GenerateContent GenerateContentAsync StreamGenerateContent",
      completions: "Predict PredictAsync ServerStreamingPredict",
    },
    sources: [],
    confidence: "assumed",
  },
  {
    provider: "ollama",
    packages: ["OllamaSharp"],
    constructors: ["OllamaApiClient", "IOllamaApiClient", "Chat"],
    calls: {
      chat: `ChatAsync Chat.SendAsync Chat.SendAsAsync Chat.Send StreamCompletion ${MEAI_CHAT}`,
      completions: "GenerateAsync",
      embeddings: "EmbedAsync GenerateEmbeddings GenerateVectorAsync",
      agents: AGENT_RUNS,
    },
    sources: ["genai-dotnet"],
    confidence: "seen",
  },
  {
    provider: "mistral",
    packages: ["Mistral.SDK"],
    constructors: ["MistralClient"],
    calls: {
      chat: `Completions.GetCompletionAsync Completions.StreamCompletionAsync Completions.GetResponseAsync Completions.GetStreamingResponseAsync`,
      embeddings: "Embeddings.GetEmbeddingsAsync",
    },
    sources: [],
    confidence: "assumed",
  },
];
