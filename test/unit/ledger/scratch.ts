import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after } from "node:test";
import { type Ledger, openLedger } from "../../../src/ledger/ledger.ts";
import type { RecordBody } from "../../../src/ledger/records.ts";

/** A folder for one test file, removed after it. */
export function scratch(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "sallyport-ledger-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Noon of a day; every look at the clock is a millisecond later. */
export function clockFrom(day: string): () => number {
  let now = Date.parse(`${day}T12:00:00.000Z`);
  return () => now++;
}

export function request(n: number, preview = "{}"): RecordBody {
  return {
    kind: "request",
    session: "s1",
    client: "vscode",
    server: "notes",
    call: `c${n}`,
    method: "tools/call",
    tool: "read_note",
    params: { digest: "0".repeat(64), bytes: preview.length, preview },
    findings: [],
  };
}

/** A small closed ledger with so many requests. */
export async function filled(folder: string, count: number, clock = clockFrom("2026-11-25")): Promise<Ledger> {
  const ledger = openLedger(path.join(folder, "ledger"), path.join(folder, "keys"), clock);
  for (let i = 0; i < count; i++) ledger.append(request(i));
  await ledger.close();
  return ledger;
}
