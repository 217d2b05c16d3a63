import { BedrockRuntimeClient, ConverseCommand } from "@aws-sdk/client-bedrock-runtime";

const bedrock = new BedrockRuntimeClient({ region: "eu-central-1" });

/** One word for a photo of the pier, as its caption has it. */
export async function label(caption: string): Promise<string> {
  const command = new ConverseCommand({
    modelId: "eu.amazon.nova-lite-v1:0",
    messages: [{ role: "user", content: [{ text: `One word for: ${caption}` }] }],
  });
  const response = await bedrock.send(command);
  return response.output?.message?.content?.[0]?.text ?? "";
}
