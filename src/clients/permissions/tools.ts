import type { CommandSyntax, Grant } from "./model.ts";

const set = (names: string): ReadonlySet<string> => new Set(names.split(" "));

/** What clients call the tools that they bring themselves, in lower case. */
const COMMANDS = set(
  "bash shell exec execute command powershell run_shell_command shelltool execute_bash executebash execute_cmd run_command run_terminal_cmd terminal launch-process developer__shell",
);
const WRITES = set(
  "write edit multiedit notebookedit write_file writefiletool replace edittool fs_write edit_file create_file save-file str-replace-editor remove-files patch apply_patch multi_edit developer__text_editor",
);
const READS = set(
  "read read_file readfiletool read_many_files view fs_read ls list list_directory glob grep search codebase-retrieval",
);
const FETCHES = set("webfetch fetch web_fetch webfetchtool read_url web-fetch download execute_url");

/** A pattern that takes nothing away. */
const isOpen = (specifier: string | undefined): boolean =>
  specifier === undefined || specifier.trim() === "" || /^:?\*{1,2}(?:\/\*{1,2})?$/.test(specifier.trim());

/** What a client's own tool grants, with the pattern that narrows it; a tool of another name is itself. */
export function toolGrant(tool: string, specifier: string | undefined, syntax: CommandSyntax): Grant {
  const name = tool.toLowerCase();
  const open = isOpen(specifier);
  if (COMMANDS.has(name)) {
    if (open || specifier === undefined) return { kind: "command", pattern: "", syntax: "prefix" };
    const start = /^(.*?)(?::\*| \*)$/s.exec(specifier)?.[1];
    return start === undefined
      ? { kind: "command", pattern: specifier, syntax }
      : { kind: "command", pattern: start, syntax: "prefix" };
  }
  if (WRITES.has(name)) return { kind: "write", path: open ? "**" : (specifier ?? "**") };
  if (READS.has(name)) return { kind: "read", path: open ? "**" : (specifier ?? "**") };
  if (FETCHES.has(name)) {
    return { kind: "fetch", address: open || specifier === "domain:*" ? "*" : (specifier ?? "*") };
  }
  if (tool === "*") return { kind: "everything" };
  return { kind: "tool", tool };
}

/** `Tool`, `Tool(pattern)`, `mcp__server__tool`, `Mcp(server:tool)`: how most clients write a rule of a list. */
export function ruleGrant(rule: string, syntax: CommandSyntax = "prefix"): Grant | undefined {
  const parts = /^([\w.*-]+)(?:\((.*)\))?$/s.exec(rule.trim());
  if (!parts) return undefined;
  const [, tool = "", specifier] = parts;
  if (tool.startsWith("mcp__")) {
    const [, server = "", ...rest] = tool.split("__");
    return serverGrant(server, rest.join("__"));
  }
  if (tool.toLowerCase() === "mcp") {
    const [server = "*", name = "*"] = (specifier ?? "*").split(/[:/]/);
    return serverGrant(server, name);
  }
  return toolGrant(tool, specifier, syntax);
}

/** A tool of a server, where either may be a star. */
export function serverGrant(server: string, tool: string): Grant {
  const all = tool === "" || tool === "*";
  if (all) return { kind: "server", server: server === "" || server.startsWith("*") ? "*" : server };
  return { kind: "tool", tool, ...(server !== "" && server !== "*" && { server }) };
}
