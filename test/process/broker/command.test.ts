import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { test } from "node:test";
import { DEFAULT_POLICY } from "../../../src/policy/defaultPolicy.ts";
import { Rig } from "./rig.ts";

function sallyport(rig: Rig, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [path.join("dist", "sallyport.js"), "policy", ...args], {
    encoding: "utf8",
    env: { ...process.env, SALLYPORT_HOME: rig.paths.home },
  });
}

test("sallyport policy check names file, line and column, and its exit code says whether the policy is usable", (t) => {
  const rig = new Rig(t);
  rig.write("policy.yaml", "version: 1\nrules:\n  - { id: a, effect: allow, tol: x }\n");
  const bad = sallyport(rig, "check");
  assert.equal(bad.status, 1);
  assert.match(bad.stdout, /policy\.yaml:3:29: error: rules\[0\] has no key "tol"/);
  rig.write("sallyport.yaml", "version: 1\nrules:\n  - { id: a, effect: allow }\n");
  const loose = sallyport(rig, "check", path.join(rig.paths.home, "sallyport.yaml"));
  assert.equal(loose.status, 0);
  assert.match(loose.stdout, /:3:22: warning: .*no effect/);
  assert.equal(sallyport(rig, "check", path.join(rig.paths.home, "none.yaml")).status, 3);
  assert.equal(sallyport(rig, "check", "--layer", "x").status, 2);
  assert.equal(sallyport(rig).status, 2);
});

test("sallyport policy explain says which rule decides and why", (t) => {
  const rig = new Rig(t);
  const asked = sallyport(rig, "explain", "--tool", "send_mail", "--args", '{"to":"x"}');
  assert.equal(asked.status, 0, asked.stderr);
  assert.match(asked.stdout, /^ask\n {2}because default\/act: /);
  assert.match(asked.stdout, /trait leaves-the-machine: its name says “send”/);
  rig.write("policy.yaml", 'version: 1\nrules:\n  - { id: mine, match: { tool: "send_*" }, effect: allow }\n');
  assert.match(
    sallyport(rig, "explain", "--tool", "send_mail").stdout,
    /^allow\n {2}because user\/mine.*\n {2}also fits default\/act: ask/,
  );
  assert.match(sallyport(rig, "explain", "--tool", "read_x", "--finding", "secret").stdout, /^ask \(always/);
  assert.equal(sallyport(rig, "explain", "--tool", "x", "--args", "[").status, 2);
  assert.equal(sallyport(rig, "default").stdout, DEFAULT_POLICY);
});
