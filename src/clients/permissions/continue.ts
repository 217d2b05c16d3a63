import { type DataValue, property } from "../../documents/data.ts";
import type { ConfigFile } from "../config.ts";
import type { AgentSettings, ApiAddress } from "./model.ts";
import { ruleGrant } from "./tools.ts";
import { addressAt, elementsOf, listed, placeAt, stringsOf, textOf } from "./values.ts";

/** `permissions.yaml`: what its command line runs without asking. */
export function continuePermissionsAgent(file: ConfigFile): AgentSettings {
  const list = property(file.document.root, "allow")?.value;
  const permissions = stringsOf(list).flatMap((one) => {
    const grant = ruleGrant(one.value, "glob");
    return grant && list?.kind === "array" ? [listed("allow", list, one, grant)] : [];
  });
  return { permissions };
}

function* addresses(root: DataValue | undefined): Iterable<ApiAddress> {
  for (const model of elementsOf(property(root, "models")?.value)) {
    const place = placeAt(model, "apiBase");
    if (place) yield* addressAt(place, `apiBase of ${textOf(property(model, "name")?.value) ?? "a model"}`);
  }
  for (const one of elementsOf(property(root, "data")?.value)) {
    const place = placeAt(one, "destination");
    if (place) yield* addressAt(place, "data.destination", { what: "data" });
  }
}

/** `config.yaml` and `config.json`: where its models are, and where what it records goes. */
export function continueAgent(file: ConfigFile): AgentSettings {
  return { addresses: addresses(file.document.root) };
}
