import { observeOpenAI } from "langfuse";
import OpenAI from "openai";

const openai = observeOpenAI(new OpenAI());

/** True when a guest book entry may be shown. */
export async function acceptable(entry: string): Promise<boolean> {
  const completion = await openai.chat.completions.create({
    model: "gpt-5-mini",
    messages: [
      { role: "system", content: "Answer yes if the entry is fit for a public guest book, else no." },
      { role: "user", content: entry },
    ],
  });
  return completion.choices[0]?.message.content?.trim().toLowerCase() === "yes";
}
