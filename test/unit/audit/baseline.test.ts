import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import {
  applyBaseline,
  type BaselineEntry,
  baselineEntry,
  fileIn,
  nameIn,
  parseBaseline,
  renderBaseline,
} from "../../../src/audit/baseline.ts";
import { isSallyportError } from "../../../src/core/errors.ts";
import { auditTexts, environment, HOME, ROOT } from "./fixtures.ts";

const FILE = path.join(ROOT, "sallyport-baseline.json");
const CONFIG = path.join(ROOT, ".vscode", "mcp.json");
const name = (file: string): string => nameIn(FILE, environment, file);

const servers = (...hosts: string[]): string =>
  JSON.stringify({
    servers: Object.fromEntries(
      hosts.map((host) => [host, { url: `http://${host}.example/mcp`, headers: { "X-Team": "docs" } }]),
    ),
  });

const audit = async (text: string) => (await auditTexts(new Map([[CONFIG, text]]))).findings;

test("a baseline accepts what it lists, wherever the lines are now, and nothing else", async () => {
  const entries = (await audit(servers("a", "b"))).map((found) => baselineEntry(found, name));
  const read = parseBaseline(FILE, renderBaseline(entries));
  const moved = JSON.stringify(JSON.parse(servers("c", "b", "a")), undefined, 4);
  const { findings, unused } = applyBaseline(await audit(`// new\n\n${moved}`), read, name);
  assert.deepEqual(
    findings.map((found) => [/"(.)"/u.exec(found.message)?.[1], found.ignored?.by]),
    [
      ["c", undefined],
      ["b", "baseline"],
      ["a", "baseline"],
    ],
  );
  assert.deepEqual(unused, []);
});

test("what is gone is unused; a reason that somebody wrote in is shown", async () => {
  const [entry] = (await audit(servers("a"))).map((found) => baselineEntry(found, name));
  assert.ok(entry);
  const gone = { ...entry, rule: "secret" };
  const { findings, unused } = applyBaseline(
    await audit(servers("a")),
    [{ ...entry, reason: "in the VPN" }, gone],
    name,
  );
  assert.equal(findings[0]?.ignored?.reason, "in the VPN");
  assert.deepEqual(unused, [gone]);
});

test("it is written sorted, each entry once, with names that hold elsewhere", () => {
  const entry = (file: string, rule: string): BaselineEntry => ({
    file,
    rule,
    fingerprint: "f:1",
    severity: "high",
    message: "m",
  });
  const text = renderBaseline([entry("b", "x"), entry("a", "y"), entry("b", "x"), entry("a", "x")]);
  assert.deepEqual(
    parseBaseline(FILE, text).map(({ file, rule }) => [file, rule]),
    [
      ["a", "x"],
      ["a", "y"],
      ["b", "x"],
    ],
  );
  assert.equal(renderBaseline(parseBaseline(FILE, text)), text);
  for (const file of [CONFIG, path.join(HOME, ".cursor", "mcp.json"), path.resolve("/elsewhere/mcp.json")]) {
    assert.equal(fileIn(FILE, environment, name(file)), file);
  }
  assert.deepEqual(
    [name(CONFIG), name(path.join(HOME, ".cursor", "mcp.json"))],
    [".vscode/mcp.json", "~/.cursor/mcp.json"],
  );
});

test("what is no baseline is refused as a whole", () => {
  for (const text of [
    "",
    "{",
    "null",
    "[]",
    '{"version":2,"findings":[]}',
    '{"version":1}',
    '{"version":1,"findings":[{"file":"a","rule":"b"}]}',
    '{"version":1,"findings":[null]}',
    '{"version":1,"findings":[{"file":"a","rule":"b","fingerprint":"c","reason":1}]}',
  ]) {
    assert.throws(
      () => parseBaseline(FILE, text),
      (error) => isSallyportError(error, "MALFORMED"),
      text,
    );
  }
});
