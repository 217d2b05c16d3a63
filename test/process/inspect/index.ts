import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import { askedLaunch, agree } from "../../../src/inspect/consent.ts";
import { inspectLaunch } from "../../../src/inspect/launch.ts";
import { auditConfigs } from "../../../src/audit/run.ts";
import { machineDigest } from "../../../src/proxy/secrets.ts";
import { thisMachine } from "../../../src/proxy/server.ts";
import { diskFiles } from "../../../src/system/disk.ts";
import { realEnvironment } from "../../../src/system/environment.ts";
import { CLI, json, project, put, type Run, runProgram, WATCHDOG } from "../audit/cli.ts";
import { lives } from "../proxy/harness.ts";
import { noTerminal, runInTerminal } from "./terminal.ts";

const SERVER = path.resolve("test/process/inspect/fixtures/server.mjs");
const ASK = "(type yes) ";
const posix = process.platform === "win32" ? { skip: "process groups" } : {};

/** A project with the fixture as its server, and a home of Sallyport's own. */
class Rig {
  readonly folder: string;
  readonly home: string;
  readonly pids: string;

  constructor(mode: string, { entry = {}, more = {} }: { entry?: object; more?: object } = {}) {
    this.folder = project();
    this.home = path.join(this.folder, "own home");
    this.pids = path.join(this.folder, "pids");
    mkdirSync(this.home, { mode: 0o700 });
    const server = {
      command: process.execPath,
      args: [SERVER, mode],
      env: { PIDS: this.pids, SECRET: "s3" },
      ...entry,
    };
    put(this.folder, { ".mcp.json": JSON.stringify({ mcpServers: { fixture: server, ...more } }, undefined, 2) });
  }

  get env(): NodeJS.ProcessEnv {
    return { SALLYPORT_HOME: this.home };
  }

  run(...args: string[]): Promise<Run> {
    return runProgram(process.execPath, [CLI, "inspect", ...args], { cwd: this.folder, env: this.env });
  }

  /** What a person's yes leaves behind, for tests that are about what comes after it. */
  async agree(): Promise<void> {
    const real = realEnvironment();
    const environment = {
      ...real,
      cwd: this.folder,
      variable: (name: string) => (name === "SALLYPORT_HOME" ? this.home : real.variable(name)),
    };
    const { configs } = await auditConfigs({ files: diskFiles, environment, roots: [this.folder], home: false });
    const [file] = configs;
    const entry = file?.entries[0];
    assert.ok(file && entry);
    const launch = inspectLaunch({ file, entry, environment, folder: this.folder });
    assert.ok(launch);
    const machine = { ...thisMachine(environment), cwd: launch.cwd };
    agree(environment, askedLaunch(launch, machine, machineDigest(environment)));
  }

  async inspect(...args: string[]): Promise<Run> {
    await this.agree();
    return await this.run("fixture", ...args);
  }

  get snapshot(): { initialize: { instructions: string }; tools: { name: string }[]; gaps?: string[] } {
    return JSON.parse(readFileSync(path.join(this.folder, "fixture.mcp-tools.json"), "utf8")) as Rig["snapshot"];
  }

  /** Processes of the server that still run. */
  get alive(): number[] {
    if (!existsSync(this.pids)) return [];
    return readFileSync(this.pids, "utf8").trim().split("\n").map(Number).filter(lives);
  }
}

describe("asking the person", WATCHDOG, () => {
  it("without a terminal and without an earlier yes nothing starts, and no option says yes", async () => {
    const rig = new Rig("normal");
    const { code, stderr } = await rig.run("fixture");
    assert.equal(code, 3);
    assert.match(stderr, /nobody has agreed to start the server "fixture" on this machine/);
    for (const option of ["--yes", "-y", "--force"]) assert.equal((await rig.run("fixture", option)).code, 2);
    assert.ok(!existsSync(rig.pids));
  });

  it("in a terminal the command is shown, and a yes is remembered", { skip: noTerminal }, async () => {
    const rig = new Rig("normal", { entry: { args: [SERVER, "normal", "a b\u001b[2J", "${SECRET_IN_ENV}"] } });
    const argv = [process.execPath, CLI, "inspect", "fixture"];
    const options = { cwd: rig.folder, env: { ...process.env, ...rig.env, SECRET_IN_ENV: "hunter2" } };
    for (const answer of ["no", "", "y"]) {
      const refused = await runInTerminal(argv, [{ on: ASK, type: `${answer}\n` }], options);
      assert.equal(refused.code, 3, refused.stdout);
      assert.match(refused.stdout, /not started: you did not say yes/);
    }
    assert.ok(!existsSync(rig.pids));
    const first = await runInTerminal(argv, [{ on: ASK, type: "yes\n" }], options);
    assert.equal(first.code, 0, first.stdout);
    assert.match(first.stdout, /"a b\\\\x1b\[2J"/, "a control character is spelt");
    assert.match(first.stdout, /sets +PIDS, SECRET/);
    assert.match(first.stdout, /\$\{SECRET_IN_ENV\}/);
    for (const secret of ["s3", "hunter2"]) assert.ok(!first.stdout.includes(secret), secret);
    assert.match(first.stdout, /"fixture" offers 2 tools, 1 prompt, 2 resources/);
    const again = await runProgram(process.execPath, argv.slice(1), options);
    assert.deepEqual([again.code, again.stdout.includes("2 tools")], [0, true]);
    const kept = path.join(rig.home, "inspections.json");
    if (process.platform !== "win32") assert.equal(statSync(kept).mode & 0o777, 0o600);
    assert.ok(!readFileSync(kept, "utf8").includes("fixture"));
  });

  it("any other command, folder or variable is another question", async () => {
    const rig = new Rig("normal");
    await rig.agree();
    const text = readFileSync(path.join(rig.folder, ".mcp.json"), "utf8");
    for (const changed of [
      text.replace('"normal"', '"poisoned"'),
      text.replace('"s3"', '"s4"'),
      text.replace('"env": {', '"env": {"NODE_OPTIONS": "--no-warnings",'),
      text.replace('"env": {', '"cwd": "/", "env": {'),
    ]) {
      assert.notEqual(changed, text);
      put(rig.folder, { ".mcp.json": changed });
      assert.equal((await rig.run("fixture")).code, 3, changed);
    }
    assert.ok(!existsSync(rig.pids));
  });

  it("a damaged memory is an error, and no yes", async () => {
    for (const text of ["{", "[]", '{"agreed": [1]}', '{"agreed": "all"}']) {
      const rig = new Rig("normal");
      writeFileSync(path.join(rig.home, "inspections.json"), text, { mode: 0o600 });
      const { code, stderr } = await rig.run("fixture");
      assert.equal(code, 3);
      assert.match(stderr, /inspections\.json is damaged; delete it/);
    }
  });
});

describe("which server", WATCHDOG, () => {
  it("an unknown name, one that is ambiguous, one with an address, one that needs what is not there", async () => {
    const url = { command: undefined, url: "https://a.example.com/mcp" };
    assert.match((await new Rig("normal", { entry: url }).run("fixture")).stderr, /reached by its address/);
    assert.match((await new Rig("normal").run("other")).stderr, /no server "other"; there are "fixture"/);
    const twice = new Rig("normal");
    put(twice.folder, { ".cursor/mcp.json": '{"mcpServers": {"fixture": {"command": "x"}}}' });
    assert.match((await twice.run("fixture")).stderr, /several servers "fixture" that start differently/);
    assert.match((await twice.run("fixture", "--client", "cursor")).stderr, /no program "x"/);
    assert.match((await twice.run("fixture", "--file", ".cursor/mcp.json")).stderr, /no program "x"/);
    const unknown = new Rig("normal", { entry: { cwd: "${NOT_SET_ANYWHERE}" } });
    assert.match((await unknown.run("fixture")).stderr, /nothing here gives \$\{NOT_SET_ANYWHERE\} a value/);
    for (const args of [[], ["a", "b"], ["fixture", "--timeout", "x"], ["fixture", "--timeout", "0"]]) {
      assert.equal((await twice.run(...args)).code, 2, args.join(" "));
    }
  });
});

describe("what a server offers", WATCHDOG, () => {
  it("is listed, written down, and audited; the server gets its environment and folder, and not ours", async () => {
    const rig = new Rig("normal");
    const { code, stdout, stderr } = await rig.inspect();
    assert.equal(code, 0, stderr);
    assert.match(
      stdout,
      /^"fixture" offers 2 tools, 1 prompt, 2 resources\. Written to .*fixture\.mcp-tools\.json\.$/m,
    );
    assert.equal(rig.snapshot.initialize.instructions, `cwd ${rig.folder} SECRET s3 HOME none`);
    assert.deepEqual(rig.alive, []);
    const again = await runProgram(process.execPath, [CLI, "audit", "--tools", "fixture.mcp-tools.json"], {
      cwd: rig.folder,
    });
    assert.equal(again.code, 0, again.stdout);
  });

  it("is judged: a poisoned tool and one that lies about itself", async () => {
    const rig = new Rig("poisoned");
    const { code, stdout } = await rig.inspect();
    assert.equal(code, 1);
    assert.match(stdout, /tool-poisoning/);
    assert.match(stdout, /tool-annotation/);
    const run = await runProgram(
      process.execPath,
      [CLI, "audit", "--tools", "fixture.mcp-tools.json", "--format", "json"],
      { cwd: rig.folder },
    );
    assert.equal(run.code, 1);
    assert.deepEqual(
      new Set(json(run).findings.map(({ rule }) => rule)),
      new Set(["tool-poisoning", "tool-annotation"]),
    );
  });

  it("comes in pages, from a server that prints, asks, answers what was not asked, or is of the newest revision", async () => {
    for (const [mode, tools] of [
      ["paged", 250],
      ["garbage", 2],
      ["asks", 2],
      ["others", 2],
      ["liar", 2],
      ["modern", 2],
    ] as const) {
      const rig = new Rig(mode);
      const { code, stderr } = await rig.inspect();
      assert.equal(code, 0, `${mode}: ${stderr}`);
      assert.equal(rig.snapshot.tools.length, tools, mode);
      assert.ok(!JSON.stringify(rig.snapshot).includes("forged"));
    }
  });

  it("what could not be had is said, and the exit code says so", async () => {
    for (const [mode, expected] of [
      ["endless", /tools\/list has more than 200 pages/],
      ["circular", /tools\/list gave the same page mark twice/],
      ["giant", /tools\/list has more than 2000 entries/],
      ["refuses", /prompts\/list was refused: not today/],
      ["wrong", /the answer to tools\/list has no list "tools"/],
    ] as const) {
      const rig = new Rig(mode);
      const { code, stdout } = await rig.inspect();
      assert.equal(code, 3, `${mode}: ${stdout}`);
      assert.match(stdout.replace(/\s+/g, " "), expected, mode);
      assert.ok((rig.snapshot.gaps ?? []).length > 0);
      assert.deepEqual(rig.alive, []);
    }
  });

  it("a file that is no snapshot is not written over", async () => {
    const rig = new Rig("normal");
    put(rig.folder, { "fixture.mcp-tools.json": "mine" });
    const { code, stderr } = await rig.inspect();
    assert.equal(code, 2);
    assert.match(stderr, /is there and is no snapshot/);
    assert.ok(!existsSync(rig.pids));
    assert.equal((await rig.inspect("--output", "other.json")).code, 0);
    assert.equal((await rig.inspect("--output", "other.json")).code, 0);
  });
});

describe("a saved list", WATCHDOG, () => {
  const audit = (folder: string, ...args: string[]): Promise<Run> =>
    runProgram(process.execPath, [CLI, "audit", "--no-home", ...args], { cwd: folder });
  const TOOLS = '[{"name": "delete_all", "annotations": {"readOnlyHint": true}}, {"name": "b", "description": "B"}]';

  it("is audited in every form, by itself, and starts nothing", async () => {
    for (const text of [
      `{"tools": ${TOOLS}}`,
      `{"jsonrpc": "2.0", "id": 1, "result": {"tools": ${TOOLS}}}`,
      `[{"result": {"tools": ${TOOLS}}}]`,
    ]) {
      const folder = project({ "t.json": text, ".mcp.json": '{"mcpServers": {"a": {"url": "http://a.example.com"}}}' });
      const { code, stdout } = await audit(folder, "--tools", "t.json", "--format", "json");
      assert.equal(code, 1);
      const [found, ...more] = json({ code, stdout, stderr: "" }).findings;
      assert.deepEqual(
        [found?.rule, more.length, json({ code, stdout, stderr: "" }).summary["filesRead"]],
        ["tool-annotation", 0, 1],
      );
      assert.equal(text.slice(found?.offset, found?.endOffset), '"readOnlyHint": true');
      const both = json(await audit(folder, "--tools", "t.json", ".", "--format", "json"));
      assert.deepEqual(new Set(both.findings.map(({ rule }) => rule)).has("plaintext-http"), true);
    }
  });

  it("what is none, too large, or gone is one error, and half a command line is usage", async () => {
    const folder = project({
      "none.json": '{"servers": {}}',
      "half.json": '{"tools": [',
      "big.json": " ".repeat(9 * 1024 * 1024),
    });
    for (const [name, expected] of [
      ["none.json", "MALFORMED"],
      ["half.json", "MALFORMED"],
      ["big.json", "TOO_LARGE"],
      ["missing.json", "UNREADABLE"],
      [".", "UNREADABLE"],
    ] as const) {
      const run = await audit(folder, "--tools", name, "--format", "json");
      assert.deepEqual([run.code, json(run).problems.map(({ code }) => code)], [3, [expected]], name);
    }
    for (const args of [["--staged"], ["--since", "HEAD"], ["--only", "callsites"]]) {
      const run = await runProgram(process.execPath, [CLI, "audit", "--tools", "none.json", ...args], { cwd: folder });
      assert.equal(run.code, 2, args.join(" "));
    }
    assert.equal((await audit(folder, "--tools")).code, 2);
  });
});

describe("a hostile server", WATCHDOG, () => {
  for (const [mode, expected, args] of [
    ["silent", /not done after 1 s: initialize was not answered/, ["--timeout", "1"]],
    ["silent-later", /not done after 1 s: tools\/list was not answered/, ["--timeout", "1"]],
    [
      "dies",
      /ended with exit code 7 before it answered initialize\nIts last words:\ncannot find my \\x1b\[31mconfig/,
      [],
    ],
    ["dies-later", /ended with exit code 3 before it answered tools\/list/, []],
    ["floods-lines", /something that is not read/, []],
    ["floods-line", /written more than 33554432 bytes/, []],
    ["floods-notifications", /written more than 33554432 bytes/, []],
    ["floods-questions", /asked more than 1000 questions/, []],
    ["duplicate", /has a key twice/, []],
  ] as const) {
    it(`${mode}: is refused in words, and nothing of it is left`, posix, async () => {
      const rig = new Rig(mode);
      const { code, stderr } = await rig.inspect(...args);
      assert.equal(code, 3, stderr);
      assert.match(stderr, expected);
      assert.ok(!stderr.includes("\u001b"));
      assert.ok(!existsSync(path.join(rig.folder, "fixture.mcp-tools.json")));
      assert.deepEqual(rig.alive, []);
    });
  }

  it("what it started is ended with it, also where it does not want to", posix, async () => {
    for (const mode of ["child", "stubborn"]) {
      const rig = new Rig(mode);
      assert.equal((await rig.inspect()).code, 0, mode);
      assert.equal(readFileSync(rig.pids, "utf8").trim().split("\n").length, 2);
      assert.deepEqual(rig.alive, [], mode);
    }
  });

  it("a program that is not one", posix, async () => {
    const rig = new Rig("normal");
    const file = path.join(rig.folder, "not-a-program");
    writeFileSync(file, "\u007fELF nonsense");
    chmodSync(file, 0o755);
    put(rig.folder, { ".mcp.json": JSON.stringify({ mcpServers: { fixture: { command: file } } }) });
    const { code, stderr } = await rig.inspect();
    assert.equal(code, 3);
    assert.match(stderr, /could not be started|was not read/);
  });
});

describe("the lock", WATCHDOG, () => {
  const lock = (rig: Rig): Promise<Run> =>
    runProgram(process.execPath, [CLI, "lock"], { cwd: rig.folder, env: rig.env });

  it("records what a server offers, and another offer is drift", async () => {
    const rig = new Rig("normal");
    const early = await rig.inspect("--lock");
    assert.equal(early.code, 2);
    assert.match(early.stderr, /run sallyport lock first/);
    assert.ok(!existsSync(rig.pids));
    assert.equal((await lock(rig)).code, 0);
    const recorded = await rig.inspect("--lock");
    assert.equal(recorded.code, 0, recorded.stderr);
    const text = readFileSync(path.join(rig.folder, "sallyport.lock"), "utf8");
    assert.match(text, /"surface": \{/);
    assert.match(text, /"read_file": "[0-9a-f]{64}"/);
    // A second lock keeps what was seen, and a second look finds the same.
    await lock(rig);
    assert.equal(readFileSync(path.join(rig.folder, "sallyport.lock"), "utf8"), text);
    assert.equal((await rig.inspect()).code, 0);

    // The same command, another server behind it.
    const snapshot = path.join(rig.folder, "fixture.mcp-tools.json");
    const saved = readFileSync(snapshot, "utf8");
    writeFileSync(snapshot, saved.replace("Does read_file.", "Does read_file, otherwise."));
    const audited = await runProgram(
      process.execPath,
      [CLI, "audit", "--no-home", "--only", "configs", "--locked", "--format", "json"],
      { cwd: rig.folder },
    );
    assert.equal(audited.code, 1, audited.stdout);
    assert.deepEqual(
      json(audited)
        .findings.filter(({ rule }) => rule === "lock-drift")
        .map(({ message }) => message),
      ['The tool "read_file" of the server "fixture" is changed, and not as sallyport.lock has it'],
    );
  });

  it("says what changed when it is recorded anew", async () => {
    const rig = new Rig("normal", { entry: { command: path.join(project(), "server") } });
    const config = JSON.parse(readFileSync(path.join(rig.folder, ".mcp.json"), "utf8")) as {
      mcpServers: { fixture: { command: string; args: string[] } };
    };
    const { command } = config.mcpServers.fixture;
    config.mcpServers.fixture.args = [];
    put(rig.folder, { ".mcp.json": JSON.stringify(config) });
    const offer = (mode: string): void => {
      writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${SERVER}" ${mode}\n`, { mode: 0o755 });
    };
    if (process.platform === "win32") return;
    offer("normal");
    await lock(rig);
    assert.equal((await rig.inspect("--lock")).code, 0);
    offer("changed");
    const seen = await rig.inspect();
    assert.equal(seen.code, 1);
    assert.match(seen.stdout, /lock-drift/);
    const again = await rig.inspect("--lock");
    assert.equal(again.code, 0, again.stdout);
    assert.match(
      again.stdout,
      /^~ tool "read_file"\n\+ tool "new_one"\n- tool "list_files"\nsallyport\.lock has what it offers now\.$/m,
    );
    assert.equal((await rig.inspect()).code, 0);
  });
});
