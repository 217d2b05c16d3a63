import type { ClientId, ConfigFile } from "../../clients/config.ts";
import { property } from "../../documents/data.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";
import { textFix } from "../textFix.ts";

/** Servers that stand under a key of another client, where this one does not look. */
function* wrongKey(file: ConfigFile): Iterable<Found> {
  const { kind, document } = file;
  const { root } = document;
  if (root?.kind !== "object") return;
  const [path, ...others] = kind.serverKeys ?? [];
  const right = path?.length === 1 && others.length === 0 ? path[0] : undefined;
  const looksAt = (path ?? []).join(".");
  for (const map of kind.serverMaps(root)) {
    const wrong = map.inactive ? root.properties.find((one) => one.value === (map.object ?? map.list)) : undefined;
    if (!wrong || wrong.value.kind !== "object" || wrong.value.properties.length === 0) continue;
    // In TOML a key stands in every header of its tables.
    const renames = right !== undefined && document.format !== "toml" && property(root, right) === undefined;
    yield {
      span: wrong.keySpan,
      message: `In ${kind.title} servers stand under ${JSON.stringify(looksAt)}; what is under ${JSON.stringify(wrong.key)} is not read`,
      fixes: renames ? textFix(file, `Rename it to ${right}`, "unsafe", { span: wrong.keySpan, text: right }) : [],
    };
  }
}

/** Clients that are known to take a server's address from `url` alone. */
const URL_ALONE: ReadonlySet<ClientId> = new Set(["vscode", "cursor", "claude-code", "claude-desktop"]);

/** `httpUrl`, which Gemini CLI and those that come from it read. */
function* wrongAddress(file: ConfigFile): Iterable<Found> {
  if (!URL_ALONE.has(file.kind.client)) return;
  for (const entry of file.entries) {
    const wrong = property(entry.object, "httpUrl");
    if (!wrong || wrong.value.kind !== "string" || entry.command || property(entry.object, "url")) continue;
    yield {
      entry,
      span: wrong.keySpan,
      severity: "info",
      message: `The server ${JSON.stringify(entry.name)} has its address under "httpUrl", which ${file.kind.title} does not read`,
      fixes: textFix(file, "Rename it to url", "unsafe", { span: wrong.keySpan, text: "url" }),
    };
  }
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
  yield* wrongAddress(file);
  yield* notStrict(file);
}

export const ignoredFile: AuditRule = {
  info: {
    id: "ignored-file",
    title: "Configuration that its client does not read",
    summary:
      "Reports servers under a key that the file's client does not know (`mcpServers` in VS Code's mcp.json, `servers` in `.github/mcp.json` or in Cursor's), an address under `httpUrl` where only `url` is read, and comments or trailing commas in a file that is defined as strict JSON.",
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
