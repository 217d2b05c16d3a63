// A language model without a model, for VS Code's own chat agent: it does what the last message of the person says.
// "use <tool> with <JSON> please" is answered with that tool call; a tool's result is answered with "the tool said: …";
// all else with "the fake model answers".
import * as vscode from "vscode";

/** What of the provider API this needs; it is newer than the version whose types the extension is built against. */
interface ModelMessage {
  content: readonly unknown[];
}
interface ModelProvider {
  provideLanguageModelChatInformation(): Promise<object[]>;
  provideTokenCount(model: unknown, text: unknown): Promise<number>;
  provideLanguageModelChatResponse(
    model: unknown,
    messages: readonly ModelMessage[],
    options: { tools?: readonly { name: string }[] },
    progress: { report(part: unknown): void },
  ): Promise<void>;
}
interface ModelRegistry {
  registerLanguageModelChatProvider?(vendor: string, provider: ModelProvider): vscode.Disposable;
}

const ORDER = /use (\S+) with (\{.*?\}) please/gs;

const valueOf = (part: unknown) => {
  const value = (part as { value?: unknown } | undefined)?.value;
  return typeof value === "string" ? value : "";
};

let calls = 0;

function answer(messages: readonly ModelMessage[], tools: readonly { name: string }[]): unknown {
  const text = (said: string) => new vscode.LanguageModelTextPart(said);
  const result = messages.at(-1)?.content.find((part) => part instanceof vscode.LanguageModelToolResultPart);
  if (result)
    return text(`the tool said: ${result.content.map((part) => valueOf(part) || JSON.stringify(part)).join("")}`);
  // Titles and summaries are asked for without tools.
  if (tools.length === 0) return text("A title");
  const order = [
    ...messages
      .flatMap((message) => message.content.map(valueOf))
      .join("\n")
      .matchAll(ORDER),
  ].at(-1);
  if (!order?.[1] || !order[2]) return text("the fake model answers");
  const tool = tools.find((one) => one.name === order[1]);
  if (!tool) return text(`there is no tool ${order[1]} among ${tools.map((one) => one.name).join(", ")}`);
  return new vscode.LanguageModelToolCallPart(`call-${++calls}`, tool.name, JSON.parse(order[2]) as object);
}

/** Registers the model `sallyport-fake/fake`, where this VS Code lets extensions bring models. */
export function registerFakeModel(context: vscode.ExtensionContext): void {
  const registry = vscode.lm as unknown as ModelRegistry;
  const registered = registry.registerLanguageModelChatProvider?.("sallyport-fake", {
    provideLanguageModelChatInformation: async () => [
      {
        id: "fake",
        name: "Fake",
        family: "fake",
        version: "1",
        maxInputTokens: 100_000,
        maxOutputTokens: 10_000,
        capabilities: { toolCalling: true },
        isUserSelectable: true,
        isDefault: true,
      },
    ],
    provideTokenCount: async (_model, text) => Math.ceil(JSON.stringify(text).length / 4),
    provideLanguageModelChatResponse: async (_model, messages, options, progress) =>
      progress.report(answer(messages, options.tools ?? [])),
  });
  if (registered) context.subscriptions.push(registered);
}
