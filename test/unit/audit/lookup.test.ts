import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { discover } from "../../../src/audit/discover.ts";
import { Lookup } from "../../../src/audit/lookup.ts";
import type { Environment } from "../../../src/core/environment.ts";
import { SallyportError } from "../../../src/core/errors.ts";
import type { Entry, Files } from "../../../src/core/files.ts";
import { memoryFiles } from "./memoryFiles.ts";

const HOME = path.resolve("/home/mina");
const ENVIRONMENT: Environment = {
  os: process.platform === "win32" ? "windows" : "linux",
  home: HOME,
  cwd: HOME,
  variable: () => undefined,
};

function files(...names: string[]): Files {
  return memoryFiles(new Map(names.map((name) => [path.join(HOME, name), "{}"])));
}

const below = (found: readonly string[]): string[] =>
  found.map((file) => path.relative(HOME, file).split(path.sep).join("/"));

test("stars stand for part of a name, two for any number of folders", async () => {
  const lookup = new Lookup(files("a/x.json", "a/y.txt", "a/b/c/x.json", "a/node_modules/d/x.json"), path);
  const find = async (pattern: string): Promise<string[]> =>
    below(await lookup.find(path.join(HOME, ...pattern.split("/"))));
  assert.deepEqual(await find("a/*.json"), ["a/x.json"]);
  assert.deepEqual(await find("a/**/x.json"), ["a/x.json", "a/b/c/x.json"]);
  assert.deepEqual(await find("a/*/c/x.json"), ["a/b/c/x.json"]);
  assert.deepEqual(await find("missing/**/x.json"), []);
  assert.deepEqual(lookup.problems, []);
});

test("two stars end at their depth and count, and say so", async () => {
  const deep = `${"d/".repeat(12)}x.json`;
  const lookup = new Lookup(files(`deep/${deep}`), path);
  assert.deepEqual(await lookup.find(path.join(HOME, "deep", "**", "x.json")), []);
  assert.deepEqual(
    lookup.problems.map((one) => one.code),
    ["TOO_LARGE"],
  );
  const folder = (name: string): Entry => ({ name, kind: "directory", link: false });
  const endless: Files = {
    kind: () => Promise.resolve("directory"),
    list: () => Promise.resolve(["a", "b", "c"].map(folder)),
    read: () => Promise.reject(new SallyportError("UNREADABLE", "no")),
  };
  const bounded = new Lookup(endless, path);
  await bounded.find(path.join(HOME, "**", "x", "*.json"));
  assert.equal(bounded.problems.filter((one) => /beyond the 4000 folders/.test(one.message)).length, 1);
});

test("links are not followed by two stars, so a circle of them ends", async () => {
  const circle: Files = {
    kind: () => Promise.resolve("directory"),
    list: () => Promise.resolve([{ name: "again", kind: "directory", link: true }]),
    read: () => Promise.reject(new SallyportError("UNREADABLE", "no")),
  };
  const lookup = new Lookup(circle, path);
  assert.deepEqual(await lookup.find(path.join(HOME, "**", "*.json")), []);
  assert.deepEqual(lookup.problems, []);
});

test("a home that cannot be looked at is one problem, not one for each client", async () => {
  const own = files(".cursor/mcp.json");
  const closed: Files = {
    ...own,
    kind: (file) =>
      file.startsWith(HOME + path.sep)
        ? Promise.reject(new SallyportError("UNREADABLE", `${file} may not be read`))
        : own.kind(file),
  };
  const { places, problems } = await discover({ files: closed, environment: ENVIRONMENT, roots: [], home: true });
  assert.deepEqual(places, []);
  assert.deepEqual(
    problems.map((one) => one.file),
    [HOME],
  );
});

test("of a client that is not there, only its folder is asked for; every place that was looked at is told", async () => {
  const own = files(".cursor/mcp.json");
  const asked: string[] = [];
  const counted: Files = {
    ...own,
    kind(file) {
      asked.push(file);
      return own.kind(file);
    },
  };
  const { looked } = await discover({ files: counted, environment: ENVIRONMENT, roots: [], home: true });
  assert.equal(new Set(asked).size, asked.length);
  assert.ok(!asked.some((file) => file.startsWith(path.join(HOME, ".kiro", "settings"))));
  const found = looked.filter((one) => one.found.length > 0);
  assert.deepEqual(below(found.map((one) => one.pattern)), [".cursor/mcp.json"]);
  assert.ok(looked.some((one) => one.kind.id === "kiro-mcp" && one.found.length === 0));
});
