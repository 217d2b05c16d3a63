import OpenAI from "openai";

const openai = new OpenAI();

/** The chat box on the visitors' page. */
export async function reply(question: string, history: string[]): Promise<string> {
  const response = await openai.responses.create({
    model: "gpt-5-mini",
    instructions: "You answer questions about the harbor. Be brief.",
    input: [...history, question].join("\n"),
  });
  return response.output_text;
}
