import { property, valueAt } from "../../documents/data.ts";
import { type ConfigFile, isShared } from "../config.ts";
import type { AgentSettings, Permission } from "./model.ts";
import { hooksIn, isTrue, listed, stringsOf, switched } from "./values.ts";

/** Copilot CLI's settings: trusted folders, addresses, hooks. */
export function copilotAgent(file: ConfigFile): AgentSettings {
  const { root } = file.document;
  const permissions: Permission[] = [
    ...switched(root, [
      {
        path: ["disableAllHooks"],
        weak: isTrue,
        grant: { kind: "guard" },
        details: { title: "runs no hooks, those that protect neither", weight: "medium" },
      },
    ]),
  ];
  for (const key of ["trusted_folders", "trustedFolders"]) {
    const list = property(root, key)?.value;
    if (list?.kind !== "array") continue;
    for (const one of stringsOf(list)) permissions.push(listed(key, list, one, { kind: "trust", path: one.value }));
  }
  for (const key of ["allowed_urls", "allowedUrls"]) {
    const list = property(root, key)?.value;
    if (list?.kind !== "array") continue;
    for (const one of stringsOf(list)) {
      const address = /^(?:https?:\/\/)?\*{1,2}\/?\*?$/.test(one.value) ? "*" : one.value;
      const ignored = isShared(file.scope) ? { withoutEffect: "Copilot CLI reads it from the user's file only" } : {};
      permissions.push(listed(key, list, one, { kind: "fetch", address }, { weight: "medium", ...ignored }));
    }
  }
  return { permissions, commands: hooksIn(valueAt(root, "hooks")) };
}
