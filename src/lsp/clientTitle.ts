import { CLIENTS } from "../clients/clients.ts";
import type { ClientId } from "../clients/config.ts";

const TITLES: ReadonlyMap<ClientId, string> = new Map(
  // The first of the names that a client and its variants have.
  CLIENTS.map(({ id, title }) => [id, title.split(",", 1)[0] ?? title]),
);

/** The program whose files these are; our own, and files that a person named, are of none. */
export function clientTitle(client: ClientId): string {
  return TITLES.get(client) ?? "Other files";
}
