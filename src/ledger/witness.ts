import { randomBytes } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { SallyportError } from "../core/errors.ts";
import type { Head } from "./records.ts";

/** A head that someone outside the ledger's folder remembers. */
export interface Witness extends Head {
  /** When it was told, UTC. */
  readonly time: string;
  /** Id of the ledger (`Ledger.id`); without it the witness speaks about whichever it is held against. */
  readonly ledger?: string;
}

/** How many heads a witness file keeps: the newest, and older ones at growing distances. */
const KEPT = 32;
const MAX_WITNESS_BYTES = 1024 * 1024;
const MAX_WITNESS_FILES = 1000;

const HASH = /^[0-9a-f]{64}$/;

function isWitness(value: unknown): value is Witness {
  if (typeof value !== "object" || value === null) return false;
  const { seq, hash, time, ledger } = value as Record<string, unknown>;
  return (
    Number.isSafeInteger(seq) &&
    typeof hash === "string" &&
    HASH.test(hash) &&
    typeof time === "string" &&
    (ledger === undefined || typeof ledger === "string")
  );
}

function readFile(file: string): Witness[] {
  let text: string;
  try {
    const fd = openSync(file, "r");
    try {
      if (fstatSync(fd).size > MAX_WITNESS_BYTES)
        throw new SallyportError("TOO_LARGE", `${file}: over 1 MiB: no witness`);
      text = readFileSync(fd, "utf8");
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (error instanceof SallyportError) throw error;
    throw new SallyportError("UNREADABLE", `${file}: the witness cannot be read`, { cause: error });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new SallyportError("MALFORMED", `${file}: the witness is not JSON`, { cause: error });
  }
  const list = Array.isArray(value) ? value : [value];
  if (!list.every(isWitness)) {
    throw new SallyportError("MALFORMED", `${file}: a witness is {"seq", "hash", "time"}, or a list of these`);
  }
  return list;
}

/**
 * The witnesses of one file, or of every `*.json` in a folder; none where the folder is missing. Throws a SallyportError:
 * UNREADABLE, TOO_LARGE, MALFORMED: a witness that cannot be heard is not the same as none.
 */
export function readWitnesses(place: string): Witness[] {
  const stat = statSync(place, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (!stat.isDirectory()) return readFile(place);
  const names = readdirSync(place).filter((name) => name.endsWith(".json"));
  if (names.length > MAX_WITNESS_FILES) {
    throw new SallyportError("TOO_LARGE", `${place}: over ${MAX_WITNESS_FILES} witness files`);
  }
  return names.toSorted().flatMap((name) => readFile(path.join(place, name)));
}

/** Keeps the newest and thins the older ones, so that a cut long ago is still found. */
function thin(list: readonly Witness[]): Witness[] {
  if (list.length <= KEPT) return [...list];
  return list.filter((_, i) => i >= list.length / 2 || i % 2 === 0);
}

/**
 * Remembers a head in `<folder>/<name>.json`, written whole or not at all. Nothing that is held is overwritten: `older`,
 * where a later head is held already (windows that share a file hear of heads at different moments, and a broker that has
 * just started knows of none, number 0); `contradicted`, where another hash is held for this number: a person should know.
 * Whether the ledger still has what is held, `verifyLedger` says.
 */
export function remember(folder: string, name: string, witness: Witness): "remembered" | "older" | "contradicted" {
  const file = path.join(folder, `${name}.json`);
  const known = statSync(file, { throwIfNoEntry: false }) ? readFile(file) : [];
  const own = known.filter((one) => one.ledger === witness.ledger);
  const same = own.find((one) => one.seq === witness.seq);
  if (same) return same.hash === witness.hash ? "remembered" : "contradicted";
  if (witness.seq <= (own.at(-1)?.seq ?? 0)) return "older";
  const { seq, hash, time, ledger } = witness;
  const list = thin([...known, { seq, hash, time, ...(ledger === undefined ? {} : { ledger }) }]);
  const temporary = `${file}.${process.pid}.${randomBytes(4).toString("hex")}.tmp`;
  const fd = openSync(temporary, "wx", 0o600);
  try {
    writeSync(fd, `${JSON.stringify(list)}\n`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  try {
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  return "remembered";
}
