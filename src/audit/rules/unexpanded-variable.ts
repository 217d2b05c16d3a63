import type { ConfigFile, TextField, VariableSyntax } from "../../clients/config.ts";
import { partOfString, valueAt } from "../../documents/data.ts";
import { isCredentialName } from "../secrets.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";
import { textFix } from "../textFix.ts";

const VARIABLE = /\$\{([^${}]+)\}|\{(env|file):([^{}]+)\}/g;

/** What each client expands, from its own documentation. */
const EXPANDS: Readonly<Record<VariableSyntax, RegExp>> = {
  "vscode-input":
    /^(?:(?:input|env|command|config|workspaceFolder):.+|userHome|workspaceFolder|workspaceFolderBasename|file|fileBasename|fileDirname|relativeFile|cwd|pathSeparator|\/|execPath|defaultBuildTask)$/,
  "vscode-env":
    /^(?:(?:input|env|command|config|workspaceFolder):.+|userHome|workspaceFolder|workspaceFolderBasename|pathSeparator|\/)$/,
  "cursor-env": /^(?:env:.+|userHome|workspaceFolder|workspaceFolderBasename|pathSeparator|\/)$/,
  braces: /^[A-Za-z_]\w*(?::-.*)?$/,
  none: /^$/,
};
const FORM: Readonly<Record<VariableSyntax, string>> = {
  "vscode-input": "${input:id} or ${env:NAME}",
  "vscode-env": "${env:NAME}",
  "cursor-env": "${env:NAME}",
  braces: "${NAME}",
  none: "",
};

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

/** The client's own form of a name, where the wrong one names an environment variable. */
function translated(syntax: VariableSyntax, inner: string): string | undefined {
  const name = /^(?:env:)?([A-Za-z_]\w*)$/.exec(inner)?.[1];
  if (name === undefined) return undefined;
  if (syntax === "braces") return `\${${name}}`;
  return syntax === "none" ? undefined : `\${env:${name}}`;
}

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
    for (const match of field.value.matchAll(VARIABLE)) {
      const [whole, inner = ""] = match;
      const span = partOfString(file.document.text, field.node, match.index, match.index + whole.length);
      const input = /^input:(.+)$/.exec(inner)?.[1];
      if (file.kind.id === "vscode-mcp" && input !== undefined) {
        if (known.has(input)) continue;
        const message = `The server ${JSON.stringify(entry.name)} asks for the input ${JSON.stringify(input)}, which the file does not define`;
        yield { entry, span, message };
        continue;
      }
      if (match[2] === undefined && EXPANDS[syntax].test(inner)) continue;
      const wrong = match[2] === "env" ? `env:${match[3] ?? ""}` : inner;
      const right = translated(syntax, wrong);
      yield {
        entry,
        span,
        message: `The client does not expand ${whole.slice(0, 80)}${FORM[syntax] === "" ? "" : `; its form is ${FORM[syntax]}`}`,
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
