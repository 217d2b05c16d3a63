import { nameProblem, skeleton } from "../../mcp/methods.ts";
import { SNAPSHOT_FILE, shownName, type SnapshotDefinition, snapshotOf, titleOf } from "../snapshot.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

/** Tools that clients bring along: a server's of the same name is taken for one of them, or takes its place. */
const BUILT_IN: ReadonlySet<string> = new Set(
  (
    "bash read write edit multiedit glob grep ls task webfetch websearch todowrite notebookedit " +
    "run_in_terminal read_file edit_file create_file apply_patch file_search grep_search list_dir codebase_search " +
    "run_terminal_cmd replace_string_in_file insert_edit_into_file fetch_webpage execute_command write_to_file " +
    "replace_in_file attempt_completion ask_followup_question use_mcp_tool access_mcp_resource"
  ).split(" "),
);
/** Names that a file server has for good reason, and that clients keep apart by the server's name. */
const COMMON: ReadonlySet<string> = new Set(
  "read_file edit_file create_file list_dir read write edit ls grep glob".split(" "),
);

function* within(definitions: readonly SnapshotDefinition[], file: string): Iterable<Found> {
  const seen = new Map<string, SnapshotDefinition>();
  for (const definition of definitions) {
    const { kind, name, span } = definition;
    if (kind === "server" || name === "") continue;
    const isCalled = kind === "tool" || kind === "prompt";
    const key = JSON.stringify([kind, isCalled ? skeleton(name.slice(0, 1000)) : name]);
    const before = seen.get(key);
    if (before) {
      const same = before.name === name;
      yield {
        span,
        severity: isCalled ? (same ? "high" : "medium") : "low",
        message: same
          ? `${titleOf(definition)} is there twice: a client takes one, a reviewer sees the other`
          : `${titleOf(definition)} and ${JSON.stringify(shownName(before.name).slice(0, 100))} differ in nothing that a person reads`,
        related: [{ file, span: before.span, message: "the other one" }],
      };
    } else seen.set(key, definition);
    const problem = isCalled ? nameProblem(name) : undefined;
    if (problem !== undefined) yield { span, severity: "medium", message: `${titleOf(definition)}: ${problem}` };
    if (kind === "tool" && BUILT_IN.has(name.toLowerCase())) {
      yield {
        span,
        severity: COMMON.has(name.toLowerCase()) ? "info" : "medium",
        persona: COMMON.has(name.toLowerCase()) ? "auditor" : "regular",
        confidence: "medium",
        message: `${titleOf(definition)} has the name of a tool that clients bring along themselves`,
      };
    }
  }
}

/** A tool that another server offers too: a model cannot tell which one it calls. */
function* between({ file, all }: RuleContext): Iterable<Found> {
  const own = snapshotOf(file);
  const others = all.filter((one) => one.kind === SNAPSHOT_FILE && one.path !== file.path);
  const byName = new Map<string, { readonly file: string; readonly definition: SnapshotDefinition }>();
  for (const other of others) {
    const { of, definitions } = snapshotOf(other);
    // Two snapshots of one server are one server.
    if (of && own.of && of.file === own.of.file && of.name === own.of.name) continue;
    for (const definition of definitions) {
      if (definition.kind === "tool") byName.set(definition.name, { file: other.path, definition });
    }
  }
  for (const definition of own.definitions) {
    const other = definition.kind === "tool" ? byName.get(definition.name) : undefined;
    if (!other || definition.name === "") continue;
    yield {
      span: definition.span,
      severity: "low",
      message: `${titleOf(definition)} is offered by another server too`,
      related: [{ file: other.file, span: other.definition.span, message: "the other server's" }],
    };
  }
}

function* check(context: RuleContext): Iterable<Found> {
  const { file } = context;
  yield* within(snapshotOf(file).definitions, file.path);
  yield* between(context);
}

export const toolName: AuditRule = {
  info: {
    id: "tool-name",
    title: "Name that can be taken for another one",
    summary:
      "Reports tools and prompts of one server whose names are the same or differ only in case, separators or form, names with characters that cannot be seen or that readers turn into others, tools that have the name of one that clients bring along, and tools that two servers offer under one name.",
    why: "A model chooses by name. Whoever takes a trusted tool's name gets its calls, and what a person allowed for it.",
    remedy: "Switch one of the two off, or use a client that tells tools apart by their server.",
    severity: "medium",
    persona: "regular",
    references: ["MCP03:2025", "MCP09:2025", "ASI02", "CWE-694"],
  },
  example: {
    before: `{ "tools": [{ "name": "read_mail" }, { "name": "read-mail" }] }`,
    after: `{ "tools": [{ "name": "read_mail" }] }`,
  },
  check,
};
