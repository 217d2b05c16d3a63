import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  linkSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { SallyportError } from "../core/errors.ts";

const FILE = "lock";
/** Flags that Node passes on but does not name. macOS: sys/fcntl.h; Windows: libuv's own, an open that shares nothing. */
const EXCLUSIVE: Partial<Record<NodeJS.Platform, number>> = { darwin: 0x20 | 0x4, win32: 0x10000000 };

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? "";

function taken(file: string, by: string): SallyportError {
  return new SallyportError("REFUSED", `${file}: ${by} already writes this ledger; it has one writer`);
}

/** Where the kernel itself locks on open, and lets go when the process ends however it ends. */
function lockByKernel(file: string, flag: number): () => void {
  let fd: number;
  try {
    fd = openSync(file, constants.O_RDWR | constants.O_CREAT | flag, 0o600);
  } catch (error) {
    if (["EAGAIN", "EWOULDBLOCK", "EBUSY"].includes(codeOf(error))) throw taken(file, "another process");
    throw error;
  }
  return () => closeSync(fd);
}

/** When a living process began, in ticks since boot, with the boot and the pid name space: what a pid alone does not say. */
function birth(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // Ended, and not yet collected by its parent: its pid answers, and it writes nothing any more.
    if (fields[0] === "Z" || fields[0] === "X") return "ended";
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
    return `${fields[19]} ${boot} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    // No such process, or no /proc: both are "cannot say", and the caller asks the kernel about the pid.
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

/** True when the process that wrote this lock is certainly gone. */
function isStale(content: string): boolean {
  const [first, ...rest] = content.split("\n");
  const pid = Number(first);
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  if (!isAlive(pid)) return true;
  const born = rest[0] ?? "";
  const now = birth(pid);
  return born !== "" && now !== undefined && now !== born;
}

function lockByFile(file: string): () => void {
  const mine = `${process.pid}\n${birth(process.pid) ?? ""}\n${randomBytes(8).toString("hex")}\n`;
  const temporary = `${file}.${process.pid}.${randomBytes(6).toString("hex")}`;
  writeFileSync(temporary, mine, { mode: 0o600, flag: "wx" });
  const read = (): string => {
    try {
      return readFileSync(file, "latin1");
    } catch (error) {
      if (codeOf(error) === "ENOENT") return "";
      throw error;
    }
  };
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        linkSync(temporary, file);
        if (read() === mine) {
          return () => {
            if (read() === mine) rmSync(file, { force: true });
          };
        }
      } catch (error) {
        if (codeOf(error) !== "EEXIST") throw error;
      }
      const other = read();
      if (other === "") continue;
      if (!isStale(other)) throw taken(file, `process ${other.split("\n")[0]}`);
      const away = `${temporary}.stale`;
      try {
        renameSync(file, away);
        // Between the look and the rename another process may have replaced the stale lock by its own: give that back.
        if (readFileSync(away, "latin1") !== other) linkSync(away, file);
        rmSync(away, { force: true });
      } catch (error) {
        if (!["ENOENT", "EEXIST"].includes(codeOf(error))) throw error;
      }
    }
    throw taken(file, "another process");
  } finally {
    rmSync(temporary, { force: true });
  }
}

/**
 * Makes the caller the ledger's only writer until the function it returns is called or the process is gone. Throws REFUSED
 * while another process holds it. Readers need no lock.
 */
export function lockLedger(dir: string): () => void {
  const file = path.join(dir, FILE);
  const flag = EXCLUSIVE[process.platform];
  return flag === undefined ? lockByFile(file) : lockByKernel(file, flag);
}
