import { hash } from "node:crypto";
import type { MessageDetection } from "../detectors/detector.ts";
import { inspectMessage } from "../detectors/inspectMessage.ts";
import { notInspectedAt } from "../detectors/not-inspected.ts";
import { redact } from "../detectors/redact.ts";
import {
  MAX_FINDINGS,
  MAX_PREVIEW,
  MAX_SHOWN_ARGUMENTS,
  type BoundedText,
  type Definition,
  type LinkFinding,
} from "../link/messages.ts";
import { definitionsOf } from "../mcp/definitions.ts";
import { rawMember, type Admitted } from "../mcp/gate.ts";
import { isObject, own, ownObject, ownString, type Json, type JsonObject } from "../mcp/json.ts";
import type { Message, Response } from "../mcp/message.ts";
import { MAX_NAME, type Side } from "../mcp/methods.ts";
import { scanMember } from "../mcp/structure.ts";
import type { MessageText } from "../mcp/texts.ts";
import type { SecretDigest } from "./secrets.ts";

/** What was seen in one message. */
export interface Inspection {
  readonly findings: readonly LinkFinding[];
  /** Of every string with a secret in it, the string that may be shown instead. */
  readonly redactions: ReadonlyMap<string, string>;
  /** More was found than is listed one by one, so that what else may be a secret is not known: nothing is shown. */
  readonly unshown?: true;
}

/** The detector whose findings are values to hide. */
const SECRET = "secret";
const NOT_INSPECTED = "not-inspected";
const UNLISTED: ReadonlySet<string> = new Set(["too-many", "too-long"]);
/** Stands for a text that may hold secrets beyond those that were found. */
const UNSHOWN = "[not shown: more was found in it than is listed, and the rest may be secrets]";
const NOTHING: ReadonlyMap<string, string> = new Map();
const EMPTY = Buffer.alloc(0);
/** A server chooses these lengths; what the broker takes is bounded, and it drops who sends more. In UTF-16 units. */
const MAX_TOLD = 1024;
/** Definitions that one message to the broker carries. */
const MAX_ENTRIES = 100;

/** Runs the detectors over every text of a message. `method`: of the request that a response answers. */
export function inspect(message: Message, from: Side, digest: SecretDigest, method?: string): Inspection {
  const { texts: all, detections } = inspectMessage(message, from, method);
  if (detections.length === 0) return { findings: [], redactions: NOTHING };
  return {
    findings: linkFindings(all, detections, digest),
    redactions: redactionsOf(all, detections, digest),
    ...(detections.some(({ rule, variant }) => rule === NOT_INSPECTED && UNLISTED.has(variant)) && { unshown: true }),
  };
}

function linkFindings(
  all: readonly MessageText[],
  detections: readonly MessageDetection[],
  digest: SecretDigest,
): LinkFinding[] {
  const kept = detections.length > MAX_FINDINGS ? detections.slice(0, MAX_FINDINGS - 1) : detections;
  const findings = kept.map(({ rule, variant, severity, confidence, evidence, pointer, span, index }): LinkFinding => ({
    rule,
    variant,
    severity,
    confidence,
    evidence: evidence.slice(0, MAX_TOLD),
    ...(pointer !== undefined && { pointer: pointer.slice(0, MAX_TOLD) }),
    ...(index >= 0 && { start: span.start, end: span.end }),
    ...(rule === SECRET && { secret: digest((all[index]?.text ?? "").slice(span.start, span.end)) }),
  }));
  if (kept.length < detections.length) {
    const { rule, variant, severity, confidence, evidence } = notInspectedAt(
      0,
      0,
      "too-many",
      `${detections.length - kept.length} findings more than are listed`,
    );
    findings.push({ rule, variant, severity, confidence, evidence });
  }
  return findings;
}

/** Of every text with a secret in it, the text that may be shown instead. */
function redactionsOf(
  all: readonly MessageText[],
  detections: readonly MessageDetection[],
  digest: SecretDigest,
): ReadonlyMap<string, string> {
  const redactions = new Map<string, string>();
  for (const { index, rule } of detections) {
    const text = all[index]?.text;
    if (text === undefined || rule !== SECRET || redactions.has(text)) continue;
    const here = detections.filter((one) => all[one.index]?.text === text);
    redactions.set(text, redact(text, here, digest).text);
  }
  return redactions;
}

/** A copy in which every string with a secret is replaced. Bounded by the gate's depth. */
function redacted(value: Json, redactions: ReadonlyMap<string, string>): Json {
  if (typeof value === "string") return redactions.get(value) ?? value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item: Json) => redacted(item, redactions));
  const entries = Object.entries(value as JsonObject).map(
    ([key, item]) => [redactions.get(key) ?? key, redacted(item, redactions)] as const,
  );
  return Object.fromEntries(entries);
}

/** The payload of a message in the forms that the broker gets. */
export interface Payload {
  /** SHA-256 in hex of the payload's raw bytes. */
  readonly digest: string;
  readonly preview: string;
}

/** Of `params`, `result` or `error`, whichever the message has. */
export function payloadOf(admitted: Admitted, member: string, { redactions, unshown }: Inspection): Payload {
  const raw = rawMember(admitted, member) ?? EMPTY;
  const text = unshown
    ? UNSHOWN
    : redactions.size === 0
      ? raw.toString("utf8", 0, MAX_PREVIEW)
      : JSON.stringify(redacted(own(admitted.value, member) ?? null, redactions));
  return { digest: hash("sha256", raw, "hex"), preview: text.slice(0, MAX_PREVIEW) };
}

/**
 * What a person is shown before they decide: the arguments of a tool or prompt, the parameters of a server's request, as
 * they were written, so that no digit is lost.
 */
export function shownArguments(
  admitted: Admitted,
  from: Side,
  { redactions, unshown }: Inspection,
): BoundedText | undefined {
  const params = ownObject(admitted.value, "params");
  if (!params) return undefined;
  const whole = from === "server";
  if (!whole && !Object.hasOwn(params, "arguments")) return undefined;
  let text: string;
  if (unshown) return { text: UNSHOWN, truncated: true, total: rawMember(admitted, "params")?.length ?? 0 };
  if (redactions.size > 0) {
    text = JSON.stringify(redacted(whole ? params : (own(params, "arguments") ?? null), redactions));
  } else {
    const raw = rawMember(admitted, "params") ?? EMPTY;
    text = (whole ? raw : (scanMember(raw, "arguments") ?? EMPTY)).toString("utf8");
  }
  const truncated = text.length > MAX_SHOWN_ARGUMENTS;
  return { text: truncated ? text.slice(0, MAX_SHOWN_ARGUMENTS) : text, truncated, total: text.length };
}

/** What a request is about besides a tool: the prompt's name, the resource's URI; redacted. */
export function targetOf(
  method: string,
  params: JsonObject | undefined,
  { redactions }: Inspection,
): string | undefined {
  if (method === "tools/call") return undefined;
  const target = ownString(params, "uri") ?? ownString(params, "name") ?? ownString(ownObject(params, "ref"), "name");
  return target === undefined ? undefined : (redactions.get(target) ?? target).slice(0, MAX_PREVIEW);
}

const LISTS: Readonly<Record<string, "tools" | "prompts" | "resources">> = {
  "tools/list": "tools",
  "prompts/list": "prompts",
  "resources/list": "resources",
  "resources/templates/list": "resources",
};
const HINTS = ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"] as const;

/** What a list result defines, in portions for the broker; undefined where the result is no list of definitions. */
export function linkDefinitions(
  method: string,
  { result }: Response,
  { findings, redactions, unshown }: Inspection,
):
  | { readonly list: "tools" | "prompts" | "resources"; readonly parts: readonly (readonly Definition[])[] }
  | undefined {
  const list = LISTS[method];
  if (!list || !result) return undefined;
  const member = method === "resources/templates/list" ? "resourceTemplates" : list;
  const places = new Map<Json, number>();
  const array = own(result, member);
  if (Array.isArray(array)) for (const [index, value] of (array as readonly Json[]).entries()) places.set(value, index);
  const entries = definitionsOf(method, result).definitions.map(({ name, value, fingerprint }): Definition => {
    const given = ownObject(value, "annotations");
    const hints: Record<string, boolean> = {};
    for (const hint of HINTS) {
      const says = own(given, hint);
      if (typeof says === "boolean") hints[hint] = says;
    }
    const description = ownString(value, "description") ?? "";
    const properties = ownObject(ownObject(value, "inputSchema"), "properties");
    const prefix = `/${member}/${places.get(value) ?? -1}/`;
    return {
      name: redactions.get(name) ?? name,
      fingerprint,
      description: unshown ? UNSHOWN : (redactions.get(description) ?? description).slice(0, MAX_PREVIEW),
      ...(isObject(given) && { annotations: hints }),
      ...(properties && {
        parameters: Object.keys(properties)
          .slice(0, 64)
          .map((parameter) => parameter.slice(0, MAX_NAME)),
      }),
      findings: findings.filter((finding) => finding.pointer?.startsWith(prefix)),
    };
  });
  // A longer name is none that can be called: the gate refuses it.
  const usable = entries.filter(({ name }) => name.length <= MAX_NAME);
  const parts: Definition[][] = [];
  for (let i = 0; i === 0 || i < usable.length; i += MAX_ENTRIES) parts.push(usable.slice(i, i + MAX_ENTRIES));
  return { list, parts };
}
