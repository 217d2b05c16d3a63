import type { ConfigFile } from "../../clients/config.ts";
import { property } from "../../documents/data.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";
import { textFix } from "../textFix.ts";

/** The key under which a file of this kind has its servers. */
function rightKey(file: ConfigFile): "servers" | "mcpServers" | undefined {
  switch (file.kind.id) {
    case "vscode-mcp":
      return "servers";
    case "mcp-json":
    case "cursor-mcp":
      return "mcpServers";
    default:
      return undefined;
  }
}

function* wrongKey(file: ConfigFile): Iterable<Found> {
  const right = rightKey(file);
  if (right === undefined) return;
  const wrong = property(file.document.root, right === "servers" ? "mcpServers" : "servers");
  if (wrong?.value.kind !== "object" || wrong.value.properties.length === 0) return;
  const taken = property(file.document.root, right) !== undefined;
  yield {
    span: wrong.keySpan,
    message: `${file.kind.title} has its servers under ${JSON.stringify(right)}; what stands under ${JSON.stringify(wrong.key)} is not read`,
    fixes: taken ? [] : textFix(file, `Rename it to ${right}`, "unsafe", { span: wrong.keySpan, text: right }),
  };
}

/** Comments and trailing commas in a file whose client reads strict JSON. */
function* notStrict(file: ConfigFile): Iterable<Found> {
  const { comments, trailingCommas, problems } = file.document;
  if (!file.kind.strict || problems.length > 0) return;
  const [comment] = comments;
  const [comma] = trailingCommas;
  if (comma) {
    yield {
      span: comma,
      severity: "low",
      confidence: "medium",
      message: `${file.kind.title} has a trailing comma; a reader of strict JSON refuses the whole file`,
      fixes: [
        {
          title: "Remove the trailing commas",
          safety: "safe",
          edits: trailingCommas.map((span) => ({ file: file.path, span, newText: "" })),
        },
      ],
    };
  }
  if (comment) {
    yield {
      span: comment,
      confidence: "medium",
      message: `${file.kind.title} has a comment; a reader of strict JSON refuses the whole file`,
    };
  }
}

function* check({ file }: RuleContext): Iterable<Found> {
  yield* wrongKey(file);
  yield* notStrict(file);
}

export const ignoredFile: AuditRule = {
  info: {
    id: "ignored-file",
    title: "Configuration that its client does not read",
    summary:
      "Reports servers under a key that the file's client does not know (`mcpServers` in VS Code's mcp.json, `servers` in Cursor's), and comments or trailing commas in a file that is defined as strict JSON.",
    why: "The person believes that the server, or the restriction, is in force.",
    remedy: "Rename the key; remove the comments.",
    severity: "info",
    persona: "regular",
    references: ["CWE-1188"],
  },
  fix: "Renames the key, or removes the trailing commas.",
  example: {
    before: `{ "mcpServers": { "tracker": { "url": "https://mcp.example.com" } } } // .vscode/mcp.json`,
    after: `{ "servers": { "tracker": { "url": "https://mcp.example.com" } } } // .vscode/mcp.json`,
  },
  check,
};
