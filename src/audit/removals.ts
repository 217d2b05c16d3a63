import type { ConfigFile } from "../clients/config.ts";
import type { Removal } from "../clients/permissions/model.ts";
import type { Edit, Fix } from "../core/finding.ts";
import { deleteElements, deleteProperties, setValue } from "../documents/edits.ts";

/** The fixes that take permissions away: one by its removal; several of one list or object together. */
export function removalFixes(file: ConfigFile, removals: readonly Removal[]): readonly Fix[] {
  const [first] = removals;
  if (!first) return [];
  const fix = (title: string, edits: readonly Edit[]): readonly Fix[] =>
    edits.length === 0 ? [] : [{ title, safety: "safe", edits }];
  switch (first.kind) {
    case "property": {
      const { parent } = first;
      const properties = removals.flatMap((one) =>
        one.kind === "property" && one.parent === parent ? [one.property] : [],
      );
      const title = properties.length === 1 ? `Remove ${first.property.key}` : `Remove these ${properties.length}`;
      return fix(title, deleteProperties(file.document, parent, properties));
    }
    case "value": {
      const { property, to } = first;
      return fix(`Set ${property.key} to ${JSON.stringify(to)}`, setValue(file.document, property.value, to));
    }
    case "element": {
      const { array } = first;
      const elements = removals.flatMap((one) => (one.kind === "element" && one.array === array ? [one.element] : []));
      const title = elements.length === 1 ? "Remove it from the list" : `Remove these ${elements.length} from the list`;
      return fix(title, deleteElements(file.document, array, elements));
    }
  }
}
