import path from "node:path";
import type { ConfigFile, FileKind } from "../clients/config.ts";
import { isSallyportError } from "../core/errors.ts";
import { type Files, MAX_CONFIG_BYTES } from "../core/files.ts";
import { decodeText } from "../documents/decode.ts";
import type { PolicyIssue } from "../policy/parse.ts";
import type { ConfigIgnore } from "./ignores.ts";

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

/** What the policies among the files of a run say. */
export interface PolicyFiles {
  /** What is wrong, by absolute path. */
  readonly issues: ReadonlyMap<string, readonly PolicyIssue[]>;
  /** What they accept, in reading order. Of a policy that is wrong anywhere: nothing. */
  readonly ignores: readonly ConfigIgnore[];
}

/**
 * Reads the policies among some files. The parser is loaded only where there is one: an audit must start without its
 * weight.
 */
export async function readPolicies(files: readonly ConfigFile[]): Promise<PolicyFiles> {
  const policies = files.filter((file) => file.kind === POLICY_FILE);
  if (policies.length === 0) return { issues: new Map(), ignores: [] };
  const { readAuditPart } = await import("../policy/auditPart.ts");
  const issues = new Map<string, readonly PolicyIssue[]>();
  const ignores: ConfigIgnore[] = [];
  for (const { path: file, document } of policies) {
    const part = readAuditPart(document.text);
    issues.set(file, part.issues);
    for (const { fits, ...one } of part.ignores) {
      const covers = (other: string): boolean => {
        const relative = below(file, other);
        return relative !== undefined && fits(relative);
      };
      ignores.push({ ...one, file, covers });
    }
  }
  return { issues, ignores };
}

/** Where a file lies below the folder of a policy, with forward slashes; undefined where it does not. */
function below(policy: string, file: string): string | undefined {
  const relative = path.relative(path.dirname(policy), file);
  if (relative === "" || relative === ".." || relative.startsWith(`..${path.sep}`)) return undefined;
  return path.isAbsolute(relative) ? undefined : relative.split(path.sep).join("/");
}

/** What some `sallyport.yaml` files accept, of those that are there; one that cannot be read accepts nothing. */
export async function readIgnores(files: Files, paths: readonly string[]): Promise<readonly ConfigIgnore[]> {
  const found: ConfigFile[] = [];
  for (const file of paths) {
    try {
      if ((await files.kind(file)) !== "file") continue;
      const { text } = decodeText(file, await files.read(file, MAX_CONFIG_BYTES));
      found.push(policyConfig(file, text, path.dirname(file)));
    } catch (error) {
      if (!isSallyportError(error)) throw error;
    }
  }
  return (await readPolicies(found)).ignores;
}
