import { valueAt } from "../../documents/data.ts";
import type { ConfigFile } from "../config.ts";
import type { AgentSettings } from "./model.ts";
import { ruleGrant } from "./tools.ts";
import { hooksIn, listed, stringsOf, takenBack } from "./values.ts";

/**
 * Files with `permissions.allow`, a list of `Tool(pattern)`: `.devin/config.json` (`Exec(npm run)`, a beginning), and
 * Antigravity's `settings.json` (`command(npm run *)`).
 */
export function allowListAgent(file: ConfigFile): AgentSettings {
  const { root } = file.document;
  const list = valueAt(root, "permissions", "allow");
  const denied = takenBack(valueAt(root, "permissions", "deny"), "permissions.deny");
  const permissions = stringsOf(list).flatMap((one) => {
    const grant = ruleGrant(one.value);
    return grant && list?.kind === "array" ? [listed("permissions.allow", list, one, grant, denied(one.value))] : [];
  });
  return { permissions, commands: hooksIn(valueAt(root, "hooks")) };
}
