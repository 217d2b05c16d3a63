import { createHmac, randomBytes } from "node:crypto";
import type { ConfigFile, Scope, ServerEntry } from "../clients/config.ts";
import { credentialKind } from "./credentialKinds.ts";
import type { Ability } from "./data/capabilities.ts";
import { containerOptions } from "./packages.ts";
import { reachOf } from "./reach.ts";
import { isCredentialName, isPlaceholder } from "./secrets.ts";
import { recognise } from "./serverCatalogue.ts";

/** Something that a server can act with. Never holds a secret, nor a digest of one. */
export interface Identity {
  readonly from: "environment" | "header" | "argument" | "address" | "oauth" | "file" | "profile" | "helper";
  /** The name of the variable, header or option, or what stands for one. */
  readonly name: string;
  /** `literal`: it stands in the file. `reference`: it comes from a variable, an input, a file or a keyring. */
  readonly how: "literal" | "reference";
  /** What its form says it is, with its article. */
  readonly kind?: string;
  readonly scopes?: readonly string[];
  /** ISO 8601, UTC. */
  readonly expires?: string;
  /** Other entries that act with the same, as `client: name`. */
  readonly sharedWith: readonly string[];
}

/** One server, and what it may act as. */
export interface InventoryEntry {
  readonly client: string;
  readonly file: string;
  readonly scope: Scope;
  readonly name: string;
  readonly enabled: boolean;
  readonly protected: boolean;
  /** What is started or reached, without arguments: `npm package x`. */
  readonly starts?: string;
  readonly version?: string;
  /** The catalogued server's title. */
  readonly server?: string;
  readonly abilities: readonly Ability[];
  readonly identities: readonly Identity[];
}

interface Draft extends Omit<Identity, "sharedWith"> {
  /** Equal for two that are the same credential; of this run alone. */
  readonly key?: string;
}

type Digest = (value: string) => string;

/** What names the variable, input or file that a value comes from. Inputs are kept for each file by itself. */
function referenceKey(file: ConfigFile, text: string): string | undefined {
  const reference =
    /\{ {0,3}(?:(env|input|secrets|file)[:.] {0,3})?([\w./~-]{1,200})|^\$([A-Za-z_]\w{0,199})|^%([A-Za-z_]\w{0,199})%/.exec(
      text.slice(0, 1000),
    );
  const name = reference?.[2] ?? reference?.[3] ?? reference?.[4];
  if (name === undefined) return undefined;
  const kind = reference?.[1];
  return kind === "input" || kind === "secrets" ? `${kind} ${file.path} ${name}` : `${kind ?? "env"} ${name}`;
}

/** Names of files and accounts that stand for credentials which lie elsewhere. */
const FILES =
  /^(?:GOOGLE_APPLICATION_CREDENTIALS|KUBECONFIG|AWS_SHARED_CREDENTIALS_FILE|SSH_AUTH_SOCK|\w{1,80}_(?:KEY|TOKEN|CREDENTIALS|PASSWORD)_(?:FILE|PATH))$/;
const PROFILES =
  /^(?:AWS_PROFILE|AWS_ROLE_ARN|AZURE_CLIENT_ID|CLOUDSDK_ACTIVE_CONFIG_NAME|GCLOUD_PROJECT|SNOWFLAKE_CONNECTION_NAME)$/;

function ofValue(
  file: ConfigFile,
  from: Draft["from"],
  name: string,
  value: string,
  digest: Digest,
): Draft | undefined {
  const plain = from === "header" ? value.replace(/^(?:Bearer|Token|Basic|ApiKey|Bot)\s{1,5}/i, "") : value;
  const known = credentialKind(plain);
  if (!known && !isCredentialName(name)) return undefined;
  const reference = referenceKey(file, plain);
  if (!known && reference !== undefined) return { from, name, how: "reference", key: reference };
  if (!known && isPlaceholder(plain, name)) return undefined;
  return { from, name, how: "literal", ...known, key: digest(plain) };
}

function* ofVariable(file: ConfigFile, name: string, value: string, digest: Digest): Iterable<Draft> {
  if (FILES.test(name)) yield { from: "file", name, how: "reference", key: `file ${value}` };
  else if (PROFILES.test(name)) {
    const literal = !isPlaceholder(value, name);
    yield {
      from: "profile",
      name,
      how: "reference",
      key: `profile ${name} ${value}`,
      ...(literal && { scopes: [value.slice(0, 100)] }),
    };
  } else {
    const found = ofValue(file, "environment", name, value, digest);
    if (found) yield found;
  }
}

function* ofArguments(file: ConfigFile, entry: ServerEntry, digest: Digest): Iterable<Draft> {
  const { launches } = recognise(file, entry);
  const inContainer = launches.flatMap(containerOptions).filter((one) => one.name === "-e" || one.name === "--env");
  for (const { value } of inContainer) {
    const at = value.indexOf("=");
    const name = at < 0 ? value : value.slice(0, at);
    // `-e NAME` hands on a variable, which the entry's environment or the person's sets.
    if (at >= 0) yield* ofVariable(file, name, value.slice(at + 1), digest);
    else if (isCredentialName(name) && !entry.env.some((one) => one.name === name)) {
      yield { from: "environment", name, how: "reference", key: `env ${name}` };
    }
  }
  const taken = new Set(inContainer.map((one) => one.value));
  for (const [i, { value }] of entry.args.entries()) {
    if (taken.has(value)) continue;
    const pair = /^(-{0,2}[A-Za-z][\w.-]{0,80})=/.exec(value);
    const before = entry.args[i - 1]?.value ?? "";
    const option = /^--?[A-Za-z][\w-]{0,80}$/.test(before) ? before : undefined;
    const name = pair?.[1] ?? option ?? `argument ${i + 1}`;
    const header = /^([A-Za-z][A-Za-z-]{1,60}):\s{0,5}(?!\/)/.exec(value);
    const found = header?.[1]
      ? ofValue(file, "header", header[1], value.slice(header[0].length), digest)
      : value.startsWith("-") && !pair
        ? undefined
        : ofValue(file, "argument", name, value.slice(pair?.[0].length ?? 0), digest);
    if (found) yield found;
  }
}

function* identitiesOf(file: ConfigFile, entry: ServerEntry, digest: Digest): Iterable<Draft> {
  for (const { name, value } of entry.env) yield* ofVariable(file, name, value, digest);
  for (const { value, as, header } of entry.passed) {
    yield {
      from: as === "header" ? "header" : "environment",
      name: header ?? value,
      how: "reference",
      key: `env ${value}`,
    };
  }
  for (const { name, value } of entry.headers) {
    const found = ofValue(file, "header", name, value, digest);
    if (found) yield found;
  }
  if (entry.apiKey) {
    const found = ofValue(file, "header", "apiKey", entry.apiKey.value, digest);
    if (found) yield found;
  }
  yield* ofArguments(file, entry, digest);
  const address = entry.url && URL.canParse(entry.url.value) ? new URL(entry.url.value) : undefined;
  if (address && address.password !== "") {
    yield { from: "address", name: "password", how: "literal", key: digest(address.password) };
  }
  for (const [name, value] of address?.searchParams ?? []) {
    const found = ofValue(file, "address", name, value, digest);
    if (found) yield found;
  }
  if (entry.headersHelper) yield { from: "helper", name: "headersHelper", how: "reference" };
  if (entry.envFile) yield { from: "file", name: "envFile", how: "reference", key: `file ${entry.envFile.value}` };
  if (entry.oauth) {
    const scopes = entry.oauth.scopes.map((one) => one.value.slice(0, 100));
    const { clientId, clientSecret } = entry.oauth;
    yield {
      from: "oauth",
      name: clientSecret ? "client with a secret" : "client",
      how: clientSecret && referenceKey(file, clientSecret.value) === undefined ? "literal" : "reference",
      kind: "OAuth; the client keeps the token",
      ...(scopes.length > 0 && { scopes }),
      ...(clientId && { key: `oauth ${clientId.value}` }),
    };
  }
}

/**
 * What every configured server may act as. Whether two act with the same is told by digests under a key that is made for
 * this call and thrown away: values and digests are in nothing that is returned.
 */
export function inventoryOf(configs: readonly ConfigFile[]): InventoryEntry[] {
  const secret = randomBytes(32);
  const digest: Digest = (value) => `value ${createHmac("sha256", secret).update(value, "utf8").digest("hex")}`;
  const configured = configs.filter(({ kind }) => kind.published !== true);
  const drafts = configured.flatMap((file) =>
    file.entries.map((entry) => ({ file, entry, own: [...identitiesOf(file, entry, digest)] })),
  );
  const holders = new Map<string, Map<ServerEntry, string>>();
  for (const { file, entry, own } of drafts) {
    const label = `${entry.map.client ?? file.kind.client}: ${entry.name}`;
    for (const { key } of own) {
      if (key === undefined) continue;
      const known = holders.get(key);
      if (known) known.set(entry, label);
      else holders.set(key, new Map([[entry, label]]));
    }
  }
  return drafts.map(({ file, entry, own }) => {
    const { evidence, version } = recognise(file, entry);
    const reach = reachOf(file, entry);
    return {
      client: entry.map.client ?? file.kind.client,
      file: file.path,
      scope: file.scope,
      name: entry.name,
      enabled: entry.enabled,
      protected: entry.protected,
      ...(evidence !== undefined && !/:\/\//.test(evidence) && { starts: evidence }),
      ...(version !== undefined && { version }),
      ...(reach.server && { server: reach.server.title }),
      abilities: reach.abilities,
      identities: own.map(({ key, ...one }): Identity => ({ ...one, sharedWith: others(key, entry, holders) })),
    };
  });
}

/** More than these share one credential: enough to see that it is everywhere. */
const MAX_SHARED = 20;

function others(
  key: string | undefined,
  entry: ServerEntry,
  holders: ReadonlyMap<string, ReadonlyMap<ServerEntry, string>>,
): string[] {
  const shared: string[] = [];
  for (const [other, label] of (key === undefined ? undefined : holders.get(key)) ?? []) {
    if (other !== entry) shared.push(label);
    if (shared.length >= MAX_SHARED) break;
  }
  return shared;
}
