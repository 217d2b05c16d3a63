import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { configOf, kindOf, readConfig } from "../../../src/clients/clients.ts";
import type { ConfigFile, FileKind, ServerEntry, ServerMap } from "../../../src/clients/config.ts";
import { mapAt } from "../../../src/clients/maps.ts";
import { type LauncherWords, protectEntry, type Rewrite, unprotectEntry } from "../../../src/clients/rewrite.ts";
import type { Environment } from "../../../src/core/environment.ts";
import { applyEdits } from "../../../src/core/finding.ts";
import { type DataValue, property, valueAt } from "../../../src/documents/data.ts";
import { parseToml } from "../../../src/documents/toml.ts";
import { parseYaml } from "../../../src/documents/yaml.ts";
import { protectIn, unprotectIn } from "../../../src/protect/protect.ts";

const LAUNCHER: LauncherWords = { command: "/home/a b/.sallyport/bin/sallyport", before: [] };
const WINDOWS: LauncherWords = {
  command: "C:\\Program Files\\node\\node.exe",
  before: ["C:\\Users\\ann\\.sallyport\\bin\\sallyport.cjs"],
};

/** The entries of a list, under their names. */
function namedList(root: DataValue | undefined): ServerMap[] {
  const list = valueAt(root, "mcpServers");
  if (list?.kind !== "array") return [];
  return list.elements.flatMap((element): ServerMap[] => {
    const name = valueAt(element, "name");
    if (element.kind !== "object" || name?.kind !== "string") return [];
    const own = property(element, "name");
    const member = { key: name.value, keySpan: name.span, keyStyle: name.style, value: element, span: element.span };
    return own ? [{ object: { ...element, properties: [member] } }] : [];
  });
}

const kind = (format: "toml" | "yaml", serverMaps: FileKind["serverMaps"]): FileKind => ({
  id: "generic",
  client: "unknown",
  title: "a configuration",
  variables: "none",
  format,
  serverMaps,
});
const KINDS = {
  codex: kind("toml", (root) => mapAt(root, "mcp_servers")),
  goose: kind("yaml", (root) => mapAt(root, "extensions")),
  continue: kind("yaml", namedList),
} as const;
type Sort = keyof typeof KINDS;

function config(sort: Sort, text: string): ConfigFile {
  const own = KINDS[sort];
  const document = own.format === "toml" ? parseToml("/f", text) : parseYaml("/f", text);
  return configOf({ path: "/f", kind: own, scope: "user" }, document);
}

function entryOf(one: ConfigFile): ServerEntry {
  const found = one.entries.find((entry) => entry.name === "s");
  assert(found, one.document.text);
  return found;
}

function applied(text: string, rewrite: Rewrite): string {
  assert.equal(rewrite.status, "rewritten", `${"reason" in rewrite ? rewrite.reason : ""}\n${text}`);
  return rewrite.status === "rewritten" ? applyEdits(text, rewrite.edits) : text;
}

function protect(sort: Sort, text: string, launcher = LAUNCHER): string {
  const one = config(sort, text);
  return applied(text, protectEntry(one, entryOf(one), launcher, launcher === WINDOWS));
}

function unprotect(sort: Sort, text: string): string {
  const one = config(sort, text);
  return applied(text, unprotectEntry(one, entryOf(one)));
}

test("a table of TOML starts through the launcher, and its literal moves as it is written", () => {
  const text = `# mine
[mcp_servers.s]
command = 'npx' # runtime
args = [
  "-y", # yes
  "x",
]
[mcp_servers.s.env]
A = "1"
`;
  const expected = text
    .replace("'npx'", '"/home/a b/.sallyport/bin/sallyport"')
    .replace('[\n  "-y"', '["proxy", "--server=s", "--client=unknown", "--", \'npx\',\n  "-y"');
  assert.equal(protect("codex", text), expected);
  assert.equal(unprotect("codex", expected), text);
  for (const other of [
    '[mcp_servers.s]\r\n  command = "run"\r\n',
    '[mcp_servers.s]\ncommand = """\nrun"""',
    'mcp_servers = { s = { command = "run" } }',
    'mcp_servers.s.command = "run" # c\nx = 1',
    'mcp_servers.s = { command = "run", args = [] }',
  ]) {
    for (const launcher of [LAUNCHER, WINDOWS]) {
      const there = protect("codex", other, launcher);
      assert.equal(entryOf(config("codex", there)).command?.value, "run");
      assert.equal(unprotect("codex", there), other);
    }
  }
});

test("a block of YAML gets lines in its own style, and loses them again", () => {
  const text = `extensions:
  s:
    cmd: npx   # runtime
    args:
    - -y
    # the package
    - x
    envs: {A: "1"}
`;
  const expected = text
    .replace("cmd: npx", 'cmd: "/home/a b/.sallyport/bin/sallyport"')
    .replace(
      "    - -y",
      ["proxy", "--server=s", "--client=unknown", "--"].map((word) => `    - "${word}"\n`).join("") +
        "    - npx\n    - -y",
    );
  assert.equal(protect("goose", text), expected);
  assert.equal(unprotect("goose", expected), text);
  const cases: [Sort, string][] = [
    ["goose", "extensions:\r\n  s:\r\n    cmd: run"],
    ["goose", "extensions: {s: {cmd: run, args: [-y, 'x']}}"],
    ["goose", "extensions: {s: {cmd: run}}\n"],
    ["goose", "extensions:\n  s:\n    cmd: 'it''s'\n    timeout: 3\n"],
    ["goose", "extensions:\n  s:\n    cmd: {run}\n".replace("{run}", "a{b},c")],
    ["continue", "mcpServers:\n  - name: s\n    command: npx\n    args: [ -y ]\n  - name: t\n    command: x\n"],
    ["continue", "mcpServers:\n- command: npx\n  name: s\n"],
  ];
  for (const [sort, other] of cases) {
    const there = protect(sort, other);
    assert.deepEqual(config(sort, there).document.problems, [], there);
    assert.equal(entryOf(config(sort, there)).protected, true, there);
    assert.equal(unprotect(sort, there), other);
  }
});

test("what cannot be moved as it is written is refused, with its reason", () => {
  const cases: [Sort, string, RegExp][] = [
    ["goose", "extensions:\n  s:\n    cmd: |\n      run\n", /several lines/],
    ["goose", "extensions:\n  s:\n    cmd: >-\n      run\n", /several lines/],
    ["goose", "a: &a {cmd: run}\nextensions:\n  s: *a\n", /alias/],
    ["goose", "a: &a {cmd: run}\nextensions:\n  s:\n    <<: *a\n    timeout: 1\n", /alias/],
    ["goose", "extensions:\n  s:\n    cmd: !!str run\n", /tag or an anchor/],
    ["goose", "extensions:\n  s:\n    cmd: run\n    args: !!seq [a]\n", /tag or an anchor/],
    ["goose", "extensions:\n  s:\n    cmd: a{b}\n    args: [x]\n", /would need quotes/],
    ["goose", "extensions:\n  s:\n    cmd: run\n    args:\n", /no list/],
    ["goose", "extensions:\n  s:\n    cmd: run\n    command: x\n", /twice/],
    ["goose", "extensions:\n  s:\n    cmd: run\n---\na: 1\n", /more than one document/],
    ["codex", 'mcp_servers.s = { a.b = 1, command.x = "y", args = [] }', /no string/],
    ["codex", '[mcp_servers.s]\nurl = "https://x.example/mcp"\n', /by URL/],
  ];
  for (const [sort, text, reason] of cases) {
    const one = config(sort, text);
    const rewrite = protectEntry(one, entryOf(one), LAUNCHER, false);
    assert.equal(rewrite.status, "refused", text);
    assert.match(rewrite.status === "refused" ? rewrite.reason : "", reason);
  }
});

test("what a person changed since stays", () => {
  const there = protect("codex", '[mcp_servers.s]\ncommand = "run"\n');
  assert.equal(
    unprotect("codex", there.replace('"run"]', '"run", "x"]')),
    '[mcp_servers.s]\ncommand = "run"\nargs = ["x"]\n',
  );
  const block = protect("goose", "extensions:\n  s:\n    cmd: run\n    args:\n      - a\n");
  assert.equal(
    unprotect("goose", block.replace("      - a\n", "      - a\n      - b\n")),
    "extensions:\n  s:\n    cmd: run\n    args:\n      - a\n      - b\n",
  );
  assert.equal(
    unprotect("goose", block.replace("\n      - a\n", "\n")),
    "extensions:\n  s:\n    cmd: run\n    args: []\n",
  );
});

// ── any configuration ──────────────────────────────────────────────────────────────────────────────────────────────

const word = fc.oneof(
  fc.constantFrom(
    "npx",
    "/opt/a b/run",
    "C:\\x\\run.exe",
    "it's",
    'say "x"',
    "a{b}",
    "x,y",
    "-y",
    "--",
    "é",
    "k: v",
    "# x",
  ),
  fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 8 }),
);
const command = word.filter((text) => text.trim() !== "");
const eol = fc.constantFrom("\n", "\r\n");
const end = fc.constantFrom("", "", " # c", "  ");
const way = fc.nat(3);
const quoted = (text: string): string => JSON.stringify(text);
const yamlWord = (text: string, style: number): string => {
  if (style === 0) return `'${text.replaceAll("'", "''")}'`;
  const isPlain =
    /^[\w/][\w/.{},'"-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n|[\d.][\w.]*)$/i.test(text);
  return style > 1 && isPlain ? text : quoted(text);
};
const yamlFlowWord = (text: string, style: number): string =>
  /[{},'"]/.test(text) ? quoted(text) : yamlWord(text, style);

const tomlEntry = fc
  .tuple(command, fc.option(fc.array(word, { maxLength: 3 })), eol, end, way, fc.boolean())
  .map(([own, args, nl, tail, how, first]) => {
    const put = (text: string): string => (how === 1 && !text.includes("'") ? `'${text}'` : quoted(text));
    const gap = how === 2 ? `${nl}  ` : "";
    const parts = [
      `command = ${put(own)}`,
      ...(args === null ? [] : [`args = [${args.map((one) => `${gap}${put(one)}`).join(",")}${gap}]`]),
    ];
    if (first) parts.reverse();
    if (how === 3) return `model = "m"${nl}mcp_servers.s = { ${parts.map((one) => one).join(", ")} }${tail}${nl}`;
    return `[mcp_servers.s]${tail}${nl}${parts.map((one) => `${one}${tail}${nl}`).join("")}[other]${nl}`;
  });

const yamlEntry = fc
  .tuple(command, fc.option(fc.array(word, { maxLength: 3 })), eol, end, way, way, fc.boolean())
  .map(([own, args, nl, tail, how, style, first]) => {
    if (how === 3) {
      const list = args === null ? "" : `, args: [${args.map((one) => yamlFlowWord(one, style)).join(", ")}]`;
      return `extensions: {s: {cmd: ${yamlFlowWord(own, style)}${list}}}${tail}${nl}`;
    }
    const flow = how === 0 || args?.length === 0;
    const at = how === 1 ? "    " : "      ";
    const list =
      args === null
        ? []
        : flow
          ? [`    args: [${args.map((one) => yamlFlowWord(one, style)).join(", ")}]${tail}${nl}`]
          : [`    args:${tail}${nl}${args.map((one) => `${at}- ${yamlWord(one, style)}${tail}${nl}`).join("")}`];
    const lines = [`    cmd: ${yamlWord(own, style)}${tail}${nl}`, ...list];
    if (first) lines.reverse();
    return `extensions:${nl}  s:${nl}${lines.join("")}  t:${nl}    cmd: x${nl}`;
  });

test("unprotect(protect(x)) is x, byte for byte, in TOML and YAML, or it is refused", () => {
  let rewritten = 0;
  const any = fc.oneof(
    tomlEntry.map((text) => ["codex", text] as const),
    yamlEntry.map((text) => ["goose", text] as const),
  );
  fc.assert(
    fc.property(any, fc.constantFrom(LAUNCHER, WINDOWS), ([sort, text], launcher) => {
      const before = config(sort, text);
      assert.deepEqual(before.document.problems, [], text);
      const was = entryOf(before);
      const rewrite = protectEntry(before, was, launcher, launcher === WINDOWS);
      if (rewrite.status === "refused") {
        assert.match(rewrite.reason, /would need quotes|empty|control/, text);
        return;
      }
      rewritten++;
      const there = applied(text, rewrite);
      const after = config(sort, there);
      assert.deepEqual(after.document.problems, [], there);
      const is = entryOf(after);
      assert.equal(is.protected, true, there);
      assert.equal(is.command?.value, was.command?.value, there);
      assert.deepEqual(
        is.args.map(({ value }) => value),
        was.args.map(({ value }) => value),
        there,
      );
      assert.equal(unprotect(sort, there), text);
    }),
    { numRuns: 400 },
  );
  assert.ok(rewritten > 250, String(rewritten));
});

test("the files of Codex, Goose and Continue are protected as their clients read them", async () => {
  const environment: Environment = { os: "linux", home: "/home/ann", cwd: "/", variable: () => undefined };
  const cases: readonly (readonly [string, string, string])[] = [
    ["/home/ann/.codex/config.toml", '[mcp_servers.s]\ncommand = "npx"\nargs = ["-y"]\n', "codex"],
    [
      "/home/ann/.config/goose/config.yaml",
      "extensions:\n  s:\n    type: stdio\n    cmd: npx\n    args: [-y]\n",
      "goose",
    ],
    [
      "/home/ann/.continue/config.yaml",
      "mcpServers:\n  - name: s\n    command: npx\n    args:\n      - -y\n",
      "continue",
    ],
  ];
  for (const [file, text, client] of cases) {
    const read = (of: string) => readConfig({ path: file, text: of, ...kindOf(file, environment) });
    const there = applied(text, protectIn(await read(text), { server: "s" }, environment, "/usr/bin/node"));
    const [entry] = (await read(there)).entries;
    assert.equal(entry?.protected, true, there);
    assert.equal(entry?.command?.value, "npx");
    assert.match(there, new RegExp(`"/home/ann/\\.sallyport/bin/sallyport"[^]*"--client=${client}"`));
    assert.equal(applied(there, unprotectIn(await read(there), { server: "s" })), text);
  }
});
