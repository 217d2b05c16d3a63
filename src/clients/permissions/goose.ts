import { property } from "../../documents/data.ts";
import type { ConfigFile } from "../config.ts";
import type { AgentSettings } from "./model.ts";
import { toolGrant } from "./tools.ts";
import { granted, listed, placeAt, propertiesOf, stringsOf, textOf } from "./values.ts";

/** `config.yaml`: without `GOOSE_MODE`, Goose asks nothing either; what a person wrote is shown. */
export function gooseAgent(file: ConfigFile): AgentSettings {
  const place = placeAt(file.document.root, "GOOSE_MODE");
  const mode = textOf(place?.property.value);
  if (!place) return {};
  const removal = { kind: "value", property: place.property, to: "approve" } as const;
  if (mode === "auto") {
    return { permissions: [granted("GOOSE_MODE", place, { kind: "everything" }, { removal, weight: "high" })] };
  }
  if (mode !== "smart_approve") return {};
  const title = "runs what a model takes for harmless without asking";
  return { permissions: [granted("GOOSE_MODE", place, { kind: "guard" }, { removal, title, weight: "low" })] };
}

/** `permission.yaml`: tools with a standing answer, by who asked for it. */
export function goosePermissionAgent(file: ConfigFile): AgentSettings {
  const permissions = propertiesOf(file.document.root).flatMap((own) => {
    const list = property(own.value, "always_allow")?.value;
    return stringsOf(list).flatMap((one) => {
      const setting = `${own.key}.always_allow`;
      return list?.kind === "array" ? [listed(setting, list, one, toolGrant(one.value, undefined, "prefix"))] : [];
    });
  });
  return { permissions };
}
