import type { ConfigFile, ServerEntry } from "../clients/config.ts";
import type { Fix } from "../core/finding.ts";
import type { Span } from "../core/text.ts";
import { type DataArray, type DataObject, type DataValue, property } from "../documents/data.ts";
import { deleteElements, deleteProperty } from "../documents/edits.ts";
import { launchesOf } from "./launch.ts";
import { containerOptions, containerOptionsIn } from "./packages.ts";
import { type Word, wordOf } from "./words.ts";

/** One thing that a file says about how a container is run, as an option of `docker run`. */
export interface ContainerSetting {
  /** `--privileged`, `--cap-add`, `-v`. */
  readonly name: string;
  readonly value: string;
  readonly span: Span;
  /** Of a server; undefined for the container that a repository is worked on in. */
  readonly entry?: ServerEntry;
  readonly fixes: readonly Fix[];
}

const fixOf = (name: string, edits: Fix["edits"]): readonly Fix[] =>
  edits.length === 0 ? [] : [{ title: `Remove ${name}`, safety: "unsafe", edits }];

/** Takes words out of a list, where each of them is one of its elements. */
function withoutWords(file: ConfigFile, list: DataValue | undefined, words: readonly Word[]): Fix["edits"] {
  if (list?.kind !== "array") return [];
  const elements = words.map(({ span }) =>
    list.elements.find((one) => one.span.start === span.start && one.span.end === span.end),
  );
  const known = elements.filter((one) => one !== undefined);
  return known.length === words.length ? deleteElements(file.document, list, known) : [];
}

/** Where the whole of a string is meant: spans inside its quotes are those of words. */
function quoted(list: DataArray, words: readonly Word[]): readonly Word[] {
  return words.map((word) => {
    const own = list.elements.find((one) => one.span.start <= word.span.start && word.span.end <= one.span.end);
    const isWhole = own?.kind === "string" && own.value === word.text;
    return isWhole ? { ...word, span: own.span } : word;
  });
}

function removal(file: ConfigFile, lists: readonly (DataValue | undefined)[], words: readonly Word[]): Fix["edits"] {
  for (const list of lists) {
    if (list?.kind !== "array") continue;
    const edits = withoutWords(file, list, quoted(list, words));
    if (edits.length > 0) return edits;
  }
  return [];
}

function* ofServers(file: ConfigFile): Iterable<ContainerSetting> {
  for (const entry of file.entries) {
    const lists = ["args", "command"].map((key) => property(entry.object, key)?.value);
    for (const { name, value, word, words } of launchesOf(file, entry).flatMap(containerOptions)) {
      const edits = removal(file, lists, words);
      yield { name, value, span: word.span, entry, fixes: fixOf(name, edits) };
    }
  }
}

/** A mount of a dev container, as text in the form of `--mount`. */
function mountText(value: DataValue): string | undefined {
  if (value.kind === "string") return value.value;
  if (value.kind !== "object") return undefined;
  return value.properties
    .flatMap(({ key, value: own }) =>
      own.kind === "string" ? [`${key}=${own.value}`] : own.kind === "boolean" && own.value ? [key] : [],
    )
    .join(",");
}

/** `devcontainer.json`: its own properties, and what it hands to `docker run`. */
function* ofDevcontainer(file: ConfigFile, root: DataObject): Iterable<ContainerSetting> {
  const { document } = file;
  const privileged = property(root, "privileged");
  if (privileged?.value.kind === "boolean" && privileged.value.value) {
    const fixes = fixOf("privileged", deleteProperty(document, root, privileged));
    yield { name: "--privileged", value: "", span: privileged.span, fixes };
  }
  const lists = [
    ["capAdd", "--cap-add"],
    ["securityOpt", "--security-opt"],
    ["mounts", "--mount"],
  ] as const;
  for (const [key, name] of lists) {
    const list = property(root, key)?.value;
    if (list?.kind !== "array") continue;
    for (const element of list.elements) {
      const value = mountText(element);
      if (value === undefined) continue;
      yield {
        name,
        value,
        span: element.span,
        fixes: fixOf(name === "--mount" ? "this mount" : value.slice(0, 60), deleteElements(document, list, [element])),
      };
    }
  }
  const workspace = property(root, "workspaceMount");
  if (workspace?.value.kind === "string") {
    yield { name: "--mount", value: workspace.value.value, span: workspace.value.span, fixes: [] };
  }
  const runArgs = property(root, "runArgs")?.value;
  if (runArgs?.kind !== "array") return;
  const words = runArgs.elements.flatMap((one) =>
    one.kind === "string" ? [wordOf(document.text, { value: one.value, node: one })] : [],
  );
  for (const option of containerOptionsIn(words)) {
    const edits = removal(file, [runArgs], option.words);
    yield { name: option.name, value: option.value, span: option.word.span, fixes: fixOf(option.name, edits) };
  }
}

/** How the containers of a file are run: those of its servers, and the one that it describes itself. */
export function* containerSettings(file: ConfigFile): Iterable<ContainerSetting> {
  yield* ofServers(file);
  const { root } = file.document;
  if (file.kind.id === "devcontainer" && root?.kind === "object") yield* ofDevcontainer(file, root);
}
