import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { configOf, kindOf, userFiles, WORKSPACE_FILES } from "../../../src/clients/clients.ts";
import type { ConfigFile, Scope } from "../../../src/clients/config.ts";
import {
  addressesOf,
  commandsOf,
  permissionsOf,
  pluginsOf,
  settingsVariables,
} from "../../../src/clients/permissions/permissions.ts";
import type { Environment } from "../../../src/core/environment.ts";
import { parseJson } from "../../../src/documents/json.ts";

const environment: Environment = { os: "linux", home: "/home/mina", cwd: "/", variable: () => undefined };

function read(path: string, value: unknown, scope?: Scope): ConfigFile {
  const known = kindOf(path, environment);
  const document = parseJson(path, JSON.stringify(value, undefined, 2));
  return configOf({ path, kind: known.kind, scope: scope ?? known.scope }, document);
}

const titles = (file: ConfigFile): string[] => permissionsOf(file).map((one) => one.title);

describe("what a file lets an agent do", () => {
  it("is told in words that begin with what the agent does", () => {
    const file = read("/w/.claude/settings.json", {
      permissions: {
        defaultMode: "acceptEdits",
        allow: [
          "Bash(npx:*)",
          "Bash",
          "Bash(npm test)",
          "Read(~/.ssh/**)",
          "Write(src/**)",
          "WebFetch(domain:docs.example.com)",
          "mcp__notes",
          "mcp__notes__list_notes",
          "mcp__*",
        ],
        additionalDirectories: ["../shared"],
      },
      enableAllProjectMcpServers: true,
    });
    assert.deepEqual(titles(file), [
      'runs every command matching "npx:*" without asking',
      "runs every command without asking",
      'runs the command "npm test" without asking',
      'reads files matching "~/.ssh/**" without asking',
      'writes files matching "src/**" without asking',
      'fetches addresses matching "domain:docs.example.com" without asking',
      'runs every tool of the server "notes" without asking',
      'runs the tool "list_notes" of the server "notes" without asking',
      "runs every tool of every server without asking",
      "edits every file without asking",
      "gets the servers of a project started without asking",
      'reaches the folder "../shared"',
    ]);
  });

  it("has its place in the text and its way out", () => {
    const file = read("/w/.vscode/settings.json", { "chat.tools.terminal.autoApprove": { "git status": true } });
    const [permission] = permissionsOf(file);
    assert.ok(permission);
    const { start, end } = permission.span;
    assert.equal(file.document.text.slice(start, end), '"git status": true');
    assert.equal(permission.removal.kind, "property");
  });

  it("is marked where the client does not act on it", () => {
    const value = { "chat.tools.global.autoApprove": true };
    const effect = (scope: Scope): unknown[] =>
      permissionsOf(read("/w/.vscode/settings.json", value, scope)).map((one) => one.withoutEffect !== undefined);
    assert.deepEqual(effect("workspace"), [true]);
    assert.deepEqual(effect("user"), [false]);
    assert.deepEqual(effect("profile"), [false]);
    assert.deepEqual(effect("remote"), [false]);
  });

  it("says of an entry which of its tools need no answer", () => {
    const file = read("/w/.cursor/mcp.json", {
      mcpServers: { db: { command: "db", autoApprove: ["list_tables"], trust: true }, wiki: { command: "wiki" } },
    });
    assert.deepEqual(
      permissionsOf(file).map((one) => [one.entry?.name, one.title]),
      [
        ["db", 'runs every tool of the server "db" without asking'],
        ["db", 'runs the tool "list_tables" of the server "db" without asking'],
      ],
    );
  });

  it("survives values of every other kind, at every key that any client has", () => {
    const names = (
      "permissions allow deny hooks env sandbox projects enabledPlugins extraKnownMarketplaces defaultMode " +
      "approval_policy sandbox_mode sandbox_workspace_write writable_roots profiles profile model_providers notify " +
      "shell_environment_policy tools allowed exclude security general mcp rule decision toolName commandPrefix " +
      "terminalAllowlist mcpAllowlist additionalReadwritePaths install terminals trusted_folders allowed_urls permission " +
      "bash plugin plugins formatter lsp provider options agent tool_permissions default always_allow language_models " +
      "models data allowedTools toolsSettings execute_bash allowedCommands when then GOOSE_MODE user rules executables " +
      "toolPermissions commandAllowlist customModels providers commands tasks runOptions dependsOn label settings " +
      "customizations vscode features containerEnv initializeCommand postCreateCommand autoApprovalSettings actions " +
      "chat.tools.terminal.autoApprove chat.tools.urls.autoApprove chat.tools.edits.autoApprove amp.permissions " +
      "chat.mcp.serverSampling github.copilot.advanced claudeCode.environmentVariables mcpServers servers mcp_servers"
    ).split(" ");
    const plain = fc.constantFrom(null, 1, true, "", "x", "*", "(", "allow", "never", "folderOpen", "trusted");
    const { value: any } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 5, withCrossShrink: true },
        plain,
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...names), tie("value"), { maxKeys: 8 }),
      ),
    }));
    const kinds = [...WORKSPACE_FILES, ...userFiles(environment)].map((one) => one.kind);
    fc.assert(
      fc.property(any, (value) => {
        const document = parseJson("/w/x.json", JSON.stringify(value));
        for (const kind of new Set(kinds)) {
          const file = configOf({ path: "/w/x.json", kind, scope: "workspace" }, document);
          for (const one of permissionsOf(file)) assert.ok(one.title.length > 0 && one.title.length < 300);
          commandsOf(file);
          pluginsOf(file);
          addressesOf(file);
          settingsVariables(file);
        }
      }),
      { numRuns: 300 },
    );
  });
});
