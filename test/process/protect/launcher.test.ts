import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import type { Environment } from "../../../src/core/environment.ts";
import { installLauncher } from "../../../src/protect/launcher.ts";

const root = mkdtempSync(path.join(tmpdir(), "sallyport launcher 'quoted' "));
after(() => rmSync(root, { recursive: true, force: true }));
const posix = process.platform !== "win32";
const skip = !posix && "there is no shell script on Windows";

let homes = 0;
/** A home with a launcher whose program prints its arguments and environment. */
function home(runtime = process.execPath, electron = false) {
  const folder = path.join(root, `home ${++homes}`);
  const program = path.join(folder, "dist", "sallyport.js");
  mkdirSync(path.dirname(program), { recursive: true });
  writeFileSync(program, "console.log(JSON.stringify({ argv: process.argv.slice(2), env: process.env }));");
  const environment: Environment = {
    os: posix ? "linux" : "windows",
    home: folder,
    cwd: folder,
    variable: () => undefined,
  };
  installLauncher(environment, { version: "0.1.0", program, runtime, electron });
  const bin = path.join(folder, ".sallyport", "bin");
  return { folder, program, environment, bin, sh: path.join(bin, "sallyport"), cjs: path.join(bin, "sallyport.cjs") };
}

interface Told {
  readonly argv: string[];
  readonly env: Record<string, string>;
}

function start(file: string, args: readonly string[], env: Record<string, string>, input = "") {
  return spawnSync(file, args, { encoding: "utf8", env, input });
}

const told = (result: { stdout: string; stderr: string }): Told => {
  assert.equal(result.stderr, "");
  return JSON.parse(result.stdout) as Told;
};

const ODD = "it's \"odd\" $HOME `x` \\ \n export NODE_FAKE='1'\nexport LD_FAKE=2\n ünï * ";

test("the launcher passes arguments as they are", { skip }, () => {
  const { sh } = home();
  const args = ["proxy", "--server=a b", "--", "x", ODD, "", "*", "$(exit 3)"];
  assert.deepEqual(told(start(sh, args, {})).argv, args);
});

test("it sets aside what would change our own process, with any value, and leaves the rest", { skip }, () => {
  const { sh, folder } = home();
  const env = {
    PATH: "/nowhere",
    PLAIN: ODD,
    NODE_OPTIONS: "--require /nowhere/evil.js",
    NODE_EXTRA_CA_CERTS: ODD,
    OPENSSL_CONF: "/nowhere/openssl.cnf",
    SALLYPORT_HOME: "/nowhere/home",
    SALLYPORT_ASIDE_NODE_OPTIONS: "planted",
    HOME: "/nowhere",
  };
  const seen = told(start(sh, [], env)).env;
  assert.equal(seen["PLAIN"], ODD);
  assert.equal(seen["PATH"], "/nowhere");
  assert.equal(seen["HOME"], "/nowhere");
  assert.equal(seen["SALLYPORT_HOME"], path.join(folder, ".sallyport"));
  assert.equal(seen["SALLYPORT_ASIDE_NODE_OPTIONS"], env.NODE_OPTIONS);
  assert.equal(seen["SALLYPORT_ASIDE_NODE_EXTRA_CA_CERTS"], ODD);
  assert.equal(seen["SALLYPORT_ASIDE_OPENSSL_CONF"], env.OPENSSL_CONF);
  assert.equal(seen["SALLYPORT_ASIDE_SALLYPORT_HOME"], "/nowhere/home");
  assert.equal(seen["SALLYPORT_ASIDE_SALLYPORT_ASIDE_NODE_OPTIONS"], "planted");
  for (const name of ["NODE_OPTIONS", "NODE_EXTRA_CA_CERTS", "OPENSSL_CONF", "NODE_FAKE", "LD_FAKE"]) {
    assert.equal(seen[name], undefined, name);
  }
  const own = Object.keys(seen).filter((name) => name.startsWith("_sallyport") || name === "IFS");
  assert.deepEqual(own, []);
});

test("every shell that is here runs it alike", { skip }, () => {
  const { sh } = home();
  for (const shell of ["/bin/dash", "/bin/bash", "/bin/busybox"].filter((one) =>
    statSync(one, { throwIfNoEntry: false }),
  )) {
    const first = shell.endsWith("busybox") ? ["sh"] : shell.endsWith("bash") ? ["--posix"] : [];
    const seen = told(start(shell, [...first, sh, "a"], { NODE_OPTIONS: ODD, X: ODD }));
    assert.deepEqual(seen.argv, ["a"]);
    assert.equal(seen.env["SALLYPORT_ASIDE_NODE_OPTIONS"], ODD, shell);
    assert.equal(seen.env["X"], ODD, shell);
  }
});

test("an editor's runtime is told to be Node, and the server gets the value that was there before", { skip }, () => {
  const { sh } = home(process.execPath, true);
  const without = told(start(sh, [], {})).env;
  assert.equal(without["ELECTRON_RUN_AS_NODE"], undefined);
  assert.equal(without["SALLYPORT_ASIDE_ELECTRON_RUN_AS_NODE"], undefined);
  const before = told(start(sh, [], { ELECTRON_RUN_AS_NODE: "yes" })).env;
  assert.equal(before["ELECTRON_RUN_AS_NODE"], undefined);
  assert.equal(before["SALLYPORT_ASIDE_ELECTRON_RUN_AS_NODE"], "yes");
  const wrapper = path.join(root, "fake editor");
  writeFileSync(wrapper, `#!/bin/sh\n[ "$ELECTRON_RUN_AS_NODE" = 1 ] || exit 9\nexec '${process.execPath}' "$@"\n`);
  chmodSync(wrapper, 0o755);
  assert.equal(told(start(home(wrapper, true).sh, ["a"], {})).argv[0], "a");
});

const REQUESTS = [
  '{"jsonrpc":"2.0","method":"notifications/initialized"}',
  '{"jsonrpc":"2.0","id":7,"method":"initialize","params":{}}',
  '{"method":"server/discover","params":{"x":1},"jsonrpc":"2.0","id":"a-b"}',
].join("\n");

function answers(result: { stdout: string }): unknown[] {
  return result.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { id: unknown; error: { code: number; message: string } })
    .map(({ id, error }) => [id, error.code, error.message.includes("Sallyport")]);
}

test("with the installation gone it fails closed: an explanation, and an error for every request", { skip }, () => {
  const { sh, program } = home();
  rmSync(program);
  const result = start(sh, ["proxy", "--", "x"], {}, `${REQUESTS}\n`);
  assert.equal(result.status, 1);
  assert.match(result.stderr, /installation is gone/);
  assert.deepEqual(answers(result), [
    [7, -31005, true],
    ["a-b", -31005, true],
  ]);
});

test("the shell says the same where no runtime is left, or the launcher's other half is gone", { skip }, () => {
  const noRuntime = home("/nowhere/node");
  const half = home();
  rmSync(half.cjs);
  for (const { sh } of [noRuntime, half]) {
    const result = start(sh, ["proxy", "--", "x"], {}, `${REQUESTS}\n`);
    assert.equal(result.status, 1);
    assert.match(result.stderr, /installation is gone/);
    assert.deepEqual(answers(result), [
      [7, -31005, true],
      ["a-b", -31005, true],
    ]);
  }
});

test("without a shell before it (Windows) the .cjs sets the variables aside and starts over", () => {
  const { cjs, folder } = home();
  const evil = path.join(folder, "evil.cjs");
  writeFileSync(evil, "globalThis.evil = true;");
  const env = {
    ...process.env,
    NODE_OPTIONS: `--require ${JSON.stringify(evil)}`,
    SALLYPORT_HOME: "/nowhere",
  } as Record<string, string>;
  const seen = told(start(process.execPath, [cjs, "proxy", "a b"], env));
  assert.deepEqual(seen.argv, ["proxy", "a b"]);
  assert.equal(seen.env["NODE_OPTIONS"], undefined);
  assert.equal(seen.env["SALLYPORT_ASIDE_NODE_OPTIONS"], env["NODE_OPTIONS"]);
  assert.equal(seen.env["SALLYPORT_HOME"], path.join(folder, ".sallyport"));
});

test("the newest installation is started, and an older one once that is gone", () => {
  const { cjs, environment, folder, program } = home();
  const newer = path.join(folder, "newer", "sallyport.js");
  mkdirSync(path.dirname(newer));
  writeFileSync(newer, 'console.log(JSON.stringify({ argv: ["newer"], env: {} }));');
  installLauncher(environment, { version: "0.2.0", program: newer, runtime: process.execPath, electron: false });
  installLauncher(environment, { version: "0.1.0", program, runtime: process.execPath, electron: false });
  const plainly = { ...process.env, NODE_OPTIONS: undefined } as unknown as Record<string, string>;
  delete plainly["NODE_OPTIONS"];
  assert.deepEqual(told(start(process.execPath, [cjs], plainly)).argv, ["newer"]);
  rmSync(newer);
  assert.deepEqual(told(start(process.execPath, [cjs, "old"], plainly)).argv, ["old"]);
});

test("installing again changes nothing and leaves nothing behind; the files are the person's alone", { skip }, () => {
  const { bin, sh, environment, program } = home();
  const before = statSync(sh);
  installLauncher(environment, { version: "0.1.0", program, runtime: process.execPath, electron: false });
  assert.equal(statSync(sh).ino, before.ino);
  assert.deepEqual(readdirSync(bin).toSorted(), ["installations.json", "sallyport", "sallyport.cjs"]);
  assert.equal(statSync(sh).mode & 0o777, 0o700);
  assert.equal(statSync(bin).mode & 0o777, 0o700);
  assert.throws(
    () => installLauncher(environment, { version: "0.1.0", program: "/nowhere", runtime: "/x", electron: false }),
    {
      code: "UNAVAILABLE",
    },
  );
});
