import type { Environment } from "../core/environment.ts";
import { foldersOf } from "./client.ts";
import type { ClientId, Scope } from "./config.ts";

/** A folder `User` of VS Code or of an editor made of it. */
export interface EditorFolder {
  readonly folder: string;
  readonly editor: ClientId;
  readonly scope: Scope;
}

/** What each calls its folder. */
const PRODUCTS: readonly (readonly [string, ClientId])[] = [
  ["Code", "vscode"],
  ["Code - Insiders", "vscode"],
  ["VSCodium", "vscode"],
  ["VSCodium - Insiders", "vscode"],
  ["Cursor", "cursor"],
  ["Windsurf", "windsurf"],
  ["Windsurf - Next", "windsurf"],
  ["Antigravity", "antigravity"],
  ["Kiro", "kiro"],
  ["Trae", "trae"],
];

/** On a machine that an editor works on from elsewhere: SSH, WSL, containers, Codespaces (`.vscode-remote`). */
const SERVERS: readonly (readonly [string, ClientId])[] = [
  [".vscode-server", "vscode"],
  [".vscode-server-insiders", "vscode"],
  [".vscode-remote", "vscode"],
  [".vscodium-server", "vscode"],
  [".cursor-server", "cursor"],
  [".windsurf-server", "windsurf"],
];

/** The data folders of editors' servers: their `User`, and `Machine` beside it. */
export function serverFolders(
  environment: Environment,
): readonly { readonly folder: string; readonly editor: ClientId }[] {
  const { home } = foldersOf(environment);
  return SERVERS.map(([name, editor]) => ({ folder: home(name, "data"), editor }));
}

/** Every `User` folder that there may be on a machine. */
export function editorFolders(environment: Environment): readonly EditorFolder[] {
  const { config, data, variable, join } = foldersOf(environment);
  const own = PRODUCTS.map(([name, editor]) => ({ folder: config(name), editor, scope: "user" as const }));
  const portable = variable("VSCODE_PORTABLE");
  if (portable !== undefined) own.push({ folder: join(portable, "user-data"), editor: "vscode", scope: "user" });
  // code-server's place is assumed by some lists and was seen in the program.
  if (environment.os !== "windows") own.push({ folder: data("code-server"), editor: "vscode", scope: "user" });
  const remote = serverFolders(environment).map((one) => ({ ...one, scope: "remote" as const }));
  return [...own, ...remote].map((one) => ({ ...one, folder: join(one.folder, "User") }));
}
