import type { Edit } from "../core/finding.ts";
import type { DataDocument } from "../documents/data.ts";
import { deleteElement, deleteProperty } from "../documents/edits.ts";
import type { ServerEntry } from "./config.ts";

/** The edits that take a server out of its map or list; none where that cannot be done. */
export function removeEntry(document: DataDocument, { map, object, property }: ServerEntry): Edit[] {
  if (map.list) return deleteElement(document, map.list, object);
  return property ? deleteProperty(document, map.object, property) : [];
}
