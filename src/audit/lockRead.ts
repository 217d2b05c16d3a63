import type { Problem } from "../core/finding.ts";
import type { Span } from "../core/text.ts";
import type { DataDocument, DataObject, DataProperty, DataValue } from "../documents/data.ts";
import { type Lock, type LockedAt, type Surface, SURFACE_LISTS, type SurfaceList } from "./lock.ts";

/** The number of the format; a lock of another one is refused, and so kept as it is. */
export const LOCK_VERSION = 1;
/** More is no workspace that a person reviews. */
const MAX_SERVERS = 5000;
const MAX_DEFINITIONS = 20_000;
const MAX_TEXT = 64 * 1024;

/** What is wrong, and where. */
class Damage extends Error {
  constructor(
    readonly what: string,
    readonly span: Span,
  ) {
    super(what);
  }
}

const quoted = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);

function object(value: DataValue, what: string): DataObject {
  if (value.kind !== "object") throw new Damage(`has ${article(value.kind)} where ${what} belongs`, value.span);
  const seen = new Set<string>();
  for (const one of value.properties) {
    if (seen.has(one.key)) throw new Damage(`has the key ${quoted(one.key)} twice`, one.keySpan);
    seen.add(one.key);
  }
  return value;
}

function article(kind: DataValue["kind"]): string {
  if (kind === "null") return "null";
  return `${/^[ao]/.test(kind) ? "an" : "a"} ${kind}`;
}

function text(value: DataValue, what: string): string {
  if (value.kind !== "string") throw new Damage(`has ${article(value.kind)} where ${what} belongs`, value.span);
  if (value.value.length > MAX_TEXT) throw new Damage(`has more than ${MAX_TEXT} characters in ${what}`, value.span);
  return value.value;
}

function texts(value: DataValue, what: string): string[] {
  if (value.kind !== "array") throw new Damage(`has ${article(value.kind)} where a list belongs`, value.span);
  return value.elements.map((element) => text(element, what));
}

function digest(value: DataValue, what: string): string {
  const given = text(value, what);
  if (!/^[0-9a-f]{64}$/.test(given)) throw new Damage(`has something else than 64 hex digits in ${what}`, value.span);
  return given;
}

/** The members of an object by name; one that the format does not know is damage, lest it be lost when we write. */
function members(value: DataValue, what: string, names: readonly string[]): Map<string, DataProperty> {
  const found = new Map<string, DataProperty>();
  for (const one of object(value, what).properties) {
    if (!names.includes(one.key))
      throw new Damage(`has the key ${quoted(one.key)}, which is none of its format's`, one.keySpan);
    found.set(one.key, one);
  }
  return found;
}

function surface(value: DataValue): Surface {
  const own = members(value, "a surface", ["server", ...SURFACE_LISTS]);
  const lists = new Map<SurfaceList, ReadonlyMap<string, string>>();
  for (const list of SURFACE_LISTS) {
    const found = own.get(list);
    if (!found) continue;
    const { properties, span } = object(found.value, `a list of ${list}`);
    if (properties.length > MAX_DEFINITIONS) throw new Damage(`has more than ${MAX_DEFINITIONS} ${list}`, span);
    lists.set(list, new Map(properties.map((one) => [one.key, digest(one.value, "a fingerprint")])));
  }
  const server = own.get("server");
  return { lists, ...(server && { server: digest(server.value, "a fingerprint") }) };
}

function packages(value: DataValue): Map<string, string | null> {
  const { properties } = object(value, "the packages");
  return new Map(
    properties.map((one) => [one.key, one.value.kind === "null" ? null : text(one.value, "a package's version")]),
  );
}

const ENTRY = [
  "args",
  "client",
  "command",
  "cwd",
  "disabled",
  "env",
  "envFile",
  "headers",
  "headersHelper",
  "identity",
  "packages",
  "surface",
  "url",
];

function server(file: string, property: DataProperty): LockedAt {
  const own = members(property.value, "a server", ENTRY);
  const optional = (name: string): Record<string, string> => {
    const found = own.get(name);
    return found ? { [name]: text(found.value, `"${name}"`) } : {};
  };
  const list = (name: string): string[] => {
    const found = own.get(name);
    return found ? texts(found.value, `"${name}"`) : [];
  };
  const needed = (name: string): DataValue => {
    const found = own.get(name);
    if (!found) throw new Damage(`lacks ${quoted(name)} for the server ${quoted(property.key)}`, property.keySpan);
    return found.value;
  };
  const disabled = own.get("disabled")?.value;
  if (disabled && disabled.kind !== "boolean") {
    throw new Damage(`has ${article(disabled.kind)} where "disabled" belongs`, disabled.span);
  }
  const seen = own.get("surface");
  return {
    span: property.keySpan,
    identity: needed("identity").span,
    server: {
      file,
      name: property.key,
      client: text(needed("client"), '"client"'),
      identity: digest(needed("identity"), "the identity"),
      launch: {
        ...optional("command"),
        args: list("args"),
        ...optional("cwd"),
        ...optional("url"),
        env: list("env"),
        ...optional("envFile"),
        headers: list("headers"),
        ...optional("headersHelper"),
        disabled: disabled?.kind === "boolean" && disabled.value,
      },
      packages: packages(needed("packages")),
      ...(seen && { surface: surface(seen.value) }),
    },
  };
}

/** `<<<<<<<`, `|||||||`, `=======`, `>>>>>>>` at the start of a line. */
const CONFLICT = /^(?:<{7}|\|{7}|={7}|>{7})(?= |\r?$)/m;

function read(document: DataDocument): LockedAt[] {
  const conflict = CONFLICT.exec(document.text);
  if (conflict) {
    const at = { start: conflict.index, end: conflict.index + 7 };
    throw new Damage("has the markers of a merge conflict: take one side, then run sallyport lock", at);
  }
  const [problem] = document.problems;
  if (problem) throw new Damage(problem.message, problem.span ?? { start: 0, end: 0 });
  const [comment] = document.comments;
  if (comment) throw new Damage("has a comment, which would be lost", comment);
  const [comma] = document.trailingCommas;
  if (comma) throw new Damage("has a comma too many", comma);
  if (!document.root) throw new Damage("is empty", { start: 0, end: 0 });
  // The version first: what else there may be depends on it.
  const version = object(document.root, "a lock").properties.find((one) => one.key === "version");
  if (!version) throw new Damage("does not say which version of the format it has", document.root.span);
  if (version.value.kind !== "number" || version.value.value !== LOCK_VERSION) {
    const { span } = version.value;
    const given = document.text.slice(span.start, span.end).slice(0, 20);
    throw new Damage(`has version ${given} of the format; this Sallyport reads version ${LOCK_VERSION}`, span);
  }
  const files = members(document.root, "a lock", ["servers", "version"]).get("servers");
  if (!files) throw new Damage("has no servers", document.root.span);
  const servers: LockedAt[] = [];
  for (const file of object(files.value, "the servers").properties) {
    for (const one of object(file.value, "a file's servers").properties) {
      if (servers.length >= MAX_SERVERS) throw new Damage(`has more than ${MAX_SERVERS} servers`, one.keySpan);
      servers.push(server(file.key, one));
    }
  }
  return servers;
}

export type LockResult = { readonly lock: Lock } | { readonly problem: Problem };

const known = new WeakMap<DataDocument, LockResult>();

/** Reads a lock strictly: whatever is not as we write it is said with its place, and the lock is not used. */
export function lockOf(document: DataDocument): LockResult {
  const before = known.get(document);
  if (before) return before;
  const result = readLock(document);
  known.set(document, result);
  return result;
}

function readLock(document: DataDocument): LockResult {
  try {
    const servers = read(document);
    const byPlace = new Map(servers.map((one) => [JSON.stringify([one.server.file, one.server.name]), one]));
    return { lock: { servers, find: (file, name) => byPlace.get(JSON.stringify([file, name])) } };
  } catch (error) {
    if (!(error instanceof Damage)) throw error;
    return { problem: { code: "MALFORMED", file: document.file, message: error.what, span: error.span } };
  }
}
