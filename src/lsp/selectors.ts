import path from "node:path";
import type { DocumentFilter } from "vscode-languageserver";
import { userFiles, WORKSPACE_FILES } from "../clients/clients.ts";
import type { Environment } from "../core/environment.ts";
import { BASELINE_NAME } from "./baselines.ts";

/** The languages that call sites are found in, by LSP's identifiers. */
const LANGUAGES = ["python", "javascript", "javascriptreact", "typescript", "typescriptreact"] as const;
/** Our own files. */
const OWN = [
  "sallyport.yaml",
  "sallyport.yml",
  "sallyport.json",
  "sallyport.lock",
  BASELINE_NAME,
  "policy.yaml",
  "*.mcp-tools.json",
] as const;
/** VS Code opens its own user files under a scheme of its own. */
const SCHEMES = ["file", "vscode-userdata"] as const;

/** The names, some with a `*`, that configurations of the known clients have, wherever they lie; in alphabetical order. */
export function configNames(environment: Environment): readonly string[] {
  const slashed = (file: string): string => file.replaceAll("\\", "/");
  const files = [...WORKSPACE_FILES, ...userFiles(environment)].map((one) => path.posix.basename(slashed(one.path)));
  return [...new Set([...OWN, ...files])].toSorted();
}

/** One glob for all of these names in any folder. */
export function inAnyFolder(names: readonly string[]): string {
  return `**/{${names.join(",")}}`;
}

/**
 * The documents that we want to see: configurations by their names (editors have no language for many of them), sources by
 * their language.
 */
export function documentSelector(environment: Environment): DocumentFilter[] {
  const pattern = inAnyFolder(configNames(environment));
  return SCHEMES.flatMap((scheme) => [
    { scheme, pattern },
    ...LANGUAGES.map((language): DocumentFilter => ({ scheme, language })),
  ]);
}

/** Folders outside the workspace, each with the names in it that clients may read: for watchers that look at one folder. */
export function userFolders(
  environment: Environment,
  found: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const paths = environment.os === "windows" ? path.win32 : path.posix;
  const literal = userFiles(environment).filter((one) => !paths.dirname(one.path).includes("*"));
  const folders = new Map<string, Set<string>>();
  for (const file of [...literal.map((one) => one.path), ...found]) {
    const names = folders.get(paths.dirname(file)) ?? new Set();
    folders.set(paths.dirname(file), names.add(paths.basename(file)));
  }
  return new Map([...folders].map(([folder, names]) => [folder, [...names].toSorted()]));
}
