import { realpathSync } from "node:fs";
import type { Environment } from "../core/environment.ts";
import { SallyportError } from "../core/errors.ts";
import { launchIdentityId } from "../link/identity.ts";
import { ensureFolder, pathsFor, readOwn, replaceFile } from "../link/paths.ts";
import { findProgram, type Machine } from "../proxy/commandLine.ts";
import { packageOf } from "../proxy/identity.ts";
import type { SecretDigest } from "../proxy/secrets.ts";
import type { InspectLaunch } from "./launch.ts";

/** A command that a person can be asked about: the program is found, so that what they see is what starts. */
export interface AskedLaunch {
  readonly launch: InspectLaunch;
  /** Absolute path of what starts. */
  readonly program: string;
  /** The launch identity of the proxy's pins, with the variables that the entry sets; keyed, since it covers their values. */
  readonly digest: string;
}

/** Finds the program and names the launch. Throws UNAVAILABLE where there is no such program. */
export function askedLaunch(launch: InspectLaunch, machine: Machine, digest: SecretDigest): AskedLaunch {
  const { command, args, cwd, writtenEnv } = launch;
  const program = findProgram(command, machine);
  if (program === undefined) {
    throw new SallyportError("UNAVAILABLE", `there is no program ${JSON.stringify(command)} to start`);
  }
  const from = packageOf(command, args);
  const identity = launchIdentityId({
    kind: "stdio",
    scope: "unknown",
    executable: realpathSync(program),
    args,
    ...(from !== undefined && { package: from }),
    cwd,
  });
  return { launch, program, digest: digest(JSON.stringify(["inspect", identity, program, [...writtenEnv]])) };
}

/** More answers than this are not kept: the oldest go. */
const MAX_KEPT = 1000;

function read(file: string): string[] {
  const text = readOwn(file);
  if (text === undefined) return [];
  const damaged = (): never => {
    throw new SallyportError("MALFORMED", `${file} is damaged; delete it, and you are asked again`);
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return damaged();
  }
  const agreed = typeof value === "object" && value !== null && "agreed" in value ? value.agreed : undefined;
  if (!Array.isArray(agreed)) return damaged();
  return agreed.map((one: unknown) => (typeof one === "string" ? one : damaged()));
}

/** Whether the person has said yes to exactly this launch on this machine. Throws for a damaged file: nobody said yes. */
export function isAgreed(environment: Environment, { digest }: AskedLaunch): boolean {
  return read(pathsFor(environment).inspections).includes(digest);
}

/** Keeps a yes, in a file of this user alone. */
export function agree(environment: Environment, { digest }: AskedLaunch): void {
  const paths = pathsFor(environment);
  ensureFolder(paths.home);
  const agreed = [...read(paths.inspections).filter((one) => one !== digest), digest].slice(-MAX_KEPT);
  replaceFile(paths.inspections, `${JSON.stringify({ version: 1, agreed }, undefined, 2)}\n`);
}
