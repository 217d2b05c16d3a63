import type { Environment } from "../core/environment.ts";
import type { DataDocument } from "../documents/data.ts";
import { parseDocument } from "../documents/parse.ts";
import { AIR } from "./air.ts";
import { AMAZONQ } from "./amazonq.ts";
import { AMP } from "./amp.ts";
import { ANDROID_STUDIO } from "./androidStudio.ts";
import { ANTIGRAVITY } from "./antigravity.ts";
import { AUGMENT } from "./augment.ts";
import { BOB } from "./bob.ts";
import { CLAUDE_CODE } from "./claudeCode.ts";
import { CLAUDE_DESKTOP, CLAUDE_DESKTOP_CONFIG } from "./claudeDesktop.ts";
import { type Candidate, type Client, pathsOf, type WorkspaceFile } from "./client.ts";
import { CLINE, CLINE_MCP } from "./cline.ts";
import { CODEX } from "./codex.ts";
import type { ArchiveOf, ConfigFile, FileKind, Scope } from "./config.ts";
import { CONTINUE } from "./continue.ts";
import { COPILOT_CLI } from "./copilotCli.ts";
import { COPILOT_ECLIPSE } from "./copilotEclipse.ts";
import { COPILOT_JETBRAINS } from "./copilotJetbrains.ts";
import { CORTEX } from "./cortex.ts";
import { CRUSH } from "./crush.ts";
import { CURSOR } from "./cursor.ts";
import { DOCKER } from "./docker.ts";
import { editorFolders } from "./editors.ts";
import { FACTORY } from "./factory.ts";
import { GEMINI_CLI } from "./geminiCli.ts";
import { genericKind } from "./generic.ts";
import { GOOSE } from "./goose.ts";
import { GROK } from "./grok.ts";
import { HERMES } from "./hermes.ts";
import { INSTRUCTION_FILES, ownInstructions } from "./instructions.ts";
import { JETBRAINS } from "./jetbrains.ts";
import { JUNIE } from "./junie.ts";
import { KILO } from "./kilo.ts";
import { KIMI } from "./kimi.ts";
import { KIRO } from "./kiro.ts";
import { LMSTUDIO } from "./lmstudio.ts";
import { MASTRA } from "./mastra.ts";
import { MCPORTER } from "./mcporter.ts";
import { MISTRAL_VIBE } from "./mistralVibe.ts";
import { OPENCLAW } from "./openclaw.ts";
import { OPENCODE } from "./opencode.ts";
import { endsLike, matchesName, matchesPath, slashed } from "./patterns.ts";
import { PI } from "./pi.ts";
import { QODER } from "./qoder.ts";
import { QWEN } from "./qwen.ts";
import { readEntries } from "./read.ts";
import { REGISTRY_MANIFEST } from "./registryManifest.ts";
import { ROO } from "./roo.ts";
import { ROVODEV } from "./rovodev.ts";
import { SEMA4AI } from "./sema4ai.ts";
import { TABNINE } from "./tabnine.ts";
import { TRAE } from "./trae.ts";
import { VISUALSTUDIO } from "./visualstudio.ts";
import { VSCODE } from "./vscode.ts";
import { WARP } from "./warp.ts";
import { WINDSURF } from "./windsurf.ts";
import { ZCODE } from "./zcode.ts";
import { ZED } from "./zed.ts";

/** Every client, in output order. */
export const CLIENTS: readonly Client[] = [
  VSCODE,
  CURSOR,
  CLAUDE_CODE,
  CLAUDE_DESKTOP,
  CODEX,
  GEMINI_CLI,
  COPILOT_CLI,
  COPILOT_ECLIPSE,
  COPILOT_JETBRAINS,
  WINDSURF,
  CLINE,
  ROO,
  KILO,
  OPENCODE,
  ZED,
  CONTINUE,
  AMAZONQ,
  KIRO,
  GOOSE,
  JETBRAINS,
  JUNIE,
  AIR,
  ANDROID_STUDIO,
  ANTIGRAVITY,
  LMSTUDIO,
  VISUALSTUDIO,
  WARP,
  QWEN,
  AUGMENT,
  FACTORY,
  CRUSH,
  AMP,
  TABNINE,
  ROVODEV,
  GROK,
  KIMI,
  BOB,
  CORTEX,
  ZCODE,
  HERMES,
  MASTRA,
  PI,
  MCPORTER,
  TRAE,
  QODER,
  MISTRAL_VIBE,
  OPENCLAW,
  SEMA4AI,
  DOCKER,
];

/** Names by which a copy is known wherever it lies, though no client reads it there. */
const NAMED: ReadonlyMap<string, FileKind> = new Map([
  ["claude_desktop_config.json", CLAUDE_DESKTOP_CONFIG],
  ["cline_mcp_settings.json", CLINE_MCP],
]);

/** What clients read below a workspace folder, each path once: of several readers the first gives the kind. */
export const WORKSPACE_FILES: readonly WorkspaceFile[] = [
  ...CLIENTS.flatMap((client) => client.workspace),
  { path: "server.json", kind: REGISTRY_MANIFEST },
  ...INSTRUCTION_FILES,
].filter((one, i, all) => all.findIndex((other) => other.path === one.path) === i);

/** What one client reads of the person and of the machine. */
export function filesOf(client: Client, environment: Environment): readonly Candidate[] {
  const own = client.user(environment);
  const { inEditors } = client;
  if (!inEditors) return own;
  const { join } = pathsOf(environment);
  const inside = editorFolders(environment).flatMap(({ folder, scope }) =>
    inEditors.map((one) => ({ path: join(folder, one.path), kind: one.kind, scope })),
  );
  return [...own, ...inside];
}

const userFilesOf = new WeakMap<Environment, readonly Candidate[]>();

/** What clients read of the person and of the machine. */
export function userFiles(environment: Environment): readonly Candidate[] {
  const known = userFilesOf.get(environment);
  if (known) return known;
  const files = [...CLIENTS.flatMap((client) => filesOf(client, environment)), ...ownInstructions(environment)];
  userFilesOf.set(environment, files);
  return files;
}

const baseOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** The longest first: `.warp/.mcp.json` ends like `.mcp.json` too, and is another client's. */
const longestFirst = WORKSPACE_FILES.toSorted((a, b) => b.path.split("/").length - a.path.split("/").length);
/** By base name; those with a star in it apart, so that a walk over many files asks a map. */
const byName = new Map<string, WorkspaceFile[]>();
for (const one of longestFirst.filter(({ path }) => !baseOf(path).includes("*"))) {
  const name = baseOf(one.path);
  byName.set(name, [...(byName.get(name) ?? []), one]);
}
const starred = longestFirst.filter((one) => baseOf(one.path).includes("*"));
const starredNames = [...new Set(starred.map((one) => baseOf(one.path)))];

/** True for a name that a file of a client may have. */
export function isWorkspaceName(name: string): boolean {
  return byName.has(name) || starredNames.some((one) => matchesName(one, name));
}

/** The file of a workspace by the end of its path; undefined for one that no client reads. */
export function workspaceFile(file: string): WorkspaceFile | undefined {
  const name = slashed(file);
  const base = baseOf(name);
  const literal = byName.get(base)?.find((one) => endsLike(one.path, name));
  return literal ?? starred.find((one) => matchesName(baseOf(one.path), base) && endsLike(one.path, name));
}

/** The kind of any file: one of the person's, a workspace's, or by its name; else one that is read in every layout. */
export function kindOf(file: string, environment: Environment): { readonly kind: FileKind; readonly scope: Scope } {
  const name = slashed(file);
  const own = userFiles(environment).find((one) => one.path === file || matchesPath(slashed(one.path), name));
  if (own) return { kind: own.kind, scope: own.scope };
  return { kind: workspaceFile(file)?.kind ?? NAMED.get(baseOf(name)) ?? genericKind(name), scope: "workspace" };
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
  readonly archive?: ArchiveOf;
}

/** The servers of a document that was parsed already. */
export function configOf(input: Omit<ConfigInput, "text">, document: DataDocument): ConfigFile {
  const { path, kind, scope, root, archive } = input;
  const entries = kind.serverMaps(document.root).flatMap(readEntries);
  return {
    path,
    kind,
    scope,
    fixture: isFixture(path, root),
    document,
    entries,
    ...(root !== undefined && { root }),
    ...(archive && { archive }),
  };
}

/** Reads a file's text as its kind says. What is broken is in the document's problems; what is legible is read. */
export async function readConfig(input: ConfigInput): Promise<ConfigFile> {
  return configOf(input, await parseDocument(input.kind.format, input.path, input.text));
}
