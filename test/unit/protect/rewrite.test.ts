import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { configOf } from "../../../src/clients/clients.ts";
import type { ConfigFile, ServerEntry } from "../../../src/clients/config.ts";
import { type LauncherWords, protectEntry, type Rewrite, unprotectEntry } from "../../../src/clients/rewrite.ts";
import { VSCODE_MCP } from "../../../src/clients/vscode.ts";
import { applyEdits } from "../../../src/core/finding.ts";
import { valueAt } from "../../../src/documents/data.ts";
import { parseJson } from "../../../src/documents/json.ts";

const LAUNCHER: LauncherWords = { command: "${userHome}/.sallyport/bin/sallyport", before: [] };
const WINDOWS: LauncherWords = {
  command: "C:\\Program Files\\node\\node.exe",
  before: ["${userHome}\\.sallyport\\bin\\sallyport.cjs"],
};
const FILE = "/w/.vscode/mcp.json";

function config(text: string): ConfigFile {
  return configOf({ path: FILE, kind: VSCODE_MCP, scope: "workspace" }, parseJson(FILE, text));
}

function entryOf(one: ConfigFile, name = "s"): ServerEntry {
  const found = one.entries.find((entry) => entry.name === name);
  assert(found);
  return found;
}

function applied(text: string, rewrite: Rewrite): string {
  assert.equal(rewrite.status, "rewritten", "reason" in rewrite ? rewrite.reason : "");
  return rewrite.status === "rewritten" ? applyEdits(text, rewrite.edits) : text;
}

function protect(text: string, launcher = LAUNCHER, name = "s"): string {
  const one = config(text);
  return applied(text, protectEntry(one, entryOf(one, name), launcher, launcher === WINDOWS));
}

function unprotect(text: string, name = "s"): string {
  const one = config(text);
  return applied(text, unprotectEntry(one, entryOf(one, name)));
}

function refusal(text: string): string {
  const one = config(text);
  const rewrite = protectEntry(one, entryOf(one), LAUNCHER, false);
  assert.equal(rewrite.status, "refused", text);
  return rewrite.status === "refused" ? rewrite.reason : "";
}

test("protect is insert-only: the launcher takes the command's place, its literal moves as it is written", () => {
  const text = `{
  // mine
  "servers": {
    "s": {
      "type": "stdio", // kind
      "command": "n\\u006fde", /* runtime */
      "args": ["a.mjs", "--", "b"],
      "env": { "TOKEN": "\${input:token}" },
    },
  },
}
`;
  const expected = text
    .replace('"n\\u006fde"', '"${userHome}/.sallyport/bin/sallyport"')
    .replace('["a.mjs"', '["proxy", "--server=s", "--client=vscode", "--", "n\\u006fde", "a.mjs"');
  assert.equal(protect(text), expected);
  assert.equal(unprotect(expected), text);
});

test("an entry without args gets some, and loses them again; one with empty args keeps them", () => {
  const lines = '{\r\n\t"servers": {\r\n\t\t"s": {\r\n\t\t\t"command": "run"\r\n\t\t}\r\n\t}\r\n}';
  assert.equal(
    protect(lines),
    lines.replace(
      '"run"',
      '"${userHome}/.sallyport/bin/sallyport",\r\n\t\t\t"args": ["proxy", "--client=vscode", "--server=s", "--", "run"]',
    ),
  );
  for (const text of [
    lines,
    '{"servers":{"s":{"command":"run"}}}',
    '{"servers":{"s":{"command":"run","args":[]}}}',
    '{"servers":{"s":{"command":"run", "args": []}}}',
    '{"servers":{"s":{"args":[ // none\n ],"command":"run"}}}',
    '{"servers":{"s":{"args":[ "x"],"command":"run"}}}',
    '{"servers":{"s":{"args":["x",],"command":"run",}}}',
    '{"servers":{"s":{"args":[\n  "x" // y\n, /* z */ "w"\n],"command":"run"}}}',
  ]) {
    for (const launcher of [LAUNCHER, WINDOWS]) {
      const there = protect(text, launcher);
      assert.equal(entryOf(config(there)).protected, true, there);
      assert.equal(unprotect(there), text);
    }
  }
});

test("on Windows the entry names the runtime and the .cjs, never a .cmd", () => {
  const text = protect('{"servers":{"s":{"command":"npx","args":["-y","x"]}}}', WINDOWS);
  const entry = valueAt(config(text).document.root, "servers", "s");
  const command = valueAt(entry, "command");
  assert.equal(command?.kind === "string" && command.value, WINDOWS.command);
  assert.match(text, /"args":\["\$\{userHome\}\\\\\.sallyport\\\\bin\\\\sallyport\.cjs", "proxy", "--server=s"/);
});

test("protect and unprotect are idempotent", () => {
  const text = '{"servers":{"s":{"command":"run"}}}';
  const one = config(text);
  assert.equal(unprotectEntry(one, entryOf(one)).status, "unchanged");
  const there = config(protect(text));
  assert.equal(protectEntry(there, entryOf(there), LAUNCHER, false).status, "unchanged");
});

test("what a person changed since stays: arguments they added, a formatter's white space, their comments", () => {
  const there = protect('{"servers":{"s":{"command":"run","args":["a"]}}}');
  const edited = there.replace('"a"]', '"a", "b"]').replace('{"command"', '{"cwd":"/x","command"');
  assert.equal(unprotect(edited), '{"servers":{"s":{"cwd":"/x","command":"run","args":["a", "b"]}}}');
  const noArgs = protect('{"servers":{"s":{"command":"run"}}}');
  assert.equal(
    unprotect(noArgs.replace('"run"]', '"run", "x"]')),
    '{"servers":{"s":{"command":"run", "args": ["x"]}}}',
  );
  const formatted = JSON.stringify(JSON.parse(noArgs), undefined, 2);
  assert.deepEqual(JSON.parse(unprotect(formatted)), { servers: { s: { command: "run" } } });
  const commented = there.replace('"run", ', '"run" /* was */ , ');
  assert.deepEqual(config(unprotect(commented)).document.problems, []);
  assert.match(unprotect(commented), /"args":\[ \/\* was \*\/ "a"\]|"args":\[ \/\* was \*\/ {2}"a"\]/);
});

test("shapes that are not known are refused, each with its reason", () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['{"uri":"https://x.example/mcp"}', /by URL/],
    ['{"url":"https://x.example/mcp","command":"x"}', /both a command and a URL/],
    ['{"type":"http","command":"x"}', /type is not stdio/],
    ["{}", /no `command`/],
    ['{"command":["x","y"]}', /`command` is no string/],
    ['{"command":" "}', /`command` is empty/],
    ['{"command":"x","args":"y"}', /`args` is no list/],
    ['{"command":"x","args":[1]}', /no string/],
    ['{"command":"x","command":"y"}', /twice/],
    ['{"command":"x","args":[],"args":[]}', /twice/],
    ['{"command":"x","sandboxEnabled":true}', /sandbox/],
    ['{"command":"x","dev":{"debug":{"type":"node"}}}', /debugger/],
    ['{"command":"x","env":{"a.b":"1"}}', /shell drops/],
  ];
  for (const [entry, reason] of cases) assert.match(refusal(`{"servers":{"s":${entry}}}`), reason);
  assert.match(refusal('{"mcpServers":{"s":{"command":"x"}}}'), /does not look/);
  assert.match(refusal('{"servers":{"s":{"command":"x"}}'), /the file lacks a closing brace/);
  const odd = config('{"servers":{"${input:x}":{"command":"x"},"a\\nb":{"command":"x"}}}');
  for (const entry of odd.entries) assert.equal(protectEntry(odd, entry, LAUNCHER, false).status, "refused");
});

// ── any configuration ──────────────────────────────────────────────────────────────────────────────────────────────

const space = fc.constantFrom(
  "",
  " ",
  "  ",
  "\n",
  "\r\n",
  "\t",
  "\n    ",
  " // c\n",
  '/* , "args": [ */',
  "\r\n\t// é\r\n\t",
);
const string = fc
  .string({ unit: "binary", maxLength: 12 })
  .chain((value) => fc.constantFrom(JSON.stringify(value), JSON.stringify(value).replace(/[a-z]/g, escaped)));

function escaped(letter: string): string {
  return `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

const literal = string.filter((text) => (JSON.parse(text) as string).trim() !== "" && !/\\u.{0,4}$/.test(text));

const list = fc
  .tuple(fc.array(fc.tuple(space, string, space), { maxLength: 3 }), space, fc.boolean())
  .map(([items, empty, trailing]) => {
    const text = items.map(([before, item, after]) => `${before}${item}${after}`).join(",");
    return `[${text}${items.length > 0 && trailing ? "," : ""}${empty}]`;
  });

const entry = fc
  .tuple(
    literal,
    fc.option(list),
    fc.shuffledSubarray(["type", "env", "cwd", "disabled"]),
    fc.boolean(),
    fc.array(space, { minLength: 24, maxLength: 24 }),
  )
  .map(([command, args, others, trailing, spaces]) => {
    let next = 0;
    const gap = (): string => spaces[next++ % spaces.length] ?? "";
    const values: Record<string, string> = {
      type: '"stdio"',
      env: '{"A_B": "x",}',
      cwd: '"${workspaceFolder}"',
      disabled: "false",
    };
    const members = others.map((key) => [key, values[key] ?? "null"] as const);
    members.splice(spaces[0]?.length ? 0 : members.length, 0, ["command", command]);
    if (args !== null) members.splice(spaces[1]?.length ? 0 : members.length, 0, ["args", args]);
    const text = members.map(([key, value]) => `${gap()}"${key}"${gap()}:${gap()}${value}${gap()}`).join(",");
    return `{${text}${trailing ? "," : ""}${gap()}}`;
  });

test("unprotect(protect(x)) is x, byte for byte, for any configuration; nothing but inserts happened between", () => {
  fc.assert(
    fc.property(entry, space, space, fc.constantFrom(LAUNCHER, WINDOWS), (own, before, after, launcher) => {
      const text = `${before}{"servers":${before}{${after}"other":{"command":"x"},${after}"s"${before}:${own}${after}},}${after}`;
      const there = protect(text, launcher);
      const one = config(there);
      assert.deepEqual(one.document.problems, []);
      const [was, is] = [entryOf(config(text)), entryOf(one)];
      assert.equal(is.command?.value, was.command?.value);
      assert.deepEqual(
        is.args.map(({ value }) => value),
        was.args.map(({ value }) => value),
      );
      assert.equal(is.protected, true);
      assert.equal(unprotect(there), text);
    }),
    { numRuns: 300 },
  );
});
