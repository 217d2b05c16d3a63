import path from "node:path";
import { MCPB_BUNDLED, MCPB_MANIFEST, MCPB_SOURCE } from "../clients/claudeDesktop.ts";
import type { ConfigFile, FileKind } from "../clients/config.ts";
import type { Problem } from "../core/finding.ts";
import type { Span } from "../core/text.ts";
import type { DataDocument, DataObject, DataValue } from "../documents/data.ts";
import { property, valueAt } from "../documents/data.ts";
import { markArgument } from "./marks.ts";
import type { DefinitionKind } from "../mcp/definitions.ts";

/** What ends the name of a file that holds what a server offers. */
export const SNAPSHOT_ENDING = ".mcp-tools.json";
/** The number of our own format, under the key `snapshot`. */
export const SNAPSHOT_VERSION = 1;

/** What a server offers, saved: `tools/list` and its like. Names no server to start; what it says to a model is read. */
export const SNAPSHOT_FILE: FileKind = {
  id: "mcp-snapshot",
  client: "unknown",
  title: "what a server offers",
  variables: "none",
  format: "json",
  serverMaps: () => [],
};

export function isSnapshot(file: string): boolean {
  return path.basename(file).endsWith(SNAPSHOT_ENDING);
}

/** The manifest of a bundle lists its tools and prompts too, with what they say. */
export function hasDefinitions({ kind, document }: ConfigFile): boolean {
  if (kind === SNAPSHOT_FILE) return true;
  const isManifest = kind === MCPB_MANIFEST || kind === MCPB_BUNDLED || kind === MCPB_SOURCE;
  return isManifest && ["tools", "prompts"].some((key) => valueAt(document.root, key)?.kind === "array");
}

/** One thing that a server offers, with its place. */
export interface SnapshotDefinition {
  readonly kind: DefinitionKind;
  /** The name, or the URI; empty for the server itself, and where there is none. */
  readonly name: string;
  /** Of the name, else of the whole. */
  readonly span: Span;
  readonly object: DataObject;
}

/** Which entry a snapshot of ours was taken of. */
export interface SnapshotOf {
  readonly file: string;
  readonly name: string;
  readonly identity: string;
}

export interface Snapshot {
  readonly definitions: readonly SnapshotDefinition[];
  readonly of?: SnapshotOf;
  readonly problem?: Problem;
}

/** More is no server that a person reviews. */
const MAX_DEFINITIONS = 5000;
/** Responses in a list, results in a response: deeper is none of the forms. */
const MAX_NESTING = 4;

const LISTS: readonly { readonly key: string; readonly kind: DefinitionKind; readonly name: string }[] = [
  { key: "tools", kind: "tool", name: "name" },
  { key: "prompts", kind: "prompt", name: "name" },
  { key: "resources", kind: "resource", name: "uri" },
  { key: "resourceTemplates", kind: "template", name: "uriTemplate" },
];

function definition(kind: DefinitionKind, nameKey: string, object: DataObject): SnapshotDefinition {
  const name = property(object, nameKey)?.value;
  return name?.kind === "string"
    ? { kind, name: name.value, span: name.span, object }
    : { kind, name: "", span: object.span, object };
}

class Reading {
  readonly definitions: SnapshotDefinition[] = [];
  /** A list that is empty is one too. */
  found = false;
  tooMany: Span | undefined;

  #add(kind: DefinitionKind, nameKey: string, value: DataValue): void {
    if (value.kind !== "object") return;
    if (this.definitions.length >= MAX_DEFINITIONS) this.tooMany ??= value.span;
    else this.definitions.push(definition(kind, nameKey, value));
  }

  #list(elements: readonly DataValue[], kind: DefinitionKind, nameKey: string): void {
    this.found = true;
    for (const element of elements) this.#add(kind, nameKey, element);
  }

  collect(value: DataValue, nesting = 0): void {
    if (nesting > MAX_NESTING) return;
    if (value.kind === "array") {
      const isTool = (one: DataValue): boolean =>
        property(one, "name")?.value.kind === "string" &&
        (property(one, "inputSchema") ?? property(one, "description")) !== undefined;
      if (value.elements.length > 0 && value.elements.every(isTool)) this.#list(value.elements, "tool", "name");
      else for (const element of value.elements) this.collect(element, nesting + 1);
      return;
    }
    if (value.kind !== "object") return;
    for (const key of ["result", "initialize"]) {
      const inner = property(value, key)?.value;
      if (inner) this.collect(inner, nesting + 1);
    }
    if (property(value, "serverInfo") ?? property(value, "instructions") ?? property(value, "protocolVersion")) {
      this.found = true;
      this.definitions.push({ kind: "server", name: "", span: value.span, object: value });
    }
    for (const { key, kind, name } of LISTS) {
      const list = property(value, key)?.value;
      if (list?.kind === "array") this.#list(list.elements, kind, name);
    }
  }
}

function whose(root: DataValue | undefined): SnapshotOf | undefined {
  const version = valueAt(root, "snapshot");
  if (version?.kind !== "number" || version.value !== SNAPSHOT_VERSION) return undefined;
  const [file, name, identity] = ["file", "name", "identity"].map((key) => valueAt(root, "server", key));
  if (file?.kind !== "string" || name?.kind !== "string" || identity?.kind !== "string") return undefined;
  return { file: file.value, name: name.value, identity: identity.value };
}

function read(document: DataDocument): Snapshot {
  const [broken] = document.problems;
  const reading = new Reading();
  if (document.root) reading.collect(document.root);
  const say = (code: Problem["code"], message: string, span: Span): Problem => ({
    code,
    file: document.file,
    message,
    span,
  });
  const problem =
    broken ??
    (reading.tooMany && say("TOO_LARGE", `has more than ${MAX_DEFINITIONS} definitions`, reading.tooMany)) ??
    (reading.found
      ? undefined
      : say("MALFORMED", "holds nothing that a server offers: no tools, prompts, resources or instructions", {
          start: 0,
          end: Math.min(1, document.text.length),
        }));
  const of = whose(document.root);
  return { definitions: reading.definitions, ...(of && { of }), ...(problem && { problem }) };
}

const known = new WeakMap<DataDocument, Snapshot>();

/**
 * What a saved result holds, in any of its forms: one result (`{"tools": […]}`, that of `initialize`), the JSON-RPC response
 * around it, a list of these, a bare list of tools, or what `sallyport inspect` writes.
 */
export function snapshotOf({ document }: ConfigFile): Snapshot {
  const before = known.get(document);
  if (before) return before;
  const snapshot = read(document);
  known.set(document, snapshot);
  return snapshot;
}

const TITLES: Readonly<Record<DefinitionKind, string>> = {
  tool: "The tool",
  prompt: "The prompt",
  resource: "The resource",
  template: "The resource template",
  server: "The server",
};

/** A name as it may be shown, and as a lock has it: a resource's address can hold a password. */
export function shownName(name: string): string {
  return markArgument(name);
}

/** A definition as a sentence begins with it: `The tool "read_file"`. */
export function titleOf({ kind, name }: Pick<SnapshotDefinition, "kind" | "name">): string {
  return name === "" ? TITLES[kind] : `${TITLES[kind]} ${JSON.stringify(shownName(name).slice(0, 100))}`;
}
