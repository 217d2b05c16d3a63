import type { ConfigFile } from "../clients/config.ts";
import { environmentReference } from "../clients/variables.ts";
import type { Edit, Fix } from "../core/finding.ts";
import type { Span } from "../core/text.ts";
import { insertElement, insertProperty } from "../documents/edits.ts";
import { property, valueAt } from "../documents/data.ts";
import { replaceText } from "../documents/textEdits.ts";

/** `OUTBOX_API_TOKEN` as `outbox-api-token`; unique among the inputs that are there. */
function inputId(file: ConfigFile, name: string): string {
  const base =
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "") || "secret";
  const inputs = valueAt(file.document.root, "inputs");
  const taken = new Set(
    (inputs?.kind === "array" ? inputs.elements : []).map((one) => {
      const id = valueAt(one, "id");
      return id?.kind === "string" ? id.value : undefined;
    }),
  );
  let id = base;
  for (let n = 2; taken.has(id); n++) id = `${base}-${n}`;
  return id;
}

/** The edits that make VS Code ask for the value and keep it in its secret storage. */
function withInput(file: ConfigFile, id: string, what: string): Edit[] | undefined {
  const { document } = file;
  const { root } = document;
  if (root?.kind !== "object") return undefined;
  const input = { type: "promptString", id, description: what, password: true };
  const inputs = property(root, "inputs");
  if (inputs && inputs.value.kind !== "array") return undefined;
  const edits =
    inputs?.value.kind === "array"
      ? insertElement(document, inputs.value, input)
      : insertProperty(document, root, "inputs", [input]);
  return edits.length > 0 ? edits : undefined;
}

/**
 * Puts the client's own form of a variable where a literal stands; undefined where the client has none, or where the file
 * is too broken. `name` is upper snake case; `what` says to the person what is asked for. The value itself leaves the
 * file, so the fix is unsafe: it must be given elsewhere.
 */
export function byVariable(file: ConfigFile, span: Span, name: string, what: string): Fix | undefined {
  const put = (title: string, text: string, more: readonly Edit[] = []): Fix | undefined => {
    const edits = replaceText(file.document, { span, text });
    return edits.length === 0
      ? undefined
      : { title: `${title}: ${text}`, safety: "unsafe", edits: [...edits, ...more] };
  };
  if (file.document.problems.length > 0) return undefined;
  if (file.kind.variables === "vscode-input") {
    const id = inputId(file, name);
    const input = withInput(file, id, what);
    return input && put("Ask for it", `\${input:${id}}`, input);
  }
  const reference = environmentReference(file.kind.variables, name);
  return reference === undefined ? undefined : put("Take it from the environment", reference);
}
