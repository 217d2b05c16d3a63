import type { Discovered, LookedFor } from "../audit/discover.ts";
import { CLIENTS } from "../clients/clients.ts";
import { plainLine } from "../report/plain.ts";
import { type Report, shownPath } from "../report/report.ts";
import { count } from "../report/summary.ts";
import type { Paint } from "./terminal.ts";

/** Every client that has files, in output order. */
export function clientIds(): string[] {
  return CLIENTS.map((client) => client.id);
}

const OURS = "Sallyport";

/** Places by whose they are: clients in the order of the places, what is ours last. */
function byClient(looked: readonly LookedFor[]): Map<string, LookedFor[]> {
  const groups = new Map<string, LookedFor[]>();
  for (const one of looked) {
    const title = CLIENTS.find((client) => client.id === one.kind.client)?.title;
    const key = title === undefined ? OURS : `${title} (${one.kind.client})`;
    const list = groups.get(key);
    if (list) list.push(one);
    else groups.set(key, [one]);
  }
  const ours = groups.get(OURS);
  if (ours) {
    groups.delete(OURS);
    groups.set(OURS, ours);
  }
  return groups;
}

const foundIn = (looked: readonly LookedFor[]): string[] => [...new Set(looked.flatMap((one) => one.found))];

/** What was looked for and what was there, for a person. Ends with a line feed. */
export function listFiles(
  { looked, problems }: Discovered,
  places: Pick<Report, "base" | "home">,
  paint: Paint,
): string {
  const lines: string[] = [];
  for (const [title, group] of byClient(looked)) {
    lines.push(paint("bold", title));
    for (const { pattern, scope, kind, found } of group) {
      const about = paint("dim", `${kind.title}, ${scope}`);
      for (const file of found)
        lines.push(`  ${paint("green", "found")}  ${plainLine(shownPath(places, file))}  ${about}`);
      if (found.length === 0) lines.push(paint("dim", `  -      ${plainLine(shownPath(places, pattern))}`));
    }
    lines.push("");
  }
  for (const { file, message } of problems) lines.push(`${paint("red", "error")}  ${plainLine(`${file}: ${message}`)}`);
  const clients = new Set(looked.map((one) => one.kind.client).filter((id) => id !== "unknown")).size;
  lines.push(
    `${count(foundIn(looked).length, "file")} found; ${count(looked.length, "place")} of ${count(clients, "client")} looked at.`,
  );
  return `${lines.join("\n")}\n`;
}

/** The same for programs: one object, `looked[]` with `client`, `kind`, `scope`, `pattern`, `found[]`, and `problems[]`. */
export function listFilesJson({ looked, problems }: Discovered): string {
  const rows = looked.map(({ kind, scope, pattern, found }) => ({
    client: kind.client,
    kind: kind.id,
    title: kind.title,
    scope,
    pattern,
    found,
  }));
  return `${JSON.stringify({ version: 1, looked: rows, problems }, undefined, 2)}\n`;
}
