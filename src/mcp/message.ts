import type { Admitted } from "./gate.ts";
import type { McpErrorName } from "./errors.ts";
import { isObject, own, ownObject, ownString, type Json, type JsonObject } from "./json.ts";
import { METHODS, methodProblem, nameProblem, skeleton, type Era, type Side } from "./methods.ts";

/** The number 1 and the string "1" are two ids. */
export type Id = string | number;

export interface Request {
  readonly kind: "request";
  readonly id: Id;
  readonly method: string;
  readonly params: JsonObject | undefined;
}

export interface Notification {
  readonly kind: "notification";
  readonly method: string;
  readonly params: JsonObject | undefined;
}

export interface Response {
  readonly kind: "response";
  /** null: an error about a message whose id the sender could not read. */
  readonly id: Id | null;
  readonly result?: JsonObject;
  readonly error?: JsonObject;
}

export type Message = Request | Notification | Response;

/** Why something that is JSON is not a message. `id` is what an answer to it carries. */
export interface NoMessage {
  readonly kind: "none";
  readonly error: McpErrorName;
  readonly reason: string;
  readonly id: Id | null;
  /** Only a request (or what tries to be one) is answered; what looks like a response is not. */
  readonly answerable: boolean;
}

const ENVELOPE: ReadonlySet<string> = new Set(["jsonrpc", "id", "method", "params", "result", "error"]);
/** Members of `params` that decide what happens. */
const CONTROL: ReadonlySet<string> = new Set([
  "name",
  "arguments",
  "uri",
  "requestState",
  "inputResponses",
  "requestId",
  "ref",
  "taskId",
]);
const CONTROL_SKELETONS: ReadonlySet<string> = new Set([...CONTROL].map(skeleton));
const MAX_ID_LENGTH = 1024;

/** An id as the protocol allows it: a string, or a whole number that every reader reads alike. */
export function isId(value: unknown): value is Id {
  return typeof value === "string" ? value.length <= MAX_ID_LENGTH : Number.isSafeInteger(value);
}

/** True where a key differs from one of `known` only in what lenient readers (Go's, .NET's) overlook. */
function hasVariantKey(object: JsonObject, known: ReadonlySet<string>, skeletons: ReadonlySet<string>): boolean {
  for (const key in object) {
    if (!known.has(key) && key.length <= 64 && skeletons.has(skeleton(key))) return true;
  }
  return false;
}

/** True where two keys of one object are one for some readers. */
function hasCollidingKeys(object: JsonObject): boolean {
  const seen = new Set<string>();
  for (const key in object) {
    const folded = key.normalize("NFKC").toUpperCase().toLowerCase();
    if (seen.has(folded)) return true;
    seen.add(folded);
  }
  return false;
}

/** What an id-carrying fragment asks to be answered with. */
export function answerId(value: Json | undefined): Id | null {
  const id = isObject(value) ? own(value, "id") : undefined;
  return isId(id) ? id : null;
}

/** Classifies what the gate has admitted, coming from `from`. */
export function classify(admitted: Admitted, from: Side): Message | NoMessage {
  const { value } = admitted;
  const has = (key: string): boolean => Object.hasOwn(value, key);
  const id = answerId(value);
  const no = (error: McpErrorName, reason: string, answerable = true): NoMessage => ({
    kind: "none",
    error,
    reason,
    id,
    answerable,
  });
  if (hasVariantKey(value, ENVELOPE, ENVELOPE))
    return no("AMBIGUOUS", "a key of the message is a variant spelling of one that the protocol knows");
  if (own(value, "jsonrpc") !== "2.0") return no("MALFORMED", 'the message does not say "jsonrpc": "2.0"');
  if (!has("method")) return classifyResponse(value, no);

  const method = own(value, "method");
  if (typeof method !== "string") return no("MALFORMED", "the method is not a string");
  if (has("result") || has("error")) return no("AMBIGUOUS", "the message is a request and a response at once");
  const problem = methodProblem(method);
  if (problem !== undefined) return no("AMBIGUOUS", problem);
  const params = own(value, "params") ?? undefined;
  if (params !== undefined && !isObject(params)) return no("MALFORMED", "the parameters are not an object");
  const info = METHODS.get(method);
  if (info && !info.from.includes(from)) return no("WRONG_DIRECTION", `a ${from} does not send ${method}`);
  const wrong = paramsProblem(method, params);
  if (wrong !== undefined) return no(wrong.error, wrong.reason);

  if (!has("id")) {
    if (info?.kind === "request") return no("MALFORMED", `${method} needs an id`);
    return { kind: "notification", method, params };
  }
  if (!isId(value["id"])) return no("BAD_ID", "the id is not a string or a whole number");
  if (info?.kind === "notification") return no("MALFORMED", `${method} is a notification and takes no id`);
  return { kind: "request", id: value["id"], method, params };
}

function classifyResponse(
  value: JsonObject,
  no: (error: McpErrorName, reason: string, answerable?: boolean) => NoMessage,
): Response | NoMessage {
  const result = own(value, "result");
  const error = own(value, "error");
  if (result === undefined && error === undefined)
    return no("MALFORMED", "the message has neither a method nor a result nor an error");
  if (result !== undefined && error !== undefined)
    return no("AMBIGUOUS", "the response has a result and an error", false);
  const id = own(value, "id");
  if (error !== undefined) {
    if (!isObject(error)) return no("MALFORMED", "the response's error is not an object", false);
    if (id === undefined || id === null) return { kind: "response", id: null, error };
    return isId(id) ? { kind: "response", id, error } : no("BAD_ID", "the response's id is not one", false);
  }
  if (!isObject(result)) return no("MALFORMED", "the response's result is not an object", false);
  return isId(id) ? { kind: "response", id, result } : no("BAD_ID", "the response's id is not one", false);
}

function paramsProblem(
  method: string,
  params: JsonObject | undefined,
): { readonly error: McpErrorName; readonly reason: string } | undefined {
  if (params !== undefined) {
    if (hasVariantKey(params, CONTROL, CONTROL_SKELETONS))
      return {
        error: "AMBIGUOUS",
        reason: "a parameter is a variant spelling of a known one",
      };
  }
  const subject = METHODS.get(method)?.subject;
  if (subject === undefined) return undefined;
  const named = own(params, subject);
  // A method of another era has no rules in this one: its server says that there is no such method.
  if (named === undefined && METHODS.get(method)?.eras.includes(eraOf(params)) === false) return undefined;
  if (typeof named !== "string") return { error: "MALFORMED", reason: `${method} needs a ${subject} that is a string` };
  if (subject !== "name") return undefined;
  const problem = nameProblem(named);
  if (problem !== undefined) return { error: "AMBIGUOUS", reason: problem };
  const given = own(params, "arguments") ?? undefined;
  if (given === undefined) return undefined;
  if (!isObject(given)) return { error: "MALFORMED", reason: `the arguments of ${method} are not an object` };
  if (hasCollidingKeys(given))
    return { error: "AMBIGUOUS", reason: "two arguments differ only in the spelling of their names" };
  return undefined;
}

/** The era that a request says it is of: modern requests each name their protocol version. */
export function eraOf(params: JsonObject | undefined): Era {
  const version = ownString(ownObject(params, "_meta"), "io.modelcontextprotocol/protocolVersion");
  return version !== undefined && version >= "2026-07-28" ? "modern" : "legacy";
}

/** The token that progress of this request is reported under, if its sender wants any. */
export function progressToken(params: JsonObject | undefined): Id | undefined {
  const token = own(ownObject(params, "_meta"), "progressToken");
  return isId(token) ? token : undefined;
}
