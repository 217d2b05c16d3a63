import { assignmentsOf } from "../environments.ts";
import { launchesOf } from "../launch.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";
import { textFix } from "../textFix.ts";

const SWITCH =
  /(?:^|_)(?:ALLOW_(?:WRITES?|DELETES?|INSERTS?|UPDATES?|DDL|(?:INSERT|UPDATE|DELETE|DDL)_OPERATION)|ENABLE_(?:WRITES?|DELETES?)|ADD_MESSAGE_TOOL|WRITE_ENABLED|UNRESTRICTED)$|(?:^|_)(?:ALLOW|ENABLE)_(?:DESTRUCTIVE|DANGEROUS)(?:_|$)/;
const READ_ONLY = /(?:^|_)READ_?ONLY(?:_MODE)?$/;
const FLAG =
  /^--(?:allow-writes?|enable-writes?|allow-destructive|allow-resource-creation|unrestricted|dangerously-[\w-]+|no-sandbox|read-?only=false|tools=all|yolo)(?:=(?:true|1|yes))?$/i;
const ON = /^(?:1|true|yes|on|all)$/i;
const OFF = /^(?:0|false|no|off)$/i;

const switched = (name: string, value: string): boolean =>
  (SWITCH.test(name.toUpperCase()) && ON.test(value)) || (READ_ONLY.test(name.toUpperCase()) && OFF.test(value));

function* check({ file }: RuleContext): Iterable<Found> {
  for (const { name, value, span, entry, of, field } of assignmentsOf(file)) {
    if (!entry || !switched(name, value)) continue;
    const opposite = READ_ONLY.test(name.toUpperCase()) ? "true" : "false";
    const message = `The variable ${name} ${of} lets it write or destroy`;
    const change = field && { span: field.node.span, text: opposite };
    yield {
      entry,
      span,
      message,
      ...(change && { fixes: textFix(file, `Set it to "${opposite}"`, "unsafe", change) }),
    };
  }
  for (const entry of file.entries) {
    for (const launch of launchesOf(file, entry)) {
      for (const [i, word] of launch.args.entries()) {
        const all = word.text === "all" && launch.args[i - 1]?.text === "--tools";
        if (!all && !FLAG.test(word.text)) continue;
        const message = `The server ${JSON.stringify(entry.name)} is started with ${all ? "--tools all" : word.text}`;
        yield { entry, span: word.span, message };
      }
    }
  }
}

export const writeEnabled: AuditRule = {
  info: {
    id: "write-enabled",
    title: "Write or destructive mode switched on",
    summary:
      "Reports variables and arguments that switch a server's writing or destructive mode on, or its read-only mode or sandbox off: `ALLOW_WRITES=true`, `READ_ONLY=false`, `--dangerously-…`, `--unrestricted`, `--no-sandbox`.",
    why: "The server's makers kept it off because a mistaken or misled agent does harm with it that is not undone.",
    remedy: "Switch it on for the task that needs it, and off again; ask for each writing call.",
    severity: "medium",
    persona: "regular",
    references: ["MCP02:2025", "ASI02", "CWE-732"],
  },
  fix: "Sets the variable to its safe value.",
  example: { before: `"env": { "MYSQL_ALLOW_DDL": "true" }`, after: `"env": { "MYSQL_ALLOW_DDL": "false" }` },
  check,
};
