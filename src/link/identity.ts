import type { StdioIdentity, UrlIdentity } from "./messages.ts";
import { canonical, digest } from "./signature.ts";

export type RawIdentity = Omit<StdioIdentity, "id"> | Omit<UrlIdentity, "id">;

/**
 * The id of a launch identity, over the raw values (before secrets in arguments are replaced for display). The working
 * folder is part of it: `node server.js`, and a package runner that prefers the folder's own node_modules, are another
 * program in another folder.
 */
export function launchIdentityId(raw: RawIdentity): string {
  const parts =
    raw.kind === "stdio"
      ? {
          kind: raw.kind,
          scope: raw.scope,
          executable: raw.executable,
          args: raw.args,
          package: raw.package,
          cwd: raw.cwd,
        }
      : { kind: raw.kind, scope: raw.scope, origin: raw.origin };
  return digest(canonical(parts));
}
