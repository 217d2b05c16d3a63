import path from "node:path";
import { isSallyportError } from "../core/errors.ts";
import type { Files } from "../core/files.ts";
import { MAX_POLICY_TEXT } from "../link/messages.ts";

/** The name of a workspace's policy, at the workspace's root. */
const NAME = "sallyport.yaml";
const MAX_LEVELS = 32;

export interface WorkspacePolicy {
  readonly workspace?: string;
  readonly workspacePolicy?: { readonly file: string; readonly text: string };
  readonly workspacePolicyUnreadable?: string;
}

/**
 * The policy of the folder that the server is started in, or of the nearest folder above that has one, up to the home
 * folder: read here, bounded, and sent as data. It can only tighten, so finding one too many is safe.
 */
export async function workspacePolicy(files: Files, cwd: string, home: string): Promise<WorkspacePolicy> {
  let folder = cwd;
  for (let level = 0; level < MAX_LEVELS; level++) {
    if (folder === home && folder !== cwd) break;
    const file = path.join(folder, NAME);
    const kind = await files.kind(file);
    if (kind !== "missing") {
      try {
        const bytes = await files.read(file, MAX_POLICY_TEXT);
        return {
          workspace: folder,
          workspacePolicy: { file, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) },
        };
      } catch (error) {
        const why = isSallyportError(error) ? error.message : `${file} is not UTF-8 text`;
        return { workspace: folder, workspacePolicyUnreadable: why.slice(0, 1024) };
      }
    }
    const above = path.dirname(folder);
    if (above === folder) break;
    folder = above;
  }
  return { workspace: cwd };
}
