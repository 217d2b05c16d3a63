import type { Environment } from "../core/environment.ts";
import type { DataDocument } from "../documents/data.ts";
import { parseDocument } from "../documents/parse.ts";
import { CLAUDE_CODE } from "./claudeCode.ts";
import { CLAUDE_DESKTOP, CLAUDE_DESKTOP_CONFIG } from "./claudeDesktop.ts";
import type { Candidate, Client } from "./client.ts";
import type { ConfigFile, FileKind, Scope } from "./config.ts";
import { CURSOR } from "./cursor.ts";
import { bareMap, mapAt } from "./maps.ts";
import { readEntries } from "./read.ts";
import { VSCODE } from "./vscode.ts";

const CLIENTS: readonly Client[] = [VSCODE, CURSOR, CLAUDE_CODE, CLAUDE_DESKTOP];

/** A file that a person names and that no client is known for: read in every layout. */
const GENERIC: FileKind = {
  id: "generic",
  client: "unknown",
  title: "an MCP configuration",
  variables: "none",
  format: "json",
  serverMaps: (root) => {
    const maps = [["mcpServers"], ["servers"], ["mcp", "servers"], ["context_servers"], ["amp.mcpServers"]].flatMap(
      (place) => mapAt(root, ...place),
    );
    return maps.length > 0 ? maps : bareMap(root);
  },
};

/** What clients read below a workspace folder, with `/`. */
export const WORKSPACE_FILES: readonly { readonly path: string; readonly kind: FileKind }[] = CLIENTS.flatMap(
  (client) => client.workspace,
);

const userFilesOf = new WeakMap<Environment, readonly Candidate[]>();

/** What clients read of the person. */
export function userFiles(environment: Environment): readonly Candidate[] {
  const known = userFilesOf.get(environment);
  if (known) return known;
  const files = CLIENTS.flatMap((client) => client.user(environment));
  userFilesOf.set(environment, files);
  return files;
}

const slashed = (file: string): string => file.replaceAll("\\", "/");

/** The kind of a workspace file by the end of its path; undefined for a name that no client reads. */
export function workspaceKind(file: string): FileKind | undefined {
  const name = slashed(file);
  return WORKSPACE_FILES.find((one) => name === one.path || name.endsWith(`/${one.path}`))?.kind;
}

/** The kind of any file: one of the person's, a workspace's, or by its name; else one that is read in every layout. */
export function kindOf(file: string, environment: Environment): { readonly kind: FileKind; readonly scope: Scope } {
  const own = userFiles(environment).find((one) => matches(one.path, file));
  if (own) return { kind: own.kind, scope: "user" };
  const named = slashed(file).endsWith("/claude_desktop_config.json") ? CLAUDE_DESKTOP_CONFIG : undefined;
  return { kind: workspaceKind(file) ?? named ?? GENERIC, scope: "workspace" };
}

function matches(pattern: string, file: string): boolean {
  if (pattern === file) return true;
  if (!pattern.includes("*")) return false;
  const wanted = slashed(pattern).split("/");
  const segments = slashed(file).split("/");
  return (
    wanted.length === segments.length && wanted.every((one, i) => one === segments[i] || (one === "*" && segments[i]))
  );
}

/** Folders whose files nobody starts. */
const FIXTURE_FOLDER = /^(?:tests?|__tests__|fixtures?|__fixtures__|testdata|test-data|mocks?|__mocks__)$/i;

function isFixture(file: string, root: string | undefined): boolean {
  if (root === undefined) return false;
  const below = slashed(file).slice(slashed(root).length).split("/").slice(0, -1);
  return below.some((folder) => FIXTURE_FOLDER.test(folder));
}

export interface ConfigInput {
  readonly path: string;
  readonly text: string;
  readonly kind: FileKind;
  readonly scope: Scope;
  readonly root?: string;
}

/** The servers of a document that was parsed already. */
export function configOf(input: Omit<ConfigInput, "text">, document: DataDocument): ConfigFile {
  const { path, kind, scope, root } = input;
  const entries = kind.serverMaps(document.root).flatMap(readEntries);
  return { path, kind, scope, fixture: isFixture(path, root), document, entries, ...(root !== undefined && { root }) };
}

/** Reads a file's text as its kind says. What is broken is in the document's problems; what is legible is read. */
export async function readConfig(input: ConfigInput): Promise<ConfigFile> {
  return configOf(input, await parseDocument(input.kind.format, input.path, input.text));
}
