import { ACTING_VERBS, READING_VERBS, toolWords } from "../core/toolWords.ts";
import type { Definition, Trait, TraitName } from "../link/messages.ts";

const REMOTE_NAMES = new Set(words("web http https url website browser internet online remote page crawl scrape"));
const REMOTE_ARGUMENTS = new Set(
  words(
    "url urls uri href link host hostname domain endpoint webhook recipient recipients to cc bcc email channel address",
  ),
);
const CODE_ARGUMENTS = new Set(words("command cmd code script shell sql statement program expression argv"));

function words(text: string): string[] {
  return text.split(" ");
}

/**
 * What a tool seems to do, from its name, the names of its arguments, and what its server claims. All three come from the
 * server, so this sorts honest tools and never proves anything: whoever lies about a tool is found by what its results and
 * arguments hold, not here. A claim is never believed against the name.
 *
 * Traits come each with the evidence. `definition` undefined: only the name is known.
 */
export function inferTraits(
  name: string,
  definition: Pick<Definition, "annotations" | "parameters"> | undefined,
): readonly Trait[] {
  const found = new Map<TraitName, string>();
  const put = (trait: TraitName, evidence: string): void => {
    if (!found.has(trait)) found.set(trait, evidence);
  };
  const inName = toolWords(name);
  const reading = inName.find((word) => READING_VERBS.has(word));
  for (const [trait, verbs] of ACTING_VERBS) {
    // "get_command_history" reads, "run_get" does not: the first verb is what the tool does.
    const verb = inName.find((word) => verbs.includes(word));
    if (verb && !(reading && inName.indexOf(reading) < inName.indexOf(verb) && trait !== "destroys")) {
      put(trait, `its name says “${verb}”`);
    }
  }
  for (const parameter of definition?.parameters ?? []) {
    const inParameter = toolWords(parameter);
    if (inParameter.some((word) => CODE_ARGUMENTS.has(word))) put("executes", `it takes “${parameter}”`);
    const last = inParameter.at(-1);
    if (last !== undefined && REMOTE_ARGUMENTS.has(last)) put("leaves-the-machine", `it takes “${parameter}”`);
  }
  const remote = inName.find((word) => REMOTE_NAMES.has(word));
  if (remote) put("reads-untrusted", `its name says “${remote}”`);
  const claims = definition?.annotations ?? {};
  if (claims.destructiveHint === true && claims.readOnlyHint !== true) put("destroys", "its server says so");
  if (claims.openWorldHint === true) put("reads-untrusted", "its server says that it deals with an open world");
  if (claims.readOnlyHint === false && !reading) put("writes", "its server says that it does not only read");
  const acts = found.has("writes") || found.has("executes") || found.has("destroys") || sends(found, inName);
  if (!acts && claims.readOnlyHint !== false) {
    if (reading) put("looks-read-only", `its name says “${reading}”`);
    else if (claims.readOnlyHint === true) put("looks-read-only", "its server says that it only reads");
  }
  return [...found].map(([trait, evidence]) => ({ trait, evidence }));
}

/** A tool that takes an address to read from it leaves the machine, and still only reads; one whose name sends does not. */
function sends(found: ReadonlyMap<TraitName, string>, inName: readonly string[]): boolean {
  const verbs = ACTING_VERBS.find(([trait]) => trait === "leaves-the-machine")?.[1] ?? [];
  const firstVerb = inName.find((word) => verbs.includes(word) || READING_VERBS.has(word));
  return found.has("leaves-the-machine") && firstVerb !== undefined && verbs.includes(firstVerb);
}
