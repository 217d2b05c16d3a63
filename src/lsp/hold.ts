import { readConfig } from "../clients/clients.ts";
import type { ConfigFile, ServerEntry } from "../clients/config.ts";
import { holdEntry } from "../clients/held.ts";
import { placeOf } from "../audit/discover.ts";
import type { Environment } from "../core/environment.ts";
import { applyEdits } from "../core/finding.ts";
import { protectIn } from "../protect/protect.ts";

/** More entries than this come at once from no honest change; those beyond are named as not held. */
const MAX_HELD = 50;

export interface Held {
  /** The file's text with the entries held. */
  readonly text: string;
  readonly held: readonly string[];
  readonly refused: readonly { readonly name: string; readonly reason: string }[];
}

const same = (a: ServerEntry, b: ServerEntry): boolean => a.name === b.name && a.map.project === b.map.project;

/** Rewrites entries so that their client starts our proxy, which starts nothing until a person has released them. */
export async function heldText(
  file: string,
  before: string,
  entries: readonly ServerEntry[],
  environment: Environment,
  runtime: string,
): Promise<Held> {
  const read = (text: string): Promise<ConfigFile> => readConfig({ ...placeOf(file, environment), text });
  let text = before;
  const held: string[] = [];
  const refused: { name: string; reason: string }[] = [];
  for (const [i, wanted] of entries.entries()) {
    const { name } = wanted;
    const { project } = wanted.map;
    let reason = i < MAX_HELD ? undefined : "too many are new at once";
    let rewritten = text;
    if (reason === undefined) {
      let config = await read(rewritten);
      const id = { server: name, ...(project !== undefined && { project }) };
      const gate = protectIn(config, id, environment, runtime);
      if (gate.status === "refused") ({ reason } = gate);
      if (gate.status === "rewritten") {
        rewritten = applyEdits(rewritten, gate.edits);
        config = await read(rewritten);
      }
      const entry = config.entries.find((one) => same(one, wanted));
      const hold = reason === undefined && entry ? holdEntry(config, entry) : undefined;
      if (hold?.status === "refused") ({ reason } = hold);
      if (hold?.status === "rewritten") rewritten = applyEdits(rewritten, hold.edits);
    }
    if (reason === undefined) {
      text = rewritten;
      held.push(name);
    } else refused.push({ name, reason });
  }
  return { text, held, refused };
}

/** What was held, and what could not be: the end of a sentence. */
export function heldInWords(holding: Held | undefined): string {
  if (!holding) return "";
  const { held, refused } = holding;
  const [first] = refused;
  const not =
    first &&
    `; NOT held: ${first.name} (${first.reason})${refused.length > 1 ? ` and ${refused.length - 1} more` : ""}`;
  return `${held.length > 0 ? "; held until you release it" : ""}${not ?? ""}`;
}
