import type { Environment } from "../core/environment.ts";
import { Enforcer } from "../link/enforcer.ts";
import { diskFiles } from "../system/disk.ts";
import { ancestors } from "./ancestry.ts";
import type { Machine } from "./commandLine.ts";
import { identityOf } from "./identity.ts";
import { clientOutput } from "./pipes.ts";
import type { Server } from "./server.ts";
import { machineDigest } from "./secrets.ts";
import { runSession, type Ending } from "./session.ts";
import { workspacePolicy } from "./workspacePolicy.ts";

export interface ProxyOptions {
  /** The entry's name. */
  readonly name: string;
  readonly server: Server | { readonly failed: string };
  /** The client's name where the entry knows it. */
  readonly client?: string | undefined;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Environment;
  readonly machine: Machine;
  readonly version: string;
  /** One line for the person who reads our stderr. */
  readonly log: (line: string) => void;
}

/** Runs the proxy of one stdio server that has been started, to its end. */
export async function runProxy(options: ProxyOptions): Promise<Ending> {
  const { name, server, command, args, environment, machine, version, log } = options;
  const [line, policy] = await Promise.all([
    ancestors(),
    workspacePolicy(diskFiles, environment.cwd, environment.home),
  ]);
  const digest = machineDigest(environment);
  const decisions = new Enforcer(
    "proxy",
    { environment, program: "sallyport proxy", version },
    {
      server: name,
      identity: identityOf(command, args, machine, digest),
      client: { name: (options.client ?? line[0]?.name ?? "").slice(0, 256), pid: process.ppid, ancestors: line },
      ...policy,
    },
  );
  let told = "";
  decisions.onTrouble = (why) => {
    if (why !== told) log(`no broker, so what waits is refused, and the next message tries again: ${why}`);
    told = why;
  };
  const connected = decisions.connect();
  const ending = await runSession({
    name,
    command,
    server,
    decisions,
    digest,
    input: process.stdin,
    output: clientOutput(),
    log,
  });
  // A connection that is only just being made would not see the close.
  await connected;
  decisions.close(ending.reason.slice(0, 1024));
  return ending;
}
