import { variablesOf } from "../environments.ts";
import { launchesOf } from "../launch.ts";
import { containerOptions } from "../packages.ts";
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
  for (const { field, entry, of } of variablesOf(file)) {
    if (!entry || !switched(field.name, field.value)) continue;
    const opposite = READ_ONLY.test(field.name.toUpperCase()) ? "true" : "false";
    yield {
      entry,
      span: field.property.span,
      message: `The variable ${field.name} ${of} lets it write or destroy`,
      fixes: textFix(file, `Set it to "${opposite}"`, "unsafe", { span: field.node.span, text: opposite }),
    };
  }
  for (const entry of file.entries) {
    for (const launch of launchesOf(file, entry)) {
      for (const { name, value, word } of containerOptions(launch)) {
        const pair = name === "-e" || name === "--env" ? /^(\w+)=(.*)$/.exec(value) : undefined;
        if (!pair || !switched(pair[1] ?? "", pair[2] ?? "")) continue;
        const message = `The variable ${pair[1] ?? ""} of the server ${JSON.stringify(entry.name)} lets it write or destroy`;
        yield { entry, span: word.span, message };
      }
      for (const word of launch.args) {
        if (!FLAG.test(word.text)) continue;
        const message = `The server ${JSON.stringify(entry.name)} is started with ${word.text}`;
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
