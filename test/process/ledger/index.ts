import assert from "node:assert/strict";
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { after, describe, it } from "node:test";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { readVerifyingKey } from "../../../src/ledger/keys.ts";
import { openLedger } from "../../../src/ledger/ledger.ts";
import { beginning, readOn } from "../../../src/ledger/query.ts";
import { verifyLedger } from "../../../src/ledger/verify.ts";
import { remember } from "../../../src/ledger/witness.ts";

const WATCHDOG = { timeout: 60_000 };
const WRITER = path.resolve("test/process/ledger/writer.ts");
const CLI = path.resolve("dist/sallyport.js");
const scratch = mkdtempSync(path.join(tmpdir(), "sallyport ledger "));
const started = new Set<ChildProcessWithoutNullStreams>();
after(() => {
  for (const child of started) child.kill("SIGKILL");
  rmSync(scratch, { recursive: true, force: true });
});

let homes = 0;
const newHome = (): string => path.join(scratch, `home ${++homes}`);

/** A writer and the lines it prints. */
function writer(home: string, mode: string, shell?: string) {
  const node = [process.execPath, "--import", "tsx", WRITER, home, mode];
  const [command = "", ...args] = shell === undefined ? node : ["sh", "-c", `${shell}; exec "$@"`, "sh", ...node];
  // tsx's own cache would count against the limit of a file's size.
  const child = spawn(command, args, { env: { ...process.env, TSX_DISABLE_CACHE: "1" } });
  started.add(child);
  child.once("exit", () => started.delete(child));
  child.stderr.pipe(process.stderr);
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
}

function judged(home: string, witnesses = readNothing) {
  const key = readVerifyingKey(path.join(home, "keys"));
  assert(key);
  return verifyLedger(path.join(home, "ledger"), { key, witnesses });
}
const readNothing: [] = [];

function hashes(home: string): Map<number, string> {
  const found = new Map<number, string>();
  for (const { content } of readOn(path.join(home, "ledger"), beginning())) {
    if ("record" in content) found.set(content.record.seq, content.record.hash);
  }
  return found;
}

describe("a ledger's writer that is killed", WATCHDOG, () => {
  it("loses no record that it acknowledged, whenever it dies", async () => {
    const home = newHome();
    const acknowledged = new Map<number, string>();
    for (let round = 0; round < 6; round++) {
      const { child, lines } = writer(home, "endless");
      const gone = once(child, "exit");
      const target = 1 + Math.floor(Math.random() * 700);
      const note = (line: string): void => {
        const [seq, hash] = line.split(" ");
        if (hash !== undefined) acknowledged.set(Number(seq), hash);
      };
      for (let i = 0; i < target; i++) {
        const { value } = await lines.next();
        assert(!String(value).startsWith("error"), String(value));
        note(String(value));
      }
      child.kill("SIGKILL");
      for (let rest = await lines.next(); !rest.done; rest = await lines.next()) note(rest.value);
      await gone;
      const { problem } = judged(home);
      assert(problem === undefined || problem.code === "torn", `round ${round}: ${problem?.code}`);
      const kept = hashes(home);
      for (const [seq, hash] of acknowledged) assert.equal(kept.get(seq), hash, `round ${round}, record ${seq}`);
    }
    const last = openLedger(path.join(home, "ledger"), path.join(home, "keys"), Date.now);
    await last.close();
    const verdict = judged(home);
    assert.equal(verdict.problem, undefined);
    assert.equal(verdict.unsigned, 0);
    assert(acknowledged.size > 6);
  });

  it("is followed by the next one, which was refused while it lived", async () => {
    const home = newHome();
    const first = writer(home, "hold");
    assert.equal((await first.lines.next()).value, "open");
    const second = writer(home, "hold");
    assert.equal((await second.lines.next()).value, "error REFUSED");
    const gone = once(first.child, "exit");
    first.child.kill("SIGKILL");
    await gone;
    const third = writer(home, "hold");
    assert.equal((await third.lines.next()).value, "open");
    third.child.kill("SIGKILL");
    await once(third.child, "exit");
    assert.equal(judged(home).problem, undefined);
  });
});

describe("a full disk", WATCHDOG, () => {
  it("is an error of the append, and leaves no part of a record", async (t) => {
    if (process.platform === "win32") return t.skip("Windows has no limit of a file's size");
    const home = newHome();
    // The kernel takes what fits and refuses the rest, as a full disk does.
    const { child, lines } = writer(home, "full", "ulimit -f 300");
    let last = "";
    let line = await lines.next();
    for (; !line.done && !line.value.startsWith("error"); line = await lines.next()) last = line.value;
    assert.equal(line.value, "error UNAVAILABLE");
    if (child.exitCode === null) await once(child, "exit");
    const { problem, head } = judged(home);
    assert.equal(problem, undefined);
    assert.equal(`${head.seq} ${head.hash}`, last);
    assert.deepEqual(
      readdirSync(path.join(home, "ledger")).filter((name) => name.includes("torn")),
      [],
    );
  });
});

describe("a broker whose disk is full", WATCHDOG, () => {
  it("refuses every call that it cannot record, and leaves a ledger that verifies", async (t) => {
    if (process.platform === "win32") return t.skip("Windows has no limit of a file's size");
    const home = newHome();
    const env = { ...(process.env as Record<string, string>), SALLYPORT_HOME: home };
    const serve = ["-c", 'ulimit -f 100; exec "$@"', "sh", process.execPath, CLI, "broker", "serve"];
    const broker = spawn("sh", serve, { env, stdio: ["ignore", "inherit", "inherit", "ipc"] });
    t.after(() => broker.kill("SIGKILL"));
    const [{ state }] = (await once(broker, "message")) as [{ state: string }];
    assert.equal(state, "ready");
    const command = { command: process.execPath, env };
    const args = [CLI, "proxy", "--server=notes", "--", process.execPath, path.resolve("demo/servers/notes.mjs")];
    const client = new Client({ name: "test", version: "1" });
    t.after(() => client.close());
    await client.connect(new StdioClientTransport({ ...command, args }));
    let allowed = 0;
    let refusal: unknown;
    while (refusal === undefined && allowed < 5000) {
      const result = await client.callTool({ name: "list_notes", arguments: {} });
      if (result.isError) refusal = result.content;
      else allowed++;
    }
    assert(allowed > 0);
    assert.match(JSON.stringify(refusal), /refused the call notes\/list_notes.*cannot record this/);
    // Where and why is the person's to know, not the model's.
    assert.doesNotMatch(JSON.stringify(refusal), /disk|\.jsonl/);
    const again = await client.callTool({ name: "list_notes", arguments: {} });
    assert.equal(again.isError, true);
    await client.close();
    const ended = once(broker, "exit");
    broker.kill("SIGTERM");
    await ended;
    assert.equal(judged(home).problem, undefined);
    const kinds = [...readOn(path.join(home, "ledger"), beginning())].map(({ content }) =>
      "record" in content && content.record.kind === "decision" && content.record.method === "tools/call" ? 1 : 0,
    );
    // A call may be decided and its result not be recorded: then it is the result that is withheld.
    const decided = kinds.reduce((sum: number, one) => sum + one, 0);
    assert(decided === allowed || decided === allowed + 1, `${decided} decided, ${allowed} allowed`);
  });
});

describe("sallyport log", WATCHDOG, () => {
  const run = (home: string, ...args: string[]) =>
    spawnSync(process.execPath, [CLI, "log", ...args], {
      encoding: "utf8",
      env: { ...process.env, SALLYPORT_HOME: home },
    });

  async function filled(): Promise<string> {
    const home = newHome();
    const ledger = openLedger(path.join(home, "ledger"), path.join(home, "keys"), Date.now);
    const parties = { session: "s1", client: "vscode", server: "notes" };
    const about = { ...parties, call: "c1", method: "tools/call", tool: "read_note" };
    const params = { digest: "0".repeat(64), bytes: 20, preview: '{"id":1,"to":"\u202egpj\u001b[2J"}' };
    ledger.append({ kind: "request", ...about, params, findings: [] });
    ledger.append({ kind: "decision", ...about, effect: "allow", layer: "default", rule: "reads", reason: "it reads" });
    ledger.append({
      ...about,
      kind: "decision",
      tool: "wipe",
      effect: "deny",
      layer: "user",
      rule: "no",
      reason: "it wipes",
    });
    await ledger.close();
    return home;
  }

  it("prints what happened, safely for a terminal, and filters it", async () => {
    const home = await filled();
    const all = run(home);
    assert.equal(all.status, 0);
    assert.match(all.stdout, /→ notes read_note {2}\{"id":1,"to":"\\u\{202e\}gpj\\x1b\[2J"\}/);
    assert.match(all.stdout, /✗ notes wipe {2}user\/no: it wipes/);
    const denied = run(home, "--decision", "deny", "--format", "json").stdout.trim().split("\n");
    assert.deepEqual(
      denied.map((line) => (JSON.parse(line) as { tool: string }).tool),
      ["wipe"],
    );
    assert.equal(run(home, "--server", "other").stdout, "");
    assert.equal(run(home, "--tool", "wipe", "--since", "1h").stdout.split("\n").length, 3);
    const json = run(home, "--format", "json", "--limit", "0").stdout;
    assert(!json.includes("\u202e"));
    assert(json.split("\n").some((line) => line.includes("\\u202e")));
  });

  it("verifies: 0 intact, 1 with the first bad line, 1 for a cut tail with a witness, 3 without a ledger", async () => {
    const home = await filled();
    const good = run(home, "verify");
    assert.equal(good.status, 0);
    assert.match(good.stdout, /cannot be known without a witness/);
    const key = readVerifyingKey(path.join(home, "keys"));
    remember(home, "witness", { ...judged(home).head, time: new Date().toISOString(), ledger: key?.id ?? "" });
    const witness = path.join(home, "witness.json");
    assert.match(run(home, "verify", "--witness", witness).stdout, /A witness confirms it up to record 5/);

    const dir = run(home, "path").stdout.trim();
    assert.equal(dir, path.join(home, "ledger"));
    const file = path.join(dir, readdirSync(dir).find((name) => name.endsWith(".jsonl")) ?? "");
    const text = readFileSync(file, "utf8");
    writeFileSync(
      file,
      text
        .split(/(?<=\n)/)
        .slice(0, 3)
        .join(""),
    );
    assert.equal(run(home, "verify").status, 0);
    const cut = run(home, "verify", "--witness", witness);
    assert.equal(cut.status, 1);
    assert.match(cut.stdout, /ends at record 3, but a witness of .* saw record 5/);

    writeFileSync(file, text.replace("it reads", "it writes"));
    const edited = run(home, "verify");
    assert.equal(edited.status, 1);
    assert(edited.stdout.includes(`${file}:3  edited`));
    const verdict = JSON.parse(run(home, "verify", "--format", "json").stdout) as { problem: { line: number } };
    assert.equal(verdict.problem.line, 3);
    assert.match(run(home).stderr, /:3: this line was changed after it was written/);

    const nothing = run(newHome(), "verify");
    assert.equal(nothing.status, 3);
    assert.match(nothing.stderr, /nothing has been recorded yet/);
    assert.equal(run(home, "verify", "--witness", path.join(home, "nowhere")).status, 3);
    assert.equal(run(home, "--decision", "maybe").status, 2);
    assert.equal(run(home, "--nonsense").status, 2);
  });

  it("follows the ledger as it grows, and ends when it is told to", async () => {
    const home = await filled();
    const child = spawn(process.execPath, [CLI, "log", "--follow", "--format", "json", "--tool", "late"], {
      env: { ...process.env, SALLYPORT_HOME: home },
    });
    started.add(child);
    child.once("exit", () => started.delete(child));
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const ledger = openLedger(path.join(home, "ledger"), path.join(home, "keys"), Date.now);
    const append = (n: number): void => {
      const about = { session: "s1", client: "c", server: "notes", call: `c${n}`, method: "tools/call", tool: "late" };
      ledger.append({ kind: "decision", ...about, effect: "allow", layer: "default", rule: "r", reason: "r" });
    };
    append(1);
    const calls: string[] = [];
    for (let n = 1; n <= 3; n++) {
      const { value } = await lines.next();
      calls.push((JSON.parse(String(value)) as { call: string }).call);
      append(n + 1);
    }
    assert.deepEqual(calls, ["c1", "c2", "c3"]);
    const gone = once(child, "exit");
    child.kill("SIGINT");
    const [code, signal] = (await gone) as [number | null, string | null];
    if (process.platform !== "win32") assert.deepEqual([code, signal], [0, null]);
    await ledger.close();
    assert.equal(judged(home).problem, undefined);
  });
});
