import assert from "node:assert/strict";
import { test } from "node:test";
import { configOf, kindOf, userFiles } from "../../../src/clients/clients.ts";
import { parseJson } from "../../../src/documents/json.ts";
import { vscodeUserData } from "../../../src/clients/vscode.ts";
import type { Environment } from "../../../src/core/environment.ts";

function machine(os: Environment["os"], variables: Readonly<Record<string, string>> = {}): Environment {
  const home = { linux: "/home/mina", macos: "/Users/mina", windows: "C:\\Users\\mina" }[os];
  return { os, home, cwd: home, variable: (name) => variables[name] };
}

const pathsOn = (environment: Environment): string[] => userFiles(environment).map((one) => one.path);

test("the person's files are where each client has them on Linux", () => {
  const paths = pathsOn(machine("linux"));
  for (const expected of [
    "/home/mina/.config/Code/User/mcp.json",
    "/home/mina/.config/Code/User/settings.json",
    "/home/mina/.config/Code/User/profiles/*/mcp.json",
    "/home/mina/.config/Code - Insiders/User/mcp.json",
    "/home/mina/.config/VSCodium/User/mcp.json",
    "/home/mina/.local/share/code-server/User/mcp.json",
    "/home/mina/.vscode-server/data/Machine/settings.json",
    "/home/mina/.cursor/mcp.json",
    "/home/mina/.claude.json",
    "/home/mina/.claude/settings.json",
    "/home/mina/.config/Claude/claude_desktop_config.json",
  ]) {
    assert.ok(paths.includes(expected), expected);
  }
  assert.equal(new Set(paths).size, paths.length);
});

test("on macOS and Windows they are where those systems keep them", () => {
  const mac = pathsOn(machine("macos"));
  assert.ok(mac.includes("/Users/mina/Library/Application Support/Code/User/mcp.json"));
  assert.ok(mac.includes("/Users/mina/Library/Application Support/Claude/claude_desktop_config.json"));
  const windows = pathsOn(machine("windows", { APPDATA: "D:\\Roaming" }));
  assert.ok(windows.includes("D:\\Roaming\\Code\\User\\mcp.json"));
  assert.ok(windows.includes("D:\\Roaming\\Claude\\claude_desktop_config.json"));
  assert.ok(windows.includes("C:\\Users\\mina\\.cursor\\mcp.json"));
  assert.ok(pathsOn(machine("windows")).includes("C:\\Users\\mina\\AppData\\Roaming\\Code\\User\\mcp.json"));
});

test("variables that move them are followed when they are absolute", () => {
  const moved = machine("linux", {
    XDG_CONFIG_HOME: "/cfg",
    CLAUDE_CONFIG_DIR: "/claude",
    VSCODE_PORTABLE: "/portable",
  });
  const paths = pathsOn(moved);
  for (const expected of [
    "/cfg/Code/User/mcp.json",
    "/claude/.claude.json",
    "/claude/settings.json",
    "/portable/user-data/User/mcp.json",
  ]) {
    assert.ok(paths.includes(expected), expected);
  }
  assert.ok(
    pathsOn(machine("linux", { XDG_CONFIG_HOME: "relative" })).includes("/home/mina/.config/Code/User/mcp.json"),
  );
  assert.ok(vscodeUserData("/data dir", machine("linux")).some((one) => one.path === "/data dir/User/mcp.json"));
});

test("a path is known by where it is", () => {
  const on = machine("linux");
  const cases: [string, string, string][] = [
    ["/w/.vscode/mcp.json", "vscode-mcp", "workspace"],
    ["/w/a/.cursor/mcp.json", "cursor-mcp", "workspace"],
    ["/home/mina/.cursor/mcp.json", "cursor-mcp", "user"],
    ["/home/mina/.config/Code/User/profiles/work/mcp.json", "vscode-mcp", "profile"],
    ["/home/mina/.claude/settings.json", "claude-settings", "user"],
    ["/w/.claude/settings.local.json", "claude-settings", "workspace"],
    ["/w/backup/claude_desktop_config.json", "claude-desktop", "workspace"],
    ["/w/any.json", "generic", "workspace"],
    ["/w/x.vscode/mcp.json", "generic", "workspace"],
  ];
  for (const [file, kind, scope] of cases) {
    const found = kindOf(file, on);
    assert.deepEqual([found.kind.id, found.scope], [kind, scope], file);
  }
  assert.equal(kindOf("C:\\w\\.vscode\\mcp.json", machine("windows")).kind.id, "vscode-mcp");
});

test("each layout gives its entries; a map at a place where the client does not look is switched off", () => {
  const on = machine("linux");
  const entries = (file: string, text: string): [string, boolean][] =>
    configOf({ path: file, ...kindOf(file, on) }, parseJson(file, text)).entries.map((entry) => [
      entry.name,
      entry.enabled,
    ]);
  const one = '{"a": {"command": "x"}}';
  assert.deepEqual(entries("/w/.vscode/mcp.json", `{"servers": ${one}}`), [["a", true]]);
  assert.deepEqual(entries("/w/.vscode/mcp.json", `{"mcpServers": ${one}}`), [["a", false]]);
  assert.deepEqual(entries("/w/.mcp.json", one), [["a", true]]);
  assert.deepEqual(entries("/w/.vscode/settings.json", `{"mcp": {"servers": ${one}}}`), [["a", true]]);
  assert.deepEqual(entries("/home/mina/.claude.json", `{"projects": {"/p": {"mcpServers": ${one}}}}`), [["a", true]]);
  assert.deepEqual(entries("/w/any.json", `{"context_servers": ${one}}`), [["a", true]]);
  assert.deepEqual(entries("/w/any.json", '{"name": "x", "version": "1"}'), []);
  for (const odd of ["[]", "1", '{"mcpServers": []}', '{"mcpServers": {"a": 1}}', '{"mcpServers": null}']) {
    assert.deepEqual(entries("/w/.cursor/mcp.json", odd), [], odd);
  }
});
