import type { AnswerChoice, Trait, TraitName } from "../link/messages.ts";
import type { Call } from "./enforcement.ts";

/** What a tool with a trait may do, for a sentence that a person reads. */
const DOES: Partial<Record<TraitName, string>> = {
  destroys: "may delete something",
  executes: "may run a program",
  "leaves-the-machine": "may send something out of this machine",
  writes: "may change something",
};

/** Grants of a session end with it, and after this at the latest. */
export const SESSION_GRANT_MS = 8 * 3_600_000;

/** One sentence: what will happen. Names come from outside and are shown as text. */
export function summaryOf({ message, server, tool }: Call): string {
  const label = server.open.server;
  if (message.direction === "to-client") return `The server ${label} asks ${server.client.name} for ${message.method}`;
  if (!tool) {
    return `${server.client.name} wants ${message.method}${message.target ? ` ${message.target}` : ""} of ${label}`;
  }
  const does = (Object.keys(DOES) as TraitName[]).find((name) => tool.traits.some(({ trait }) => trait === name));
  const what = does ? `, which ${DOES[does]}` : readsOnly(tool.traits) ? ", which looks as if it only reads" : "";
  return `${server.client.name} wants to call ${tool.name} of ${label}${what}`;
}

export function readsOnly(traits: readonly Trait[]): boolean {
  return traits.some(({ trait }) => trait === "looks-read-only");
}

/** What each button would do. */
export function choicesOf(
  call: Call,
  offered: readonly AnswerChoice[],
): readonly { choice: AnswerChoice; words: string }[] {
  const what = call.tool
    ? `${call.tool.name} of ${call.server.open.server}`
    : `${call.message.method} of ${call.server.open.server}`;
  const words: Record<AnswerChoice, string> = {
    once: "Lets this one call through",
    session: `Lets ${what} through, with any arguments, until ${call.session.info.label} ends, for at most 8 hours`,
    always: call.tool?.change
      ? `Accepts the changed definition of ${what}, and lets this call through`
      : `Adds a rule to your policy: ${what}, started as it is now, is allowed with any arguments; not with a high ` +
        `finding, not in a tainted conversation, not after its definition changes`,
    deny: "Refuses this call; what you write as the reason reaches the agent",
  };
  return offered.map((choice) => ({ choice, words: words[choice] }));
}
