import type { ConfigFile, TextField } from "../../clients/config.ts";
import { environmentReference, variableForm, variablesIn } from "../../clients/variables.ts";
import { partOfString, valueAt } from "../../documents/data.ts";
import { isCredentialName } from "../secrets.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";
import { textFix } from "../textFix.ts";

function fieldsOf(file: ConfigFile): { field: TextField; entry: ConfigFile["entries"][number] }[] {
  return file.entries.flatMap((entry) =>
    [
      ...[entry.command, entry.url, entry.cwd, entry.envFile].filter((field) => field !== undefined),
      ...entry.args,
      ...entry.env,
      ...entry.headers,
    ].map((field) => ({ field, entry })),
  );
}

/** A text that repeats itself says nothing new; a field with more variables than this is told as far as that. */
const MAX_TOLD = 100;

function* check({ file }: RuleContext): Iterable<Found> {
  if (file.kind.client === "unknown") return;
  const syntax = file.kind.variables;
  const inputs = valueAt(file.document.root, "inputs");
  const known = new Set<string>();
  if (inputs?.kind === "array") {
    for (const input of inputs.elements) {
      const id = valueAt(input, "id");
      if (id?.kind !== "string") continue;
      known.add(id.value);
      const password = valueAt(input, "password");
      const hidden = password?.kind === "boolean" && password.value;
      if (valueAt(input, "type")?.kind === "string" && isCredentialName(id.value) && !hidden) {
        const prompt = valueAt(input, "type");
        if (prompt?.kind !== "string" || prompt.value !== "promptString") continue;
        const message = `The input ${JSON.stringify(id.value)} is shown while it is typed: it lacks "password": true`;
        yield { span: input.span, message };
      }
    }
  }
  for (const { field, entry } of fieldsOf(file)) {
    let told = 0;
    for (const variable of variablesIn(field.value, syntax)) {
      if (told === MAX_TOLD) break;
      const { start, end, text, source, name, expanded } = variable;
      const span = partOfString(file.document.text, field.node, start, end);
      if (file.kind.id === "vscode-mcp" && source === "input") {
        if (known.has(name)) continue;
        told++;
        const message = `The server ${JSON.stringify(entry.name)} asks for the input ${JSON.stringify(name)}, which the file does not define`;
        yield { entry, span, message };
        continue;
      }
      if (expanded !== false) continue;
      told++;
      const form = variableForm(syntax);
      const isName = source === "environment" && /^[A-Za-z_]\w*$/.test(name);
      const right = isName ? environmentReference(syntax, name) : undefined;
      yield {
        entry,
        span,
        message: `The client does not expand ${text.slice(0, 80)}${form === "" ? "" : `; its form is ${form}`}`,
        fixes: right === undefined ? [] : textFix(file, `Write ${right}`, "unsafe", { span, text: right }),
      };
    }
  }
}

export const unexpandedVariable: AuditRule = {
  info: {
    id: "unexpanded-variable",
    title: "Variable that the client does not expand",
    summary:
      "Reports a variable in a form that the file's client does not know, VS Code's `${input:id}` without its entry under `inputs`, and an input for a credential that is shown while it is typed.",
    why: "The text itself is sent as the credential; then somebody writes the secret in clear to make it work.",
    remedy: "Use the client's own form.",
    severity: "low",
    persona: "regular",
    references: ["MCP01:2025", "CWE-668"],
  },
  fix: "Writes an environment variable in the client's own form.",
  example: {
    before: `"env": { "TOKEN": "\${env:TOKEN}" } // .mcp.json`,
    after: `"env": { "TOKEN": "\${TOKEN}" } // .mcp.json`,
  },
  check,
};
