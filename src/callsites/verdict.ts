import type { LineIndex, Span } from "../core/text.ts";
import { type CallSite, type Evidence, RECORD_FIELDS, type RecordField, type Verdict } from "./callSite.ts";
import { describe, type Hit, hitsOf, isRecord, swallowsErrors } from "./evidence.ts";
import { fixText } from "./fixText.ts";
import { FACT, REQUEST, RESPONSE } from "./flow.ts";
import type { Cover, Instrumentation } from "./instrumentation.ts";
import type { Resolver } from "./resolve.ts";
import type { Site } from "./sites.ts";

interface Judgement {
  readonly verdict: Verdict;
  readonly reason: string;
  readonly covers: readonly Cover[];
  readonly hits: readonly Hit[];
  readonly notes: readonly string[];
}

const TELLING = FACT.whole | FACT.content | FACT.id | FACT.model | REQUEST;

/** Judges one site by what covers it and by the sinks around it. */
function judge(site: Site, resolver: Resolver, covers: readonly Cover[], neighbours: number): Judgement {
  // Vectors, pictures and sounds that are stored are the product, no history of what was asked.
  const product = /^(?:embeddings|images|audio|video|moderation)$/.test(site.kind);
  const hits = hitsOf(site, resolver).filter((hit) => !(product && hit.sink.kind === "history"));
  const notes: string[] = [];
  const full = covers.find((cover) => cover.state === "full");
  if (full) return { verdict: "instrumented", reason: full.what, covers: [full], hits: hits.filter(isRecord), notes };
  const logs = covers.find((cover) => cover.state === "logs");
  if (logs) return { verdict: "logged", reason: logs.what, covers: [logs], hits: hits.filter(isRecord), notes };
  const records = hits.filter((hit) => isRecord(hit) && (hit.sink.kind === "log" || spanIsFull(hit, hits)));
  const after = records.filter((hit) => hit.after || hit.stage === "both");
  const all = records.reduce((facts, hit) => facts | hit.facts, 0);
  const afterFacts = after.reduce((facts, hit) => facts | hit.facts, 0);
  // How it ended and what it cost tell as much as a model's name.
  const ended = (all & FACT.tokens) !== 0 && (all & FACT.outcome) !== 0;
  if (after.length > 0 && afterFacts & (RESPONSE | REQUEST) && (all & TELLING || ended)) {
    const swallowed = swallowsErrors(site, hits);
    const first = after[0] ?? records[0];
    if (!swallowed && first) {
      if (site.streaming) notes.push("the record is lost if the stream is aborted");
      return { verdict: "logged", reason: describe(first), covers: [], hits: records, notes };
    }
    const reason = "success is recorded, but errors are caught and leave no record";
    return { verdict: "partly", reason, covers: [], hits: records, notes };
  }
  const vendor = covers.find((cover) => cover.state === "vendor");
  if (vendor) {
    notes.push("its record lies with the SDK's vendor only: whether that counts is for the organisation to say");
    return { verdict: "instrumented", reason: vendor.what, covers: [vendor], hits: [], notes };
  }
  const partly = covers.find((cover) => cover.state === "partly");
  if (partly) return { verdict: "partly", reason: partly.what, covers: [partly], hits: records, notes };
  const some = partial(hits);
  if (some) return { verdict: "partly", reason: some.reason, covers: [], hits: some.hits, notes };
  const unknown = covers.find((cover) => cover.state === "unknown");
  if (unknown) return { verdict: "unknown", reason: unknown.what, covers: [unknown], hits: [], notes };
  const off = covers.find((cover) => cover.state === "off");
  const files = neighbours === 1 ? "the file" : `the ${neighbours} files`;
  const nothing = neighbours === 0 ? "no evidence in this file" : `no evidence in this file and ${files} around it`;
  return {
    verdict: "unlogged",
    reason: off ? off.what : nothing,
    covers: off ? [off] : [],
    hits: [],
    notes,
  };
}

/** A span records the call when its attributes name the model and the content or the tokens. */
function spanIsFull(hit: Hit, hits: readonly Hit[]): boolean {
  if (hit.sink.kind !== "span") return false;
  const facts = hits
    .filter((one) => one.sink.kind === "span" && isRecord(one))
    .reduce((all, one) => all | one.facts, 0);
  const model = facts & (FACT.whole | FACT.model | FACT.requestModel);
  const rest = facts & (FACT.whole | FACT.content | FACT.tokens | FACT.requestContent);
  return model !== 0 && rest !== 0;
}

/** Why there is a record in part, by what speaks most for one. */
function partial(hits: readonly Hit[]): { reason: string; hits: Hit[] } | undefined {
  const pick = (test: (hit: Hit) => boolean, reason: string): { reason: string; hits: Hit[] } | undefined => {
    const found = hits.filter(test);
    return found.length > 0 ? { reason, hits: found } : undefined;
  };
  const strong = (hit: Hit): boolean => hit.sink.kind === "log" || hit.sink.kind === "span";
  return (
    pick((hit) => isRecord(hit) && !hit.after, "only the request is recorded") ??
    pick(
      (hit) => isRecord(hit) && hit.sink.kind === "span",
      "a span records neither the model with the content nor the tokens",
    ) ??
    pick(isRecord, "only counts are recorded, with neither model nor content") ??
    pick(
      (hit) => strong(hit) && hit.guard === "verbose" && hit.stage !== "error",
      "it is recorded only behind a debug or verbose switch",
    ) ??
    pick((hit) => strong(hit) && hit.guard === "sampled", "only a sample is recorded") ??
    pick(
      (hit) => strong(hit) && hit.guard === "conditional" && hit.stage !== "error",
      "it is recorded only under a condition",
    ) ??
    pick((hit) => strong(hit) && hit.sink.level === "debug", "it is recorded only at debug level") ??
    pick(
      (hit) => hit.sink.kind === "history",
      "it is stored with the application's data, which is no record of the call",
    ) ??
    pick((hit) => hit.sink.kind === "metric" && hit.facts !== 0, "only numbers are recorded") ??
    pick(
      (hit) => hit.sink.kind === "weak" && hit.stage !== "error",
      "it goes to the console only, which keeps nothing",
    ) ??
    pick((hit) => hit.stage === "error" || (strong(hit) && hit.sink.level === "error"), "only errors are recorded") ??
    pick((hit) => strong(hit) || hit.sink.kind === "weak", "the log lines around it say nothing of the call")
  );
}

function fieldsOf(judgement: Judgement): CallSite["fields"] {
  const present = new Set<RecordField>();
  if (judgement.verdict === "instrumented" || judgement.covers[0]?.state === "logs")
    for (const one of ["when", "model", "content", "tokens", "outcome"] as const) present.add(one);
  for (const { facts, sink, stage } of judgement.hits) {
    present.add("when");
    if (facts & FACT.who) present.add("who");
    if (facts & (FACT.whole | FACT.model | FACT.requestModel)) present.add("model");
    if (facts & (FACT.whole | FACT.content | FACT.requestContent)) present.add("content");
    if (facts & (FACT.whole | FACT.tokens)) present.add("tokens");
    if (facts & (FACT.whole | FACT.outcome) || stage !== "success" || sink.level === "error") present.add("outcome");
  }
  return {
    present: RECORD_FIELDS.filter((one) => present.has(one)),
    missing: RECORD_FIELDS.filter((one) => !present.has(one)),
  };
}

/** Turns a site into what is reported of it. */
export function report(
  site: Site,
  resolver: Resolver,
  instrumentation: Instrumentation,
  language: string,
  neighbours: number,
  indexOf: (resolver: Resolver) => LineIndex,
): CallSite {
  const covers = instrumentation.coversOf(site);
  const judgement = judge(site, resolver, covers, neighbours);
  const lineOf = (from: Resolver, span: Span): number => indexOf(from).position(from.place(span).start).line + 1;
  const evidence: Evidence[] = [
    ...judgement.covers.map((cover) => ({
      file: cover.resolver.file,
      span: cover.resolver.place(cover.span),
      line: lineOf(cover.resolver, cover.span),
      what: cover.what,
    })),
    ...judgement.hits.map((hit) => ({
      file: hit.resolver.file,
      span: hit.resolver.place(hit.call.at),
      line: lineOf(hit.resolver, hit.call.at),
      what: describe(hit),
    })),
  ];
  const last = Math.max(site.call.at.start, site.call.at.end - 1);
  const made = site.client?.made;
  const from = site.client?.from;
  return {
    file: resolver.file,
    language,
    span: resolver.place(site.nameAt),
    line: lineOf(resolver, site.nameAt),
    endLine: lineOf(resolver, { start: last, end: last }),
    provider: site.provider,
    sdk: site.package,
    method: site.method,
    api: site.kind,
    confidence: site.confidence,
    ...(site.model === undefined ? {} : { model: site.model }),
    streaming: site.streaming,
    ...(made && from ? { client: { file: from.file, span: from.place(made.at), line: lineOf(from, made.at) } } : {}),
    verdict: judgement.verdict,
    ...(judgement.covers[0]?.state === "vendor" ? { vendorOnly: true } : {}),
    reason: judgement.reason,
    evidence,
    fields: fieldsOf(judgement),
    notes: judgement.notes,
    fix: fixText(site.family, resolver.program.language),
  };
}
