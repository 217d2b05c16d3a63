import assert from "node:assert/strict";
import { test } from "node:test";
import type { Environment } from "../../../src/core/environment.ts";
import { runtimeFor } from "../../../src/protect/runtime.ts";

const machine = (os: Environment["os"], PATH: string): Environment => ({
  os,
  home: "C:\\Users\\ana",
  cwd: "C:\\",
  variable: (name) => (name === "PATH" ? PATH : undefined),
});
const CODE = "C:\\Program Files\\Microsoft VS Code\\Code.exe";

test("on Windows an editor's own runtime is replaced by the first node.exe of the PATH", () => {
  const windows = machine("windows", "relative;C:\\none;C:\\Program Files\\nodejs;C:\\other");
  const there = new Set(["relative\\node.exe", "C:\\Program Files\\nodejs\\node.exe", "C:\\other\\node.exe"]);
  assert.equal(
    runtimeFor(windows, CODE, (file) => there.has(file)),
    "C:\\Program Files\\nodejs\\node.exe",
  );
  assert.equal(
    runtimeFor(windows, "D:\\node\\node.exe", () => assert.fail()),
    "D:\\node\\node.exe",
  );
});

test("where there is none, and elsewhere, the own runtime stays", () => {
  assert.equal(
    runtimeFor(machine("windows", "C:\\none"), CODE, () => false),
    CODE,
  );
  const electron = "/usr/share/code/code";
  assert.equal(
    runtimeFor(machine("linux", "/usr/bin"), electron, () => assert.fail()),
    electron,
  );
});
