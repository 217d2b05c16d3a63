import assert from "node:assert/strict";
import { test } from "node:test";
import { reachInWords, reachOf } from "../../../src/audit/reach.ts";
import { capabilities } from "../../../src/audit/data/capabilities.ts";
import { recognise } from "../../../src/audit/serverCatalogue.ts";
import { readConfig } from "../../../src/clients/clients.ts";
import type { ConfigFile, ServerEntry } from "../../../src/clients/config.ts";
import { CURSOR_MCP } from "../../../src/clients/cursor.ts";

async function entryOf(entry: object, name = "x"): Promise<[ConfigFile, ServerEntry]> {
  const text = JSON.stringify({ mcpServers: { [name]: entry } });
  const file = await readConfig({ path: "/w/.cursor/mcp.json", text, kind: CURSOR_MCP, scope: "workspace" });
  const [first] = file.entries;
  assert.ok(first);
  return [file, first];
}

const launched = (line: string): object => {
  const [command, ...args] = line.split(" ");
  return { command, args };
};

test("a catalogued server is recognised by what it starts, through every launcher", async () => {
  const cases: readonly [object, string | undefined][] = [
    [launched("npx -y @modelcontextprotocol/server-filesystem@2025.1.1 /tmp/x"), "filesystem"],
    [launched("cmd /c npx -y @modelcontextprotocol/server-filesystem ."), "filesystem"],
    [{ command: "npx -y @upstash/context7-mcp@latest" }, "context7"],
    [{ command: "bash", args: ["-c", "GITHUB_TOKEN=x npx -y mcp-server-kubernetes"] }, "kubernetes"],
    [launched("uvx mcp-server-fetch==2025.4.7"), "fetch"],
    [launched("uv tool run --from mcp_server_git mcp-server-git"), "git"],
    [launched("uv run --directory /opt/x mcp-server-sqlite --db-path a.db"), "sqlite"],
    [launched("python3 -m mcp_server_time --local-timezone=UTC"), "time"],
    [launched("docker run -i --rm -e TOKEN ghcr.io/github/github-mcp-server:v1 stdio"), "github"],
    [launched("docker run -i --rm docker.io/mcp/postgres"), "postgres"],
    [launched("docker mcp gateway run"), "docker-gateway"],
    [launched("docker compose up"), undefined],
    [launched("/usr/local/bin/github-mcp-server stdio"), "github"],
    [launched("node /opt/a/node_modules/@playwright/mcp/cli.js --headless"), "playwright"],
    [launched("npx -y mcp-remote@0.1.38 https://mcp.linear.app/sse"), "linear"],
    [launched("npx -y mcp-remote https://unknown.example.com/mcp"), undefined],
    [{ command: "npx", args: ["-y", "supergateway", "--stdio", "npx -y firecrawl-mcp"] }, "firecrawl"],
    [launched("uvx mcp-proxy -- uvx mcp-server-fetch"), "fetch"],
    [launched("npx -y @smithery/cli@1 run exa --key abc"), "exa"],
    [launched("uvx --from git+https://github.com/oraios/serena serena start-mcp-server"), "serena"],
    [{ url: "https://api.githubcopilot.com/mcp/" }, "github"],
    [{ url: "https://api.githubcopilot.com.evil.example/mcp/" }, undefined],
    [launched("sallyport proxy -- npx -y @notionhq/notion-mcp-server"), "notion"],
    [launched("npx -y @someone/github-mcp"), undefined],
    [launched("node ./server.js"), undefined],
  ];
  for (const [entry, id] of cases) {
    const [file, own] = await entryOf(entry, "github");
    assert.equal(recognise(file, own).server?.id, id, JSON.stringify(entry));
  }
});

test("a read-only mode and lists of tools take abilities away; a name gives none", async () => {
  const github = (extra: object): object => ({ command: "github-mcp-server", args: ["stdio"], ...extra });
  const abilities = async (entry: object): Promise<readonly string[]> => reachOf(...(await entryOf(entry))).abilities;
  const all = ["reads-private", "reads-untrusted", "leaves-the-machine", "writes"];
  const reading = all.slice(0, 2);
  assert.deepEqual(await abilities(github({})), all);
  assert.deepEqual(await abilities(github({ env: { GITHUB_READ_ONLY: "1" } })), reading);
  assert.deepEqual(await abilities(github({ env: { GITHUB_READ_ONLY: "0" } })), all);
  assert.deepEqual(await abilities(github({ args: ["stdio", "--read-only"] })), reading);
  assert.deepEqual(
    await abilities(launched("docker run -i -e GITHUB_READ_ONLY=1 ghcr.io/github/github-mcp-server")),
    reading,
  );
  assert.deepEqual(
    await abilities({ url: "https://api.githubcopilot.com/mcp/", headers: { "x-mcp-readonly": "true" } }),
    reading,
  );
  assert.deepEqual(await abilities({ url: "https://api.githubcopilot.com/mcp/x/repos/readonly" }), reading);
  assert.deepEqual(await abilities(github({ includeTools: ["list_issues", "get_file_contents"] })), reading);
  assert.deepEqual(await abilities(github({ includeTools: ["*"] })), all);
  assert.deepEqual(await abilities({ url: "https://mcp.supabase.com/mcp?read_only=true" }), [
    ...reading,
    "gives-credentials",
  ]);
  assert.deepEqual(await abilities(launched("uvx postgres-mcp --access-mode restricted")), reading);
  assert.deepEqual(await abilities(launched("npx -y @benborla29/mcp-server-mysql")), [...reading, "writes"]);
  const off = { ALLOW_INSERT_OPERATION: "false", ALLOW_UPDATE_OPERATION: "false" };
  const mysql = { ...launched("npx -y @benborla29/mcp-server-mysql"), env: off };
  assert.deepEqual(await abilities(mysql), [...reading, "writes"]);
  assert.deepEqual(await abilities({ ...mysql, env: { ...off, ALLOW_DELETE_OPERATION: "false" } }), reading);
  const fetch = { ...launched("uvx mcp-server-fetch"), disabledTools: ["fetch"] };
  assert.deepEqual(await abilities(fetch), []);
  assert.deepEqual(await abilities({ url: "https://tools.example.com/mcp" }), [
    "reads-untrusted",
    "leaves-the-machine",
  ]);
  assert.deepEqual(await abilities({ url: "http://127.0.0.1:3000/mcp" }), []);
});

test("what a server reaches is said in words that name the tools", async () => {
  const words = async (entry: object): Promise<string[]> => reachInWords(reachOf(...(await entryOf(entry))));
  assert.deepEqual(await words(launched("npx -y @playwright/mcp")), [
    "Playwright (npm package @playwright/mcp)",
    "reads private data",
    "is fed text that strangers wrote: browser_navigate, browser_snapshot",
    "can send data out: browser_navigate, browser_type, browser_file_upload, browser_fill_form",
    "changes or deletes",
    "executes code in a browser: browser_evaluate, browser_run_code",
    "private where it uses a profile that is logged in",
  ]);
  assert.deepEqual(await words({ ...launched("node ./x.js"), sandboxEnabled: true }), [
    "A program of this machine, which is not in the catalogue",
    "may do whatever its program may do",
    "runs in a sandbox",
  ]);
  assert.deepEqual(await words({ url: "https://tools.example.com/mcp" }), [
    "host tools.example.com, which is not in the catalogue",
    "is assumed to be one that is fed text that strangers wrote",
    "is assumed to be one that can send data out",
  ]);
  assert.ok((await words(launched("uvx postgres-mcp"))).includes("can be made to read only: --access-mode=restricted"));
});

test("the catalogue names each server, package and host once, and where each row is from", () => {
  const rows = capabilities();
  const unique = (of: (one: (typeof rows)[number]) => readonly string[]): void => {
    const names = rows.flatMap(of);
    assert.deepEqual([...new Set(names)], names);
  };
  unique((one) => [one.id]);
  unique((one) => one.npm ?? []);
  unique((one) => one.pypi ?? []);
  unique((one) => one.image ?? []);
  unique((one) => one.host ?? []);
  unique((one) => one.names ?? []);
  for (const one of rows) {
    assert.match(one.source, /^(?:https:\/\/|pkg:(?:npm|pypi)\/)\S+$/, one.id);
    const able = [...Object.keys(one.tools ?? {}), ...(one.weak ?? [])];
    assert.deepEqual(
      able.filter((ability) => !one.can.some((can) => can === ability)),
      [],
      one.id,
    );
  }
});
