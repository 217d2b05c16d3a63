import type { Environment } from "../core/environment.ts";
import { Enforcer } from "../link/enforcer.ts";
import type { LaunchIdentity } from "../link/messages.ts";
import { diskFiles } from "../system/disk.ts";
import { ancestors } from "./ancestry.ts";
import type { Machine } from "./commandLine.ts";
import { identityOf, urlIdentity } from "./identity.ts";
import type { Address } from "./listen/address.ts";
import { clientOutput } from "./pipes.ts";
import type { Server } from "./server.ts";
import { machineDigest } from "./secrets.ts";
import { runSession, type Ending } from "./session.ts";
import { workspacePolicy } from "./workspacePolicy.ts";

/** A server that has been started. */
export interface CommandTarget {
  readonly server: Server | { readonly failed: string };
  readonly command: string;
  readonly args: readonly string[];
}

/** A server that is reached. */
export interface UrlTarget {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Why it is not to be reached. */
  readonly held?: string | undefined;
}

export interface ProxyOptions {
  /** The entry's name. */
  readonly name: string;
  readonly target: CommandTarget | UrlTarget;
  /** The client's name where the entry knows it. */
  readonly client?: string | undefined;
  readonly environment: Environment;
  readonly machine: Machine;
  readonly version: string;
  /** One line for the person who reads our stderr. */
  readonly log: (line: string) => void;
}

/** How a listener gets its server: one for each session. */
export type ListenTarget =
  | UrlTarget
  | (Omit<CommandTarget, "server"> & { readonly start: () => CommandTarget["server"] });

/** Listens for clients over HTTP, each session with a server of its own, until it is told to end. */
export async function runListening({
  target,
  address,
  token,
  ...options
}: Omit<ProxyOptions, "target"> & {
  readonly target: ListenTarget;
  readonly address: Address;
  readonly token: string | undefined;
}): Promise<{ code: number; signal?: NodeJS.Signals }> {
  const { name, environment, machine, log } = options;
  const digest = machineDigest(environment);
  const identity = "url" in target ? urlIdentity(target.url) : identityOf(target.command, target.args, machine, digest);
  const open = await openOf(options, identity);
  const decisions = (): Enforcer => {
    const one = enforcerOf(options, open);
    void one.connect();
    return one;
  };
  const { runListener } = await import("./listen/runListener.ts");
  return await runListener({ name, address, token, target, decisions, digest, log });
}

type Common = Omit<ProxyOptions, "target">;

async function openOf({ name, client, environment }: Common, identity: LaunchIdentity) {
  const [line, policy] = await Promise.all([
    ancestors(),
    workspacePolicy(diskFiles, environment.cwd, environment.home),
  ]);
  const who = { name: (client ?? line[0]?.name ?? "").slice(0, 256), pid: process.ppid, ancestors: line };
  return { server: name, identity, client: who, ...policy };
}

function enforcerOf({ environment, version, log }: Common, open: Awaited<ReturnType<typeof openOf>>): Enforcer {
  const decisions = new Enforcer("proxy", { environment, program: "sallyport proxy", version }, open);
  let told = "";
  decisions.onTrouble = (why) => {
    if (why !== told) log(`no broker, so what waits is refused, and the next message tries again: ${why}`);
    told = why;
  };
  return decisions;
}

/** Runs the proxy of one client on our stdin and stdout with one server, to its end. */
export async function runProxy(options: ProxyOptions): Promise<Ending> {
  const { name, target, environment, machine, log } = options;
  const digest = machineDigest(environment);
  const identity = "url" in target ? urlIdentity(target.url) : identityOf(target.command, target.args, machine, digest);
  const decisions = enforcerOf(options, await openOf(options, identity));
  const connected = decisions.connect();
  const ends = { name, decisions, digest, input: process.stdin, output: clientOutput(), log };
  // Node's HTTP is loaded only where there is a URL: the start of every other proxy is shorter by that.
  const ending =
    "url" in target
      ? await (await import("./http/remoteSession.ts")).runRemoteSession({ ...ends, ...target })
      : await runSession({ ...ends, command: target.command, server: target.server });
  // A connection that is only just being made would not see the close.
  await connected;
  decisions.close(ending.reason.slice(0, 1024));
  return ending;
}
