/** Who sends it. */
export type Side = "client" | "server";
/** `legacy`: the revisions up to 2025-11-25. `modern`: 2026-07-28. */
export type Era = "legacy" | "modern";

export interface MethodInfo {
  readonly kind: "request" | "notification";
  readonly from: readonly Side[];
  readonly eras: readonly Era[];
  /** A member of `params` that says what the request is about: must be a string. */
  readonly subject?: "name" | "uri";
  /** Inspected one by one, and counted instead of decided one by one. */
  readonly counted?: true;
}

const LEGACY: readonly Era[] = ["legacy"];
const BOTH: readonly Era[] = ["legacy", "modern"];
const MODERN: readonly Era[] = ["modern"];
const CLIENT: readonly Side[] = ["client"];
const SERVER: readonly Side[] = ["server"];
const EITHER: readonly Side[] = ["client", "server"];

const request = (from: readonly Side[], eras: readonly Era[], more: Partial<MethodInfo> = {}): MethodInfo => ({
  kind: "request",
  from,
  eras,
  ...more,
});
const notification = (from: readonly Side[], eras: readonly Era[], more: Partial<MethodInfo> = {}): MethodInfo => ({
  kind: "notification",
  from,
  eras,
  ...more,
});

/** Every method of both eras: MCP specification, schema of revisions 2025-11-25 and 2026-07-28. Others pass as unknown. */
export const METHODS: ReadonlyMap<string, MethodInfo> = new Map([
  ["initialize", request(CLIENT, LEGACY)],
  ["ping", request(EITHER, LEGACY, { counted: true })],
  ["server/discover", request(CLIENT, MODERN)],
  ["subscriptions/listen", request(CLIENT, MODERN)],
  ["tools/list", request(CLIENT, BOTH)],
  ["tools/call", request(CLIENT, BOTH, { subject: "name" })],
  ["resources/list", request(CLIENT, BOTH)],
  ["resources/templates/list", request(CLIENT, BOTH)],
  ["resources/read", request(CLIENT, BOTH, { subject: "uri" })],
  ["resources/subscribe", request(CLIENT, LEGACY, { subject: "uri" })],
  ["resources/unsubscribe", request(CLIENT, LEGACY, { subject: "uri" })],
  ["prompts/list", request(CLIENT, BOTH)],
  ["prompts/get", request(CLIENT, BOTH, { subject: "name" })],
  ["completion/complete", request(CLIENT, BOTH)],
  ["logging/setLevel", request(CLIENT, LEGACY)],
  ["roots/list", request(SERVER, LEGACY)],
  ["sampling/createMessage", request(SERVER, LEGACY)],
  ["elicitation/create", request(SERVER, LEGACY)],
  ["tasks/get", request(EITHER, BOTH)],
  ["tasks/result", request(EITHER, LEGACY)],
  ["tasks/list", request(EITHER, LEGACY)],
  ["tasks/update", request(CLIENT, MODERN)],
  ["tasks/cancel", request(EITHER, BOTH)],
  ["notifications/initialized", notification(CLIENT, LEGACY)],
  ["notifications/cancelled", notification(EITHER, BOTH)],
  ["notifications/progress", notification(EITHER, BOTH, { counted: true })],
  ["notifications/message", notification(SERVER, BOTH, { counted: true })],
  ["notifications/roots/list_changed", notification(CLIENT, LEGACY, { counted: true })],
  ["notifications/tools/list_changed", notification(SERVER, BOTH, { counted: true })],
  ["notifications/prompts/list_changed", notification(SERVER, BOTH, { counted: true })],
  ["notifications/resources/list_changed", notification(SERVER, BOTH, { counted: true })],
  ["notifications/resources/updated", notification(SERVER, BOTH, { counted: true })],
  ["notifications/subscriptions/acknowledged", notification(SERVER, MODERN)],
  ["notifications/elicitation/complete", notification(SERVER, LEGACY)],
  ["notifications/tasks/status", notification(EITHER, LEGACY)],
  ["notifications/tasks", notification(SERVER, MODERN)],
]);

/**
 * A name with everything taken off that a lenient reader might overlook: case, width, marks, spaces, separators, and the
 * letters that have no shape (Hangul fillers). Two
 * names with one skeleton may be one name to somebody.
 */
export function skeleton(name: string): string {
  return name
    .normalize("NFKC")
    .toUpperCase()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]|\p{Default_Ignorable_Code_Point}/gu, "");
}

const SKELETONS: ReadonlySet<string> = new Set([...METHODS.keys()].map(skeleton));

/** Why a method's name is not accepted, in one sentence; undefined where it is: a known one, or clearly another one. */
export function methodProblem(method: string): string | undefined {
  if (METHODS.has(method)) return undefined;
  if (method.length === 0 || method.length > 256) return "the method's name is empty or longer than 256 characters";
  if (!/^[\x21-\x7e]+$/.test(method)) return "the method's name has spaces or characters other than ASCII";
  if (SKELETONS.has(skeleton(method))) return "the method's name is a variant spelling of a known one";
  return undefined;
}

/** Characters that a reader does not see: controls, format characters, line separators, lone surrogates … */
const UNSEEN_KINDS = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
/** … and those that Unicode calls letters or marks, but that have no shape (Default_Ignorable_Code_Point). */
const UNSEEN = /\p{Default_Ignorable_Code_Point}/u;

/** Names of tools and prompts beyond this are refused; the specification recommends at most 128 characters. */
export const MAX_NAME = 256;

/** Why the name of a tool or prompt is not accepted, in one sentence. Names outside ASCII and with spaces inside are. */
export function nameProblem(name: string): string | undefined {
  if (name.length === 0 || name.length > MAX_NAME) return `the name is empty or longer than ${MAX_NAME} characters`;
  if (/^[\w.\-/:]+$/.test(name)) return undefined;
  if (name !== name.trim()) return "the name begins or ends with white space";
  if (UNSEEN_KINDS.test(name) || UNSEEN.test(name)) return "the name has characters that cannot be seen";
  if (name !== name.normalize("NFKC")) return "the name has characters that some readers turn into others";
  return undefined;
}
