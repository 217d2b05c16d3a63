import { readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { SallyportError } from "../core/errors.ts";
import { createExclusive, readOwn, type Paths } from "./paths.ts";

/**
 * Which broker is the one. Pid files are numbered, `run/broker.<generation>.pid`; the highest one names the broker and the
 * socket that it was already listening on when the file appeared. A file is made by an exclusive link() and never replaced
 * or reused: taking over from a dead broker of generation n is being the first to make n + 1. So two that find the same
 * dead one cannot both win, and nobody ever deletes the file of a living one by mistake. The last two generations stay;
 * a third would let a very slow candidate make a number anew.
 */
export interface BrokerFile {
  readonly generation: number;
  readonly pid: number;
  readonly address: string;
  readonly startedAt: number;
}

/** Others were quicker each time, or a number is no number that a file of ours can have: not a reason to go on for ever. */
const MAX_TURNS = 100;
const SOCKET = /^[0-9a-f]{8,32}\.sock$/;
const NAME = /^broker\.(\d{1,12})\.pid$/;

function generations(paths: Paths): number[] {
  return readdirSync(paths.run)
    .map((name) => Number(NAME.exec(name)?.[1] ?? 0))
    .filter((generation) => generation > 0)
    .toSorted((a, b) => b - a);
}

function fileOf(paths: Paths, generation: number): string {
  return path.join(paths.run, `broker.${generation}.pid`);
}

function readBroker(paths: Paths, generation: number): BrokerFile {
  try {
    const { pid, address, startedAt } = JSON.parse(readOwn(fileOf(paths, generation)) ?? "null") as BrokerFile;
    if (Number.isSafeInteger(pid) && typeof address === "string" && typeof startedAt === "number") {
      return { generation, pid, address, startedAt };
    }
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
  }
  return { generation, pid: 0, address: "", startedAt: 0 }; // damaged, and so nobody's
}

/** What the highest pid file says; undefined where there is none. A file that makes no sense has an empty address. */
export function currentBroker(paths: Paths): BrokerFile | undefined {
  const [generation] = generations(paths);
  return generation === undefined ? undefined : readBroker(paths, generation);
}

/**
 * Stands for election, listening on `address`. `alive` is asked about whoever holds the highest generation: the caller
 * tries to connect, since a pid alone may be another program's by now. Gives the own file where elected, else the winner.
 * Throws UNAVAILABLE where no number can be had.
 */
export async function elect(
  paths: Paths,
  self: { readonly pid: number; readonly address: string; readonly startedAt: number },
  alive: (other: BrokerFile) => Promise<boolean>,
): Promise<{ readonly elected: boolean; readonly broker: BrokerFile }> {
  for (let turn = 0; turn < MAX_TURNS; turn++) {
    const other = currentBroker(paths);
    if (other && other.address !== "" && (await alive(other))) return { elected: false, broker: other };
    const generation = (other?.generation ?? 0) + 1;
    if (!createExclusive(fileOf(paths, generation), `${JSON.stringify({ ...self })}\n`)) continue;
    if (currentBroker(paths)?.generation !== generation) {
      rmSync(fileOf(paths, generation), { force: true });
      continue;
    }
    sweep(paths, generation);
    return { elected: true, broker: { ...self, generation } };
  }
  throw new SallyportError("UNAVAILABLE", `${paths.run}: no broker can be elected; a pid file there makes no sense`);
}

/** Removes pid files of long ago, and the sockets that dead brokers left. Never touches what no pid file named. */
function sweep(paths: Paths, own: number): void {
  for (const generation of generations(paths)) {
    if (generation >= own) continue;
    const { address } = readBroker(paths, generation);
    if (process.platform !== "win32" && SOCKET.test(path.basename(address))) rmSync(address, { force: true });
    if (generation < own - 1) rmSync(fileOf(paths, generation), { force: true });
  }
}
