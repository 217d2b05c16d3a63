import { CLIENTS } from "../clients/clients.ts";
import type { ClientId } from "../clients/config.ts";

const TITLES: ReadonlyMap<ClientId, string> = new Map(CLIENTS.map(({ id, title }) => [id, title]));

/** The program whose files these are; our own, and files that a person named, are of none. */
export function clientTitle(client: ClientId): string {
  return TITLES.get(client) ?? "Other files";
}
