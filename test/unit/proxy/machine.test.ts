import assert from "node:assert/strict";
import { test } from "node:test";
import { ancestorsFrom, parseProcessTable, parseProcStat } from "../../../src/proxy/ancestry.ts";
import { findProgram, launchOf, quoteForCmd, type Machine } from "../../../src/proxy/commandLine.ts";
import { packageOf } from "../../../src/proxy/identity.ts";
import { serverEnvironment } from "../../../src/proxy/serverEnvironment.ts";

const windows = (files: readonly string[], path: string): Machine => ({
  windows: true,
  cwd: "C:\\work",
  variable: (name) => ({ PATH: path, PATHEXT: ".EXE;.CMD", ComSpec: "C:\\Windows\\cmd.exe" })[name],
  isProgram: (file) => files.some((one) => one.toLowerCase() === file.toLowerCase()),
});

test("on Windows a batch file goes through cmd, a program does not", () => {
  const machine = windows(
    ["C:\\Program Files\\nodejs\\npx.cmd", "C:\\bin\\uvx.exe"],
    "C:\\bin;C:\\Program Files\\nodejs",
  );
  assert.deepEqual(launchOf("uvx", ["a b"], machine), { file: "C:\\bin\\uvx.EXE", args: ["a b"], verbatim: false });
  const npx = launchOf("npx", ["-y", "x"], machine);
  assert.equal(npx.file, "C:\\Windows\\cmd.exe");
  assert.ok(npx.verbatim);
  assert.deepEqual(npx.args.slice(0, 3), ["/d", "/s", "/c"]);
  assert.match(npx.args[3] ?? "", /^"\^"C:\\Program\^ Files\\nodejs\\npx\.CMD\^" /);
  assert.equal(launchOf("missing", [], machine).file, "missing");
});

/** What cmd does with a line outside of quotes: a caret takes the meaning from the character after it. */
const readByCmd = (line: string): string => line.replace(/\^([^])/g, "$1");
/** What a program's C runtime makes of one quoted argument. */
const readByProgram = (quoted: string): string =>
  quoted
    .slice(1, -1)
    .replace(/(\\*)(\\"|$)/g, (_, slashes: string, end: string) =>
      end === "" ? "\\".repeat(slashes.length / 2) : "\\".repeat(slashes.length / 2) + '"',
    );

test("an argument comes through cmd as it was, whatever it holds", () => {
  for (const argument of [
    "plain",
    "a b",
    `say "hi"`,
    "a&b|c>d<e^f",
    "%PATH%",
    "!x!",
    "tail\\",
    `q\\"`,
    "(1)",
    "",
    "é天",
  ]) {
    const once = readByCmd(quoteForCmd(argument, 1));
    assert.equal(readByProgram(once), argument, `once: ${argument}`);
    const twice = readByCmd(readByCmd(quoteForCmd(argument, 2)));
    assert.equal(readByProgram(twice), argument, `twice: ${argument}`);
    assert.ok(!/(?:^|[^^])[&|<>%"]/.test(quoteForCmd(argument, 1)), `a character of cmd's is bare: ${argument}`);
  }
});

test("a program is found where the system would find it", () => {
  const machine: Machine = {
    windows: false,
    cwd: "/w",
    variable: () => "/usr/bin:/opt/bin",
    isProgram: (file) => ["/opt/bin/x", "/w/x", "/w/bin/y"].includes(file),
  };
  assert.equal(findProgram("x", machine), "/opt/bin/x");
  assert.equal(findProgram("./x", machine), "/w/x");
  assert.equal(findProgram("bin/y", machine), "/w/bin/y");
  assert.equal(findProgram("z", machine), undefined);
});

test("the server gets the entry's environment: what was set aside is back, what is ours is out", () => {
  const given = {
    PATH: "/bin",
    NODE_OPTIONS: "ours",
    SALLYPORT_ASIDE_NODE_OPTIONS: "--inspect",
    SALLYPORT_ASIDE_LD_PRELOAD: "x.so",
    SALLYPORT_HOME: "/h",
    SALLYPORT_ASIDE_: "nothing",
  };
  assert.deepEqual(serverEnvironment(given, false), { PATH: "/bin", NODE_OPTIONS: "--inspect", LD_PRELOAD: "x.so" });
  assert.deepEqual(
    serverEnvironment({ Node_Options: "a", Sallyport_Aside_NODE_OPTIONS: "b", sallyport_x: "c" }, true),
    {
      NODE_OPTIONS: "b",
    },
  );
});

test("ancestors are read with hostile names, and never in a circle", () => {
  assert.deepEqual(parseProcStat("12 (a) R 5 (x) S 7 12 12"), { name: "a) R 5 (x", parent: 7 });
  assert.equal(parseProcStat("nonsense"), undefined);
  const table = parseProcessTable(
    "    1     0 /sbin/launchd\n  501     1 /Applications/Visual Studio Code.app/Contents/MacOS/Code\nbad\n",
  );
  assert.deepEqual(table.get(501), { parent: 1, name: "Code" });
  const circle = new Map([
    [1, { parent: 2, name: "a" }],
    [2, { parent: 1, name: "b" }],
  ]);
  assert.deepEqual(
    ancestorsFrom(1, (pid) => circle.get(pid)),
    [
      { pid: 1, name: "a" },
      { pid: 2, name: "b" },
    ],
  );
});

test("the package that a runner starts is named", () => {
  assert.equal(packageOf("npx", ["-y", "@scope/server@1.2.3", "--flag"]), "@scope/server@1.2.3");
  assert.equal(packageOf("C:\\nodejs\\npx.cmd", ["-p", "tool@1", "run"]), "tool@1");
  assert.equal(packageOf("pnpm", ["dlx", "server"]), "server");
  assert.equal(packageOf("uvx", ["--from", "git+https://x", "y"]), "git+https://x");
  assert.equal(packageOf("node", ["server.js"]), undefined);
});
