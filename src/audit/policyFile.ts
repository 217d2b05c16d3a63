import path from "node:path";
import type { ConfigFile, FileKind } from "../clients/config.ts";
import type { PolicyIssue } from "../policy/parse.ts";

/** The policy that a repository brings along, at the top of a workspace folder. */
export const POLICY_NAME = "sallyport.yaml";

/** It is no client's file and names no server: what is asked of it is whether it holds. */
export const POLICY_FILE: FileKind = {
  id: "policy",
  client: "unknown",
  title: "the workspace's policy",
  variables: "none",
  format: "text",
  serverMaps: () => [],
};

export function isPolicy(file: string): boolean {
  return path.basename(file) === POLICY_NAME;
}

/** A policy as a file of the run. */
export function policyConfig(file: string, text: string, root: string | undefined): ConfigFile {
  const document = {
    file,
    format: "text" as const,
    text,
    root: undefined,
    problems: [],
    blank: false,
    comments: [],
    trailingCommas: [],
  };
  const config = { path: file, kind: POLICY_FILE, scope: "workspace" as const, fixture: false, document, entries: [] };
  return root === undefined ? config : { ...config, root };
}

/**
 * What is wrong in the policies among some files. The parser is loaded only where there is one: an audit must start
 * without its weight.
 */
export async function policyIssues(files: readonly ConfigFile[]): Promise<ReadonlyMap<string, readonly PolicyIssue[]>> {
  const policies = files.filter((file) => file.kind === POLICY_FILE);
  if (policies.length === 0) return new Map();
  const { parsePolicy } = await import("../policy/parse.ts");
  return new Map(policies.map((file) => [file.path, parsePolicy(file.document.text, "workspace").issues]));
}
