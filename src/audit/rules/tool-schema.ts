import type { ConfigFile } from "../../clients/config.ts";
import { type DataObject, type DataProperty, type DataValue, property, valueAt } from "../../documents/data.ts";
import { type SnapshotDefinition, snapshotOf, titleOf } from "../snapshot.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

/**
 * Parameters that a tool has no use for but to carry off what the model knows: models fill them in without being asked
 * (HiddenLayer, "Exploiting MCP tool parameters", 2025). Compared without separators.
 */
const ASKS_FOR_CONTEXT: ReadonlySet<string> = new Set(
  (
    "systemprompt conversationhistory conversation chathistory chatlog messagehistory fullcontext contextwindow " +
    "toolslist listoftools availabletools toolcallhistory chainofthought reasoning internalreasoning thoughts scratchpad " +
    "modelname userinstructions previousmessages"
  ).split(" "),
);
/** A description that asks for it under a harmless name. */
const CONTEXT_WORDS =
  /\b(?:system prompt|(?:entire|whole|full|complete) (?:conversation|chat|context)|conversation history|chat history|chain of thought|all previous messages)\b/i;
const MAX_LOOKED_AT = 4000;
/** Descriptions longer than this push what matters out of a person's sight and a model's attention. */
const LONG = 4000;
const VERY_LONG = 20_000;

function objectsOf(root: DataValue): DataObject[] {
  const found: DataObject[] = [];
  const stack: DataValue[] = [root];
  for (let next = stack.pop(); next; next = stack.pop()) {
    if (next.kind === "array") stack.push(...next.elements.slice(0, 10_000));
    if (next.kind !== "object") continue;
    found.push(next);
    for (const one of next.properties) stack.push(one.value);
  }
  return found;
}

function* parameters(definition: SnapshotDefinition): Iterable<DataProperty> {
  const properties = valueAt(definition.object, "inputSchema", "properties");
  if (properties?.kind === "object") yield* properties.properties;
}

function* check({ file }: RuleContext): Iterable<Found> {
  for (const definition of snapshotOf(file).definitions) {
    yield* references(definition);
    yield* harvesting(definition, file);
    yield* length(definition);
  }
}

/** A schema that is somewhere else: it can be another one tomorrow, and reading it tells somebody. */
function* references(definition: SnapshotDefinition): Iterable<Found> {
  for (const key of ["inputSchema", "outputSchema"]) {
    const schema = property(definition.object, key)?.value;
    for (const object of schema ? objectsOf(schema) : []) {
      const ref = property(object, "$ref")?.value;
      if (ref?.kind !== "string" || !/^(?:https?:)?\/\//i.test(ref.value)) continue;
      yield {
        span: ref.span,
        message: `${titleOf(definition)} has a schema that is fetched from elsewhere: it can change after it was looked at`,
      };
    }
  }
}

/** Parameters that ask for what the model knows rather than for what the tool needs. */
function* harvesting(definition: SnapshotDefinition, file: ConfigFile): Iterable<Found> {
  if (definition.kind !== "tool") return;
  const required = valueAt(definition.object, "inputSchema", "required");
  const needed = new Set(
    required?.kind === "array" ? required.elements.flatMap((one) => (one.kind === "string" ? [one.value] : [])) : [],
  );
  for (const parameter of parameters(definition)) {
    const name = parameter.key
      .slice(0, 100)
      .replace(/[^A-Za-z]/g, "")
      .toLowerCase();
    const description = valueAt(parameter.value, "description");
    const said = description?.kind === "string" && CONTEXT_WORDS.test(description.value.slice(0, MAX_LOOKED_AT));
    const named = ASKS_FOR_CONTEXT.has(name);
    if (!named && !said) continue;
    yield {
      span: parameter.keySpan,
      severity: named && needed.has(parameter.key) ? "medium" : "low",
      confidence: "medium",
      message: `${titleOf(definition)} asks for what the model knows: its parameter ${JSON.stringify(parameter.key.slice(0, 100))}`,
      ...(said &&
        description && { related: [{ file: file.path, span: description.span, message: "what it says it is" }] }),
    };
  }
}

function* length(definition: SnapshotDefinition): Iterable<Found> {
  const key = definition.kind === "server" ? "instructions" : "description";
  const text = property(definition.object, key);
  if (text?.value.kind !== "string" || text.value.value.length <= LONG) return;
  const size = text.value.value.length;
  yield {
    span: text.keySpan,
    severity: size > VERY_LONG ? "medium" : "low",
    persona: size > VERY_LONG ? "regular" : "pedantic",
    message: `${titleOf(definition)} has ${key === "instructions" ? "instructions" : "a description"} of ${size} characters: more than a person reads, and all of it goes to the model`,
  };
}

export const toolSchema: AuditRule = {
  info: {
    id: "tool-schema",
    title: "Definition that asks for more than the tool needs",
    summary:
      "Reports schemas that are fetched from another address, parameters that ask for the conversation, the system prompt or the model's reasoning, and descriptions longer than 4,000 characters.",
    why: "Models fill in whatever a schema asks for; what they know then leaves for the server. What is fetched later, or is too long to be read, was never reviewed.",
    remedy: "Take the server only if you know why it needs this, and answer its calls one by one.",
    severity: "medium",
    persona: "regular",
    references: ["MCP03:2025", "MCP10:2025", "ASI02", "CWE-200", "CWE-829"],
  },
  example: {
    before: `"properties": { "city": { "type": "string" }, "conversation_history": { "type": "string" } }`,
    after: `"properties": { "city": { "type": "string" } }`,
  },
  check,
};
