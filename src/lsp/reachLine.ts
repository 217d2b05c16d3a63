import { type Reach, abilityInWords } from "../audit/reach.ts";

/** What a server may reach, as a lens or a row says it: `reads private data, can send data out`. */
export function reachLine(reach: Reach): string {
  const { abilities, assumed } = reach;
  if (assumed) return "not in the catalogue of servers";
  if (abilities.length === 0) return "reaches nothing that matters";
  return abilities.map((one) => abilityInWords(one, reach)).join(", ");
}
