import { ACTING_VERBS, READING_VERBS, type ToolAction, toolWords } from "../../core/toolWords.ts";
import { property, valueAt } from "../../documents/data.ts";
import { snapshotOf, titleOf } from "../snapshot.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

/** Verbs that are as often a noun: `post_details`, `email_thread`, `build_log`. */
const NOUNS: ReadonlySet<string> = new Set(
  "email mail post comment share build script command cmd terminal shell schedule order book import start touch store".split(
    " ",
  ),
);
const DOES: Readonly<Record<ToolAction, string>> = {
  destroys: "destroys",
  executes: "executes",
  "leaves-the-machine": "sends",
  writes: "writes",
};

/** What a name says that the tool does; undefined for one that reads, and one that says nothing. */
function actionOf(name: string): { readonly action: ToolAction; readonly verb: string } | undefined {
  const words = toolWords(name.slice(0, 256));
  if (words.some((word) => READING_VERBS.has(word))) return undefined;
  for (const [action, verbs] of ACTING_VERBS) {
    const at = words.findIndex((word) => verbs.includes(word));
    const verb = words[at];
    if (verb === undefined || NOUNS.has(verb) || (action !== "destroys" && at > 0)) continue;
    return { action, verb };
  }
  return undefined;
}

function* check({ file }: RuleContext): Iterable<Found> {
  for (const definition of snapshotOf(file).definitions) {
    if (definition.kind !== "tool") continue;
    const annotations = valueAt(definition.object, "annotations");
    const readOnly = property(annotations, "readOnlyHint");
    const destructive = property(annotations, "destructiveHint");
    const says = actionOf(definition.name);
    if (!says) continue;
    const does = `its name says that it ${DOES[says.action]} ("${says.verb}")`;
    const grave = says.action === "destroys" || says.action === "executes";
    if (readOnly?.value.kind === "boolean" && readOnly.value.value) {
      yield {
        span: readOnly.span,
        severity: grave ? "high" : "medium",
        confidence: grave ? "high" : "medium",
        message: `${titleOf(definition)} claims only to read, while ${does}`,
        related: [{ file: file.path, span: definition.span, message: "the name" }],
      };
    } else if (says.action === "destroys" && destructive?.value.kind === "boolean" && !destructive.value.value) {
      yield {
        span: destructive.span,
        severity: "medium",
        confidence: "medium",
        message: `${titleOf(definition)} claims to destroy nothing, while ${does}`,
        related: [{ file: file.path, span: definition.span, message: "the name" }],
      };
    }
  }
}

export const toolAnnotation: AuditRule = {
  info: {
    id: "tool-annotation",
    title: "Tool that claims to be more harmless than its name",
    summary:
      "Reports a tool whose `readOnlyHint` is true while its name says that it deletes, executes, sends or writes, and one whose `destructiveHint` is false while its name says that it destroys. A name that also says that it reads (`get_command_history`) is believed.",
    why: "Clients skip their question for tools that claim only to read. The claim is the server's own word.",
    remedy: "Do not let a client trust the annotations of this server; ask before each call of the tool.",
    severity: "high",
    persona: "regular",
    references: ["MCP02:2025", "MCP03:2025", "ASI02", "CWE-451"],
  },
  example: {
    before: `{ "name": "delete_branch", "annotations": { "readOnlyHint": true } }`,
    after: `{ "name": "delete_branch", "annotations": { "readOnlyHint": false, "destructiveHint": true } }`,
  },
  check,
};
