import assert from "node:assert/strict";
import { test } from "node:test";
import { CLIENTS, filesOf, kindOf, readConfig, userFiles } from "../../../src/clients/clients.ts";
import type { ConfigFile } from "../../../src/clients/config.ts";
import { resolvedNames, withFolders } from "../../../src/clients/variables.ts";
import type { Environment } from "../../../src/core/environment.ts";

function machine(os: Environment["os"], variables: Readonly<Record<string, string>> = {}): Environment {
  const home = { linux: "/home/mina", macos: "/Users/mina", windows: "C:\\Users\\mina" }[os];
  return { os, home, cwd: home, variable: (name) => variables[name] };
}

const LINUX = machine("linux");

const read = (path: string, text: string): Promise<ConfigFile> => readConfig({ path, text, ...kindOf(path, LINUX) });

/** A server's name, what it starts or where it is, and whether it is on. */
const shown = (config: ConfigFile): string[] =>
  config.entries.map(({ name, command, args, url, enabled }) =>
    [
      name,
      ...(command ? [command.value, ...args.map((arg) => arg.value)] : [url?.value ?? "nothing"]),
      enabled ? "on" : "off",
    ].join(" "),
  );

const MAP =
  '{ "notes": { "command": "npx", "args": ["-y", "notes@1.0.0"] }, "far": { "url": "https://mcp.example.com" } }';
const BOTH = ["notes npx -y notes@1.0.0 on", "far https://mcp.example.com on"];
const below = (key: string): string => `{ "${key}": ${MAP} }`;

/** A file of each client as its own documentation writes it, the kind that it is, and what is read. */
const SAMPLES: readonly (readonly [file: string, kind: string, text: string, expected: readonly string[]])[] = [
  ["/w/.vscode/mcp.json", "vscode-mcp", `{ "inputs": [], "servers": ${MAP} }`, BOTH],
  ["/home/mina/.config/Code/User/settings.json", "vscode-settings", `{ "mcp": { "servers": ${MAP} } }`, BOTH],
  [
    "/w/app.code-workspace",
    "vscode-workspace",
    `{ "folders": [], "settings": { "mcp": { "servers": ${MAP} } } }`,
    BOTH,
  ],
  [
    "/w/.devcontainer/devcontainer.json",
    "devcontainer",
    `{ "customizations": { "vscode": { "mcp": { "servers": ${MAP} } } } }`,
    BOTH,
  ],
  ["/w/.cursor/mcp.json", "cursor-mcp", below("mcpServers"), BOTH],
  ["/w/.mcp.json", "mcp-json", below("mcpServers"), BOTH],
  [
    "/home/mina/.claude.json",
    "claude-json",
    `{ "projects": { "/p": { "disabledMcpServers": ["far"], "mcpServers": ${MAP} } } }`,
    [BOTH[0] ?? "", "far https://mcp.example.com off"],
  ],
  ["/home/mina/.config/Claude/claude_desktop_config.json", "claude-desktop", below("mcpServers"), BOTH],
  [
    "/home/mina/.config/Claude/Claude Extensions/n/manifest.json",
    "mcpb-manifest",
    '{ "manifest_version": "0.3", "name": "notes", "server": { "type": "node", "mcp_config": { "command": "node", "args": ["${__dirname}/x.js"] } } }',
    ["notes node ${__dirname}/x.js on"],
  ],
  [
    "/home/mina/.codex/config.toml",
    "codex-config",
    '[mcp_servers.notes]\ncommand = "npx"\nargs = ["-y", "notes@1.0.0"]\n\n[mcp_servers.far]\nurl = "https://mcp.example.com"\nenabled = false\n',
    [BOTH[0] ?? "", "far https://mcp.example.com off"],
  ],
  [
    "/w/.gemini/settings.json",
    "gemini-settings",
    '{ "mcp": { "excluded": ["far"] }, "mcpServers": { "notes": { "command": "npx" }, "far": { "httpUrl": "https://mcp.example.com" } } }',
    ["notes npx on", "far https://mcp.example.com off"],
  ],
  [
    "/home/mina/.copilot/mcp-config.json",
    "copilot-mcp",
    '{ "mcpServers": { "notes": { "type": "local", "command": "npx", "tools": ["*"] } } }',
    ["notes npx on"],
  ],
  ["/w/.github/copilot/mcp.json", "copilot-eclipse-mcp", below("servers"), BOTH],
  ["/home/mina/.config/github-copilot/intellij/mcp.json", "copilot-jetbrains-mcp", below("servers"), BOTH],
  [
    "/home/mina/.codeium/windsurf/mcp_config.json",
    "windsurf-mcp",
    '{ "mcpServers": { "far": { "serverUrl": "https://mcp.example.com" } } }',
    ["far https://mcp.example.com on"],
  ],
  [
    "/home/mina/.config/Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json",
    "cline-mcp",
    '{ "mcpServers": { "notes": { "transport": { "type": "stdio", "command": "npx", "args": ["x"] }, "disabled": true } } }',
    ["notes npx x off"],
  ],
  ["/w/.roo/mcp.json", "roo-mcp", below("mcpServers"), BOTH],
  [
    "/w/kilo.jsonc",
    "kilo-config",
    '{ "mcp": { "notes": { "type": "local", "command": ["npx", "x"] } } }',
    ["notes npx x on"],
  ],
  [
    "/w/opencode.json",
    "opencode-config",
    '{ "mcp": { "notes": { "type": "local", "command": ["npx", "x"], "enabled": false }, "servers": { "far": { "type": "remote", "url": "https://mcp.example.com" } } } }',
    ["notes npx x off", "far https://mcp.example.com on"],
  ],
  [
    "/home/mina/.config/zed/settings.json",
    "zed-settings",
    '{ "context_servers": { "notes": { "command": { "path": "npx", "args": ["x"], "env": {} } } } }',
    ["notes npx x on"],
  ],
  [
    "/home/mina/.continue/config.yaml",
    "continue-yaml",
    "name: mine\nmcpServers:\n  - name: notes\n    command: npx\n    args: [x]\n  - name: far\n    url: https://mcp.example.com\n",
    ["notes npx x on", "far https://mcp.example.com on"],
  ],
  [
    "/home/mina/.continue/config.json",
    "continue-json",
    '{ "experimental": { "modelContextProtocolServers": [{ "transport": { "type": "stdio", "command": "npx" } }] } }',
    ["#1 npx on"],
  ],
  ["/w/.amazonq/agents/review.json", "amazonq-agent", below("mcpServers"), BOTH],
  ["/w/.kiro/settings/mcp.json", "kiro-mcp", below("mcpServers"), BOTH],
  [
    "/home/mina/.config/goose/config.yaml",
    "goose-config",
    "extensions:\n  notes:\n    type: stdio\n    cmd: npx\n    args:\n      - x\n    enabled: true\n  far:\n    type: streamable_http\n    uri: https://mcp.example.com\n    enabled: false\n",
    ["notes npx x on", "far https://mcp.example.com off"],
  ],
  ["/w/.ai/mcp/mcp.json", "jetbrains-mcp", below("mcpServers"), BOTH],
  ["/w/.junie/mcp/mcp.json", "junie-mcp", below("mcpServers"), BOTH],
  ["/w/.air/mcp.json", "air-mcp", below("mcpServers"), BOTH],
  ["/home/mina/.config/Google/AndroidStudio2026.1/mcp.json", "android-studio-mcp", below("mcpServers"), BOTH],
  ["/home/mina/.gemini/antigravity/mcp_config.json", "antigravity-mcp", below("mcpServers"), BOTH],
  ["/home/mina/.lmstudio/mcp.json", "lmstudio-mcp", below("mcpServers"), BOTH],
  ["/w/.vs/mcp.json", "visualstudio-mcp", below("servers"), BOTH],
  ["/w/.warp/.mcp.json", "warp-mcp", below("mcpServers"), BOTH],
  ["/w/.qwen/settings.json", "qwen-settings", below("mcpServers"), BOTH],
  ["/w/.augment/settings.json", "augment-settings", below("mcpServers"), BOTH],
  ["/w/.factory/mcp.json", "factory-mcp", below("mcpServers"), BOTH],
  ["/w/crush.json", "crush-config", below("mcp"), BOTH],
  ["/w/.amp/settings.json", "amp-settings", below("amp.mcpServers"), BOTH],
  ["/w/.tabnine/mcp_servers.json", "tabnine-settings", below("mcpServers"), BOTH],
  ["/w/.rovodev/mcp.json", "rovodev-mcp", below("mcpServers"), BOTH],
  ["/w/.grok/config.toml", "grok-config", '[mcp_servers.notes]\ncommand = "npx"\n', ["notes npx on"]],
  ["/w/.kimi-code/mcp.json", "kimi-mcp", below("mcpServers"), BOTH],
  ["/w/.bob/mcp.json", "bob-mcp", below("mcpServers"), BOTH],
  ["/home/mina/.snowflake/cortex/mcp.json", "cortex-mcp", below("mcpServers"), BOTH],
  ["/w/zcode.json", "zcode-config", `{ "mcp": ${below("servers")} }`, BOTH],
  ["/home/mina/.hermes/config.yaml", "hermes-config", "mcp_servers:\n  notes:\n    command: npx\n", ["notes npx on"]],
  ["/w/.mastracode/mcp.json", "mastra-mcp", below("mcpServers"), BOTH],
  ["/w/.pi/mcp.json", "pi-mcp", below("mcpServers"), BOTH],
  ["/w/config/mcporter.json", "mcporter-mcp", below("mcpServers"), BOTH],
  ["/home/mina/.config/Trae/User/mcp.json", "trae-mcp", below("mcpServers"), BOTH],
  ["/home/mina/.qoder/mcp.json", "qoder-mcp", below("mcpServers"), BOTH],
  [
    "/home/mina/.vibe/config.toml",
    "mistral-vibe-config",
    '[[mcp_servers]]\nname = "far"\ntransport = "http"\nurl = "https://mcp.example.com"\n',
    ["far https://mcp.example.com on"],
  ],
  ["/home/mina/.openclaw/openclaw.json", "openclaw-config", `{ "mcp": ${below("servers")} }`, BOTH],
  ["/home/mina/.sema4ai/sema4ai-studio/mcp_servers.json", "sema4ai-mcp", below("mcpServers"), BOTH],
  [
    "/home/mina/.docker/mcp/registry.yaml",
    "docker-registry",
    "registry:\n  notes:\n    ref: ''\n",
    ["notes nothing on"],
  ],
];

test("a file of each client is known by its place and read as the client reads it", async () => {
  const seen = new Set<string>();
  for (const [path, kind, text, expected] of SAMPLES) {
    const config = await read(path, text);
    assert.equal(config.kind.id, kind, path);
    assert.deepEqual(config.document.problems, [], path);
    assert.deepEqual(shown(config), expected, path);
    seen.add(config.kind.client);
  }
  assert.deepEqual(
    CLIENTS.map((client) => client.id).filter((id) => !seen.has(id)),
    [],
  );
});

test("a field that is not the command has its place in every spelling", async () => {
  const text = `[mcp_servers.far]
url = "https://mcp.example.com"
bearer_token_env_var = "FAR_TOKEN"
env_vars = ["A", { name = "B", source = "local" }]
enabled_tools = ["read"]
disabled_tools = ["drop"]
http_headers = { Region = "eu" }
env_http_headers = { "X-Key" = "FAR_KEY" }
`;
  const [entry] = (await read("/w/.codex/config.toml", text)).entries;
  assert.ok(entry);
  const fields = [...entry.passed, ...entry.toolsOn, ...entry.toolsOff, ...entry.headers];
  assert.deepEqual(
    fields.map(({ node }) => text.slice(node.span.start, node.span.end)),
    ['"A"', '"B"', '"FAR_TOKEN"', '"FAR_KEY"', '"read"', '"drop"', '"eu"'],
  );
  assert.deepEqual(
    entry.passed.map(({ as, header }) => [as, header]),
    [
      ["variable", undefined],
      ["variable", undefined],
      ["header", "Authorization"],
      ["header", "X-Key"],
    ],
  );
  const yaml =
    "mcpServers:\n  - name: far\n    url: https://u\n    requestOptions: { headers: { H: v } }\n    apiKey: k\n";
  const [other] = (await read("/home/mina/.continue/config.yaml", yaml)).entries;
  assert.deepEqual([other?.headers[0]?.value, other?.apiKey?.value], ["v", "k"]);
  const cursor =
    '{ "mcpServers": { "far": { "url": "u", "headersHelper": "h", "auth": { "CLIENT_ID": "i", "scopes": ["s"] }, "alwaysAllow": ["t"], "trust": true } } }';
  const [third] = (await read("/w/.cursor/mcp.json", cursor)).entries;
  assert.deepEqual(
    [
      third?.headersHelper?.value,
      third?.oauth?.clientId?.value,
      third?.oauth?.scopes[0]?.value,
      third?.approved[0]?.value,
      third?.trusted?.value,
    ],
    ["h", "i", "s", "t", true],
  );
});

test("a file that nobody knows is read by its shape, in all three formats", async () => {
  assert.deepEqual(shown(await read("/w/any.toml", '[mcp_servers.a]\ncommand = "x"\n')), ["a x on"]);
  assert.deepEqual(shown(await read("/w/any.yaml", "extensions:\n  a:\n    cmd: x\n")), ["a x on"]);
  assert.deepEqual(shown(await read("/w/any.json", '{ "mcp": { "a": { "command": ["x", "y"] } } }')), ["a x y on"]);
  assert.deepEqual(shown(await read("/w/any.yaml", "extensions: [one, two]\nservers: 3\n")), []);
});

test("every path is absolute on its own system, and no client has one twice", () => {
  for (const os of ["linux", "macos", "windows"] as const) {
    const on = machine(os);
    const start = os === "windows" ? /^[A-Z]:\\/ : /^\//;
    for (const client of CLIENTS) {
      const paths = filesOf(client, on).map((one) => one.path);
      for (const path of paths) assert.match(path, start, client.id);
      if (os === "windows") for (const path of paths) assert.ok(!path.includes("/"), path);
      assert.equal(new Set(paths).size, paths.length, `${client.id} on ${os}`);
    }
  }
});

test("clients are where each system has them, and variables move them only to absolute places", () => {
  const has = (on: Environment, path: string): boolean => userFiles(on).some((one) => one.path === path);
  const windows = machine("windows", { LOCALAPPDATA: "D:\\Local", ProgramData: "D:\\Data" });
  for (const path of [
    "D:\\Local\\crush\\crush.json",
    "D:\\Data\\gemini-cli\\settings.json",
    "C:\\Users\\mina\\AppData\\Roaming\\Block\\goose\\config\\config.yaml",
    "C:\\Users\\mina\\AppData\\Roaming\\Zed\\settings.json",
    "C:\\Users\\mina\\.codex\\config.toml",
    "C:\\Users\\mina\\.mcp.json",
  ]) {
    assert.ok(has(windows, path), path);
  }
  const mac = machine("macos");
  assert.ok(has(mac, "/Library/Application Support/ClaudeCode/managed-mcp.json"));
  assert.ok(has(mac, "/Users/mina/.config/zed/settings.json"));
  for (const [name, path] of [
    ["CODEX_HOME", "config.toml"],
    ["COPILOT_HOME", "mcp-config.json"],
    ["GROK_HOME", "config.toml"],
    ["CLINE_DATA_DIR", "settings/cline_mcp_settings.json"],
    ["OPENCODE_CONFIG_DIR", "opencode.json"],
    ["CONTINUE_GLOBAL_DIR", "config.yaml"],
  ] as const) {
    assert.ok(has(machine("linux", { [name]: "/moved" }), `/moved/${path}`), name);
    assert.ok(!userFiles(machine("linux", { [name]: "moved" })).some((one) => one.path.includes("moved")), name);
  }
});

test("in WSL the Windows side is looked at, and nowhere else", () => {
  const around = (on: Environment): string[] =>
    userFiles(on)
      .map((one) => one.path)
      .filter((path) => path.startsWith("/mnt/"));
  const paths = around(machine("linux", { WSL_DISTRO_NAME: "Debian" }));
  assert.ok(paths.includes("/mnt/c/Users/*/AppData/Roaming/Code/User/mcp.json"));
  assert.ok(paths.includes("/mnt/c/Users/*/AppData/Roaming/Claude/claude_desktop_config.json"));
  assert.deepEqual(around(LINUX), []);
});

test("scopes are told apart", () => {
  for (const [path, scope] of [
    ["/home/mina/.vscode-server/data/Machine/mcp.json", "remote"],
    ["/home/mina/.claude/plugins/cache/a/b/.mcp.json", "plugin"],
    ["/etc/claude-code/managed-mcp.json", "managed"],
    ["/home/mina/.codex/work.config.toml", "profile"],
    ["/w/.codex/config.toml", "workspace"],
  ] as const) {
    assert.equal(kindOf(path, LINUX).scope, scope, path);
  }
});

test("variables are named with whether they are set, and no value of one is shown", () => {
  const on = machine("linux", { TOKEN: "value-of-token" });
  const names = resolvedNames("Bearer ${env:TOKEN} ${env:NONE} ${input:id}", "vscode-input", on);
  assert.deepEqual(
    names.map(({ source, name, set }) => [source, name, set]),
    [
      ["environment", "TOKEN", true],
      ["environment", "NONE", false],
      ["input", "id", undefined],
    ],
  );
  assert.ok(!JSON.stringify(names).includes("value-of-token"));
  assert.equal(
    withFolders("${userHome}/a ${env:TOKEN} ${workspaceFolder}", "cursor-env", on, "/w"),
    "/home/mina/a ${env:TOKEN} /w",
  );
  assert.deepEqual(resolvedNames("${TOKEN}", "cursor-env", on), []);
});
