import { property } from "../documents/data.ts";
import type { DataString } from "../documents/data.ts";
import type { ConfigFile, ServerEntry } from "./config.ts";
import type { Rewrite } from "./rewrite.ts";

/** The proxy's option with which it starts no server. */
const HELD = "--held";

interface Own {
  /** Our own words, from the first argument to `--` or `--url`. */
  readonly words: readonly DataString[];
  /** Index in `words` of `--held`; -1 without. */
  readonly held: number;
}

/** Our own part of a protected entry's arguments; undefined where there is none that can be told. */
function ownPart(entry: ServerEntry): Own | undefined {
  const args = property(entry.object, "args")?.value;
  if (!entry.protected || args?.kind !== "array") return undefined;
  const strings = args.elements.filter((one) => one.kind === "string");
  // Before a URL it is its option that ends our part.
  const end = strings.findIndex((one) => one.value === "--" || one.value === "--url");
  if (strings.length !== args.elements.length || end < 1) return undefined;
  const words = strings.slice(0, end + 1);
  return { words, held: words.findIndex((one) => one.value === HELD) };
}

/** True for an entry that starts our proxy and, until a person releases it, nothing behind it. */
export function isHeld(entry: ServerEntry): boolean {
  return (ownPart(entry)?.held ?? -1) >= 0;
}

/** The edit that makes a protected entry a held one, in the layout that its arguments have. */
export function holdEntry({ document }: ConfigFile, entry: ServerEntry): Rewrite {
  const own = ownPart(entry);
  const dash = own?.words.at(-1);
  const before = own?.words.at(-2);
  if (!own || !dash || !before) {
    return { status: "refused", reason: "it does not start through Sallyport", span: entry.nameSpan };
  }
  if (own.held >= 0) return { status: "unchanged" };
  const { file, text } = document;
  // As that word is written, and with what stands between it and the one before.
  const literal = text.slice(dash.span.start, dash.span.end).replace(dash.value, HELD);
  const between = text.slice(before.span.end, dash.span.start);
  const at = { start: dash.span.start, end: dash.span.start };
  return { status: "rewritten", edits: [{ file, span: at, newText: `${literal}${between}` }] };
}

/** The way back: `--held` goes, with what stands between it and the next word. */
export function releaseEntry({ document }: ConfigFile, entry: ServerEntry): Rewrite {
  const own = ownPart(entry);
  const word = own?.words[own.held];
  const next = own?.words[own.held + 1];
  if (!word || !next) return { status: "unchanged" };
  const span = { start: word.span.start, end: next.span.start };
  return { status: "rewritten", edits: [{ file: document.file, span, newText: "" }] };
}
