import type { ClientItem, ServerItem, ServersAnswer } from "../lsp/protocol.ts";

/** What is taken of a server that says hello to the broker. */
export interface Hello {
  readonly server: string;
  readonly client: { readonly name: string };
  readonly identity: { readonly id: string };
}

/** What clients call themselves on the wire (`clientInfo.name`), where that is not their id or title. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ["visualstudiocode", "vscode"],
  ["visualstudiocodeinsiders", "vscode"],
  ["vscodium", "vscode"],
  ["codeserver", "vscode"],
  ["code", "vscode"],
  ["claudeai", "claude-desktop"],
  ["claude", "claude-code"],
  ["cursorvscode", "cursor"],
  ["codexmcpclient", "codex"],
  ["geminiclimcpclient", "gemini-cli"],
]);

const letters = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, "");

/** Whether a client that calls itself so may be the one whose file it is. */
function isClient(name: string, { id, title }: ClientItem): boolean {
  const said = letters(name);
  return NAMES.get(said) === id || said === letters(id) || said === letters(title);
}

interface Candidate {
  readonly client: ClientItem;
  readonly server: ServerItem;
}

/**
 * The entries whose servers run through us at this moment. What a hello is about is said by its launch identity: a name is
 * a label, which a repository can give to a server of its own. By its name alone an entry counts only where its launch
 * cannot be known here and no other entry that is protected has that name.
 */
export function runningEntries({ clients }: ServersAnswer, hellos: readonly Hello[]): ReadonlySet<ServerItem> {
  const byName = new Map<string, Candidate[]>();
  for (const client of clients) {
    for (const server of client.files.flatMap((file) => file.servers)) {
      if (!server.protected || server.held) continue;
      const known = byName.get(server.name);
      if (known) known.push({ client, server });
      else byName.set(server.name, [{ client, server }]);
    }
  }
  const running = new Set<ServerItem>();
  for (const { server: name, identity, client } of hellos) {
    const named = byName.get(name) ?? [];
    const same = named.filter(({ server }) => server.launches.includes(identity.id));
    if (same.length === 0) {
      const [only] = named;
      if (only && named.length === 1 && !only.server.launchKnown) running.add(only.server);
      continue;
    }
    // The same entry may stand in the files of several clients.
    const own = same.filter((one) => isClient(client.name, one.client));
    for (const { server } of own.length > 0 ? own : same) running.add(server);
  }
  return running;
}
