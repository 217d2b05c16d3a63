import assert from "node:assert/strict";
import { test } from "node:test";
import type { Environment } from "../../../src/core/environment.ts";
import { applyEdits } from "../../../src/core/finding.ts";
import { configOf, kindOf } from "../../../src/clients/clients.ts";
import { parseJson } from "../../../src/documents/json.ts";
import { type EntryName, protectIn, unprotectIn } from "../../../src/protect/protect.ts";

const machine = (os: Environment["os"], variables: Record<string, string> = {}): Environment => ({
  os,
  home: os === "windows" ? "C:\\Users\\ann" : "/home/ann",
  cwd: "/",
  variable: (name) => variables[name],
});
const linux = machine("linux");

const read = (file: string, text: string, environment: Environment) =>
  configOf({ path: file, ...kindOf(file, environment) }, parseJson(file, text));

interface Place extends EntryName {
  readonly file: string;
  readonly text: string;
}

const protect = ({ file, text, ...name }: Place, environment: Environment, runtime: string) =>
  protectIn(read(file, text, environment), name, environment, runtime);

function commandIn(file: string, text: string, environment = linux, runtime = "/usr/bin/node"): string {
  const rewrite = protect({ file, text, server: "s" }, environment, runtime);
  assert.equal(rewrite.status, "rewritten", JSON.stringify(rewrite));
  const after = rewrite.status === "rewritten" ? applyEdits(text, rewrite.edits) : "";
  const map = Object.values(
    JSON.parse(after) as Record<string, Record<string, { command: string; args: string[] }>>,
  )[0];
  const back = unprotectIn(read(file, after, environment), { server: "s" });
  assert(back.status === "rewritten");
  assert.equal(applyEdits(after, back.edits), text);
  return [map?.["s"]?.command, ...(map?.["s"]?.args ?? [])].join(" ");
}

const OURS = "--server=s --client=";

test("files of VS Code and shared files name the home folder by a variable, the person's own in full", () => {
  const servers = '{"servers":{"s":{"command":"x","args":["y"]}}}';
  const mcpServers = '{"mcpServers":{"s":{"command":"x","args":["y"]}}}';
  const own = "/home/ann/.sallyport/bin/sallyport proxy";
  assert.equal(
    commandIn("/w/.vscode/mcp.json", servers),
    `\${userHome}/.sallyport/bin/sallyport proxy ${OURS}vscode -- x y`,
  );
  assert.equal(
    commandIn("/home/ann/.config/Code/User/mcp.json", servers),
    `\${userHome}/.sallyport/bin/sallyport proxy ${OURS}vscode -- x y`,
  );
  assert.equal(
    commandIn("/w/.cursor/mcp.json", mcpServers),
    `\${userHome}/.sallyport/bin/sallyport proxy ${OURS}cursor -- x y`,
  );
  assert.equal(commandIn("/home/ann/.cursor/mcp.json", mcpServers), `${own} ${OURS}cursor -- x y`);
  assert.equal(
    commandIn("/w/.mcp.json", mcpServers),
    `\${HOME}/.sallyport/bin/sallyport proxy ${OURS}claude-code -- x y`,
  );
  assert.equal(commandIn("/home/ann/.claude.json", mcpServers), `${own} ${OURS}claude-code -- x y`);
  assert.equal(
    commandIn("/home/ann/.config/Claude/claude_desktop_config.json", mcpServers),
    `${own} ${OURS}claude-desktop -- x y`,
  );
});

test("with SALLYPORT_HOME the entry names that folder", () => {
  const text = '{"servers":{"s":{"command":"x","args":["y"]}}}';
  const elsewhere = machine("linux", { SALLYPORT_HOME: "/opt/sp" });
  assert.equal(commandIn("/w/.vscode/mcp.json", text, elsewhere), `/opt/sp/bin/sallyport proxy ${OURS}vscode -- x y`);
});

test("on Windows the entry starts Node itself, and an editor's runtime is refused", () => {
  const text = '{"servers":{"s":{"command":"x","args":["y"]}}}';
  const windows = machine("windows");
  const node = "C:\\node\\node.exe";
  assert.equal(
    commandIn("C:\\w\\.vscode\\mcp.json", text, windows, node),
    `${node} \${userHome}\\.sallyport\\bin\\sallyport.cjs proxy ${OURS}vscode -- x y`,
  );
  const place = { file: "C:\\w\\.vscode\\mcp.json", text, server: "s" };
  assert.equal(protect(place, windows, "C:\\VS Code\\Code.exe").status, "refused");
});

test("an entry is found by its name and project; a name that stands twice or nowhere is refused", () => {
  const file = "/home/ann/.claude.json";
  const text = '{"mcpServers":{"s":{"command":"a"}},"projects":{"/p":{"mcpServers":{"s":{"command":"b"}}}}}';
  const inProject = protect({ file, text, server: "s", project: "/p" }, linux, "node");
  assert(inProject.status === "rewritten");
  assert.match(applyEdits(text, inProject.edits), /"command":"a"\}\},"projects".*"--", "b"\]/);
  assert.equal(protect({ file, text, server: "t" }, linux, "node").status, "refused");
  const twice = '{"mcpServers":{"s":{"command":"a"},"s":{"command":"b"}}}';
  const refused = protect({ file, text: twice, server: "s" }, linux, "node");
  assert.equal(refused.status === "refused" && refused.reason, "the file has two servers of this name");
});
