import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { homeWith, words } from "./home.ts";
import { installed, type Program, run, WATCHDOG } from "./programs.ts";

const CODEX: Program = {
  name: "@openai/codex",
  version: "0.169.0",
  integrity: "sha512-KhzYlkKPxoNssR8CEm45IjqnFWn7UtlF4CiD3tOJPea51xBs7MaHy0UQG9GSbCqk6Lrjn5QdJDV0QD1/FgWlGw==",
  entry: "bin/codex.js",
};
const GEMINI: Program = {
  name: "@google/gemini-cli",
  version: "0.61.0",
  integrity: "sha512-dbQ9A0qBtFJNi6XBkHvfZ6Azpn6PNgH/P8h2MZ67RLlX8hSAVjup39CRWqdRxZv7YXIuhrFaytr8y0jKnkoxnQ==",
  entry: "bundle/gemini.js",
};
/** `${process.platform}-${process.arch}`, as packages of programs are named. */
const SYSTEM = `${process.platform}-${process.arch}`;
const CLAUDE: Program = {
  name: "@anthropic-ai/claude-code",
  version: "2.1.332",
  integrity: "sha512-tvSh6bLvEbd97APD31AnojOrRC3AmcRj5R8sF8QIQitu3x2ucOb1kKmTkGDw41kjva+CGJfpkt+wYouk6yv56Q==",
  native: { package: `@anthropic-ai/claude-code-${SYSTEM}`, entry: "claude" },
};
const OPENCODE: Program = {
  name: "opencode-ai",
  version: "1.18.33",
  integrity: "sha512-58P1ffLRXiAY4QeoABqUjqf6DEzm1ihpovvn9Ad+oOLbLiwK/rf88wruT9IATJ7AtNjmi8iA7pC8tN4o5y799Q==",
  native: { package: `opencode-${SYSTEM}`, entry: "bin/opencode" },
};

const posix = process.platform === "win32" ? { skip: "their homes are set by HOME" } : {};

describe("real clients agree with our reader", posix, () => {
  it("Codex lists the servers that we read, and which are switched off", { timeout: WATCHDOG }, async (t) => {
    const program = await installed(t, CODEX);
    if (program === undefined) return;
    const text = `[mcp_servers.notes]
command = "npx"
args = ["-y", "notes-server@1.2.3"]
env = { NOTES_DIR = "/srv/notes" }

[mcp_servers."off one"]
command = "node"
args = ["x.mjs"]
enabled = false

[mcp_servers.remote]
url = "https://mcp.example.com/mcp"
bearer_token_env_var = "REMOTE_TOKEN"
`;
    const home = await homeWith({ ".codex/config.toml": () => text });
    const output = await run(program, ["mcp", "list", "--json"], home.work, home.env);
    interface Listed {
      readonly name: string;
      readonly enabled: boolean;
      readonly transport: {
        readonly command?: string;
        readonly args?: string[];
        readonly url?: string;
        readonly bearer_token_env_var?: string;
      };
    }
    const theirs = (JSON.parse(output) as Listed[]).map(({ name, enabled, transport }) => [
      name,
      enabled,
      transport.url ?? [transport.command, ...(transport.args ?? [])].join(" "),
      transport.bearer_token_env_var,
    ]);
    const ours = home.entries.map((entry) => [entry.name, entry.enabled, words(entry), entry.passed[0]?.value]);
    assert.deepEqual(theirs, ours);
    assert.equal(ours.length, 3);
    home.remove();
  });

  it(
    "Gemini CLI lists the servers that we read, and blocks those that are excluded",
    { timeout: WATCHDOG },
    async (t) => {
      const program = await installed(t, GEMINI);
      if (program === undefined) return;
      const text = `{
  // the person's own
  "mcp": { "excluded": ["off"] },
  "mcpServers": {
    "notes": { "command": "npx", "args": ["-y", "notes-server@1.2.3"] },
    "off": { "command": "node", "args": ["x.mjs"] },
    "remote": { "httpUrl": "https://127.0.0.1:9/mcp" }
  }
}
`;
      const home = await homeWith({ ".gemini/settings.json": () => text });
      // In a folder that is not trusted it starts none of them, and so the list is out of the file alone.
      const output = await run(program, ["mcp", "list"], home.work, home.env, { streams: "both" });
      const theirs = [...output.matchAll(/^\S+ (\S+): (.+) \((?:stdio|http)\) - (\w+)$/gm)].map(
        ([, name, what, state]) => [name, what, state !== "Blocked"],
      );
      assert.deepEqual(
        theirs,
        home.entries.map((entry) => [entry.name, words(entry), entry.enabled]),
      );
      assert.equal(theirs.length, 3);
      home.remove();
    },
  );

  it(
    "Claude Code lists the servers that we read, of each scope, and which are switched off",
    { timeout: WATCHDOG },
    async (t) => {
      const program = await installed(t, CLAUDE);
      if (program === undefined) return;
      const own = (work: string): string =>
        JSON.stringify({
          mcpServers: {
            notes: { type: "stdio", command: "node", args: ["-e", "0", "notes-server@1.2.3"] },
            remote: { type: "http", url: "http://127.0.0.1:9/mcp" },
            stream: { type: "sse", url: "http://127.0.0.1:9/sse" },
          },
          projects: {
            [work]: {
              mcpServers: { local: { command: "node", args: ["x.mjs"] }, off: { command: "node", args: ["off.mjs"] } },
              disabledMcpServers: ["off"],
            },
            "/elsewhere": { mcpServers: { other: { command: "node", args: ["other.mjs"] } } },
          },
        });
      const shared = () => `{ "mcpServers": { "shared": { "command": "node", "args": ["shared.mjs"] } } }`;
      const home = await homeWith({ ".claude.json": own, "work/.mcp.json": shared });
      // It says what becomes of each; servers of a repository wait for the person.
      const quiet = { DISABLE_TELEMETRY: "1", CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1" };
      const output = await run(program, ["mcp", "list"], home.work, { ...home.env, ...quiet });
      const theirs = [...output.matchAll(/^(\S+): (.+?)(?: \((?:HTTP|SSE)\))? - \S+ (\w+)/gm)].map(
        ([, name, what, state]) => [name, what, state !== "Disabled"],
      );
      const here = home.entries.filter(({ map }) => map.project === undefined || map.project === home.work);
      const inOrder = (rows: readonly unknown[][]) => rows.toSorted((a, b) => String(a).localeCompare(String(b)));
      assert.deepEqual(inOrder(theirs), inOrder(here.map((entry) => [entry.name, words(entry), entry.enabled])));
      assert.equal(theirs.length, 6);
      assert.equal(home.entries.length, 7);
      home.remove();
    },
  );

  it("opencode lists the servers that we read, and which are switched off", { timeout: WATCHDOG }, async (t) => {
    const program = await installed(t, OPENCODE);
    if (program === undefined) return;
    const text = `{
  // the person's own
  "mcp": {
    "notes": { "type": "local", "command": ["node", "-e", "0", "notes-server@1.2.3"], "enabled": false },
    "other": { "type": "local", "command": ["node", "x.mjs"], },
    "remote": { "type": "remote", "url": "http://127.0.0.1:9/mcp" }
  }
}
`;
    const home = await homeWith({ ".config/opencode/opencode.jsonc": () => text });
    const output = await run(program, ["mcp", "list"], home.work, home.env, { streams: "both" });
    // A line with the name and its state, then lines that say why and what it is.
    const lines = output.replaceAll(/\u001b\[\d*m/g, "").split("\n");
    const theirs: [string, string, boolean][] = [];
    for (const line of lines) {
      const [, name, state] = /^●\s+\S+\s+(\S+)\s+(\w+)/.exec(line) ?? [];
      if (name !== undefined) theirs.push([name, "", state !== "disabled"]);
      const said = /^│\s+(\S.*)$/.exec(line)?.[1];
      const last = theirs.at(-1);
      if (said !== undefined && last) last[1] = said;
    }
    assert.deepEqual(
      theirs,
      home.entries.map((entry) => [entry.name, words(entry), entry.enabled]),
    );
    assert.equal(theirs.length, 3);
    home.remove();
  });
});
