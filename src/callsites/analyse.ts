import { LineIndex } from "../core/text.ts";
import type { GrammarName, Grammars } from "../parsing/grammars.ts";
import { copySyntax } from "../parsing/syntax.ts";
import type { CallSite } from "./callSite.ts";
import { Instrumentation } from "./instrumentation.ts";
import path from "node:path";
import { embedded } from "./embedded.ts";
import { familyOf } from "./languages.ts";
import { lower } from "./languages/lower.ts";
import { type Project, Resolver } from "./resolve.ts";
import { findSites } from "./sites.ts";
import { report } from "./verdict.ts";

export interface Source {
  /** Absolute path. */
  readonly file: string;
  readonly text: string;
  readonly language: GrammarName;
}

/** A file that was parsed and lowered: what resolution works on. */
export interface Loaded {
  readonly resolver: Resolver;
  readonly language: GrammarName;
  /** Whether an offset lies in a comment of the language. */
  readonly isComment: (offset: number) => boolean;
}

export type LoadOutcome =
  | { readonly ok: true; readonly loaded: Loaded }
  | { readonly ok: false; readonly code: "TOO_LARGE" | "MALFORMED"; readonly message: string };

/** Parses one text. */
export async function load(source: Source, grammars: Grammars, project?: Project): Promise<LoadOutcome> {
  const inner = embedded(path.basename(source.file), source.text);
  if (inner && "malformed" in inner) return { ok: false, code: "MALFORMED", message: inner.malformed };
  const { language, text } = inner ?? source;
  const parsed = await grammars.parse(language, text, copySyntax);
  if (!parsed.ok) return { ok: false, code: "TOO_LARGE", message: parsed.message };
  const { root, comments, cut } = parsed.value;
  if (cut) return { ok: false, code: "MALFORMED", message: "nested too deeply to be analysed" };
  const program = lower(familyOf(language), text, root);
  const resolver = new Resolver(program, source.file, project, inner?.origin);
  // By place, and none within another: the last one that starts before an offset holds it or none does.
  const isComment = (offset: number): boolean => {
    let [low, high] = [0, comments.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((comments[middle]?.start ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return offset < (comments[low - 1]?.end ?? 0);
  };
  return { ok: true, loaded: { resolver, language, isComment } };
}

/** Finds and judges the call sites of a loaded file. */
export function sitesOf(loaded: Loaded, others: readonly Resolver[] = []): CallSite[] {
  const { resolver } = loaded;
  const sites = findSites(resolver);
  if (sites.length === 0) return [];
  const instrumentation = new Instrumentation(
    resolver,
    others.map((other) => new Instrumentation(other)),
  );
  const indexes = new Map<Resolver, LineIndex>();
  const indexOf = (from: Resolver): LineIndex => {
    let index = indexes.get(from);
    if (!index) indexes.set(from, (index = new LineIndex(from.source)));
    return index;
  };
  return sites.map((site) => {
    const reported = report(site, resolver, instrumentation, loaded.language, others.length, indexOf);
    if (!resolver.exhausted || reported.verdict === "instrumented" || reported.verdict === "logged") return reported;
    const reason = "the file holds more than is analysed of one";
    return { ...reported, verdict: "unknown", reason, evidence: [] };
  });
}
