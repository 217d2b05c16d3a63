// A ledger's writer as a process of its own. Prints `seq hash` after every append that returned, so that the parent knows
// what was acknowledged. Usage: writer.ts HOME endless|hold|full
import { writeSync } from "node:fs";
import path from "node:path";
import { isSallyportError } from "../../../src/core/errors.ts";
import { openLedger } from "../../../src/ledger/ledger.ts";
import type { RecordBody } from "../../../src/ledger/records.ts";

const [home = "", mode = ""] = process.argv.slice(2);

const record = (n: number, length: number): RecordBody => ({
  kind: "request",
  session: "s1",
  client: "test",
  server: "notes",
  call: `c${n}`,
  method: "tools/call",
  tool: "read_note",
  params: { digest: "0".repeat(64), bytes: length, preview: "x".repeat(length) },
  findings: [],
});

const rest = new Int32Array(new SharedArrayBuffer(4));

/** Says a line before anything else happens. A pipe that is full for now is written to again when its reader has read. */
function say(text: string): void {
  const bytes = Buffer.from(`${text}\n`);
  for (let done = 0; done < bytes.length;) {
    try {
      done += writeSync(1, bytes, done);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(rest, 0, 0, 1);
    }
  }
}

function main(): void {
  try {
    const ledger = openLedger(path.join(home, "ledger"), path.join(home, "keys"), Date.now);
    say("open");
    if (mode === "hold") {
      process.stdin.resume();
      return;
    }
    for (let n = 0; ; n++) {
      // Some records are longer than a page, which a kernel may take in parts.
      const { seq, hash } = ledger.append(record(n, n % 5 === 0 ? 20_000 : 40));
      say(`${seq} ${hash}`);
    }
  } catch (error) {
    say(`error ${isSallyportError(error) ? error.code : String(error)}`);
  }
}

main();
