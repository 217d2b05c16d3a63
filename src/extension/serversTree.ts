import type {
  ClientItem,
  ConfigFileItem,
  FindingItem,
  IdentityItem,
  LspRange,
  ServerItem,
  ServersAnswer,
} from "../lsp/protocol.ts";

interface Common {
  /** Unique, and the same after an update, so that the view keeps what a person has opened. */
  readonly id: string;
  readonly parent?: ServerNode;
  readonly children: ServerNode[];
}

/** A row of Agents & Servers. */
export type ServerNode = Common &
  (
    | { readonly kind: "client"; readonly client: ClientItem }
    | { readonly kind: "file"; readonly client: ClientItem; readonly file: ConfigFileItem }
    | {
        readonly kind: "server";
        readonly client: ClientItem;
        readonly file: ConfigFileItem;
        readonly server: ServerItem;
      }
    /** What it may reach, or what the agent may do unasked. */
    | {
        readonly kind: "words";
        readonly what: "reach" | "permissions";
        /** The words in brief, where they are more than fit. */
        readonly brief?: string;
        readonly words: readonly string[];
      }
    | { readonly kind: "identity"; readonly identity: IdentityItem }
    | { readonly kind: "finding"; readonly file: ConfigFileItem; readonly finding: FindingItem }
    | { readonly kind: "more"; readonly file: ConfigFileItem; readonly count: number }
  );

/** A place in a file: where a row leads. */
export interface Place {
  readonly uri: string;
  readonly range: LspRange;
}

const START: LspRange = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

export function placeOf(node: ServerNode): Place | undefined {
  switch (node.kind) {
    case "client":
      return undefined;
    case "file":
    case "more":
      return { uri: node.file.uri, range: START };
    case "server":
      return { uri: node.file.uri, range: node.server.range };
    case "words":
    case "identity":
      return node.parent && placeOf(node.parent);
    case "finding":
      return { uri: node.file.uri, range: node.finding.range };
  }
}

/** Every server of a client. */
export const serversOf = (client: ClientItem): readonly ServerItem[] => client.files.flatMap((file) => file.servers);

export const findingsOf = (client: ClientItem): readonly FindingItem[] =>
  client.files.flatMap((file) => [...file.findings, ...file.servers.flatMap((server) => server.findings)]);

/** Ids that repeat (a name that a file has twice) get a number. */
class Ids {
  readonly #seen = new Map<string, number>();

  of(...parts: readonly string[]): string {
    const id = JSON.stringify(parts);
    const count = this.#seen.get(id) ?? 0;
    this.#seen.set(id, count + 1);
    return count === 0 ? id : `${id}#${count}`;
  }
}

function findings(ids: Ids, parent: ServerNode, file: ConfigFileItem, list: readonly FindingItem[]): void {
  for (const finding of list) {
    const id = ids.of(parent.id, finding.rule, finding.message);
    parent.children.push({ kind: "finding", id, parent, children: [], file, finding });
  }
}

function words(
  ids: Ids,
  parent: ServerNode,
  what: "reach" | "permissions",
  list: readonly string[],
  brief?: string,
): void {
  if (list.length === 0) return;
  const short = brief === undefined ? {} : { brief };
  parent.children.push({
    kind: "words",
    id: ids.of(parent.id, what),
    parent,
    children: [],
    what,
    words: list,
    ...short,
  });
}

function identities(ids: Ids, parent: ServerNode, list: readonly IdentityItem[]): void {
  for (const identity of list) {
    const id = ids.of(parent.id, "acts", identity.from, identity.name);
    parent.children.push({ kind: "identity", id, parent, children: [], identity });
  }
}

/** The rows of an answer: client, file, server, and below it what it may reach and what is found in it. */
export function treeOf(answer: ServersAnswer): readonly ServerNode[] {
  const ids = new Ids();
  return answer.clients.map((client) => {
    const top: ServerNode = { kind: "client", id: ids.of(client.id), children: [], client };
    for (const file of client.files) {
      const row: ServerNode = {
        kind: "file",
        id: ids.of(client.id, file.uri),
        parent: top,
        children: [],
        client,
        file,
      };
      top.children.push(row);
      words(ids, row, "permissions", file.permissions);
      findings(ids, row, file, file.findings);
      for (const server of file.servers) {
        const id = ids.of(client.id, file.uri, server.project ?? "", server.name);
        const own: ServerNode = { kind: "server", id, parent: row, children: [], client, file, server };
        row.children.push(own);
        words(ids, own, "reach", server.reach, server.reachBrief);
        words(ids, own, "permissions", server.permissions);
        identities(ids, own, server.identities);
        findings(ids, own, file, server.findings);
      }
      if (file.more > 0) {
        const id = ids.of(client.id, file.uri, "", "", "more");
        row.children.push({ kind: "more", id, parent: row, children: [], file, count: file.more });
      }
    }
    return top;
  });
}

/** The row of an entry. */
export function findServer(
  rows: readonly ServerNode[],
  uri: string,
  server: string,
  project: string | undefined,
): ServerNode | undefined {
  for (const client of rows) {
    for (const file of client.children) {
      if (file.kind !== "file" || file.file.uri !== uri) continue;
      const found = file.children.find(
        (one) => one.kind === "server" && one.server.name === server && one.server.project === project,
      );
      if (found) return found;
    }
  }
  return undefined;
}
