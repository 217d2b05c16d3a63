import type { ConfigFile } from "../clients/config.ts";
import type { Confidence, Severity } from "../core/finding.ts";
import type { Span } from "../core/text.ts";
import { type DataString, type DataValue, partOfString, keyOf } from "../documents/data.ts";
import { scanMessage } from "../detectors/scan.ts";
import type { MessageText, Place } from "../detectors/detector.ts";
import { type SnapshotDefinition, snapshotOf } from "./snapshot.ts";

/** What a detector saw in what a server offers. */
export interface Detected {
  /** The detector's rule id. */
  readonly rule: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** In the file. */
  readonly span: Span;
  /** One sentence; never contains a secret. */
  readonly evidence: string;
  readonly definition: SnapshotDefinition;
  /** The key whose value it is, or undefined where it stands in a key. */
  readonly key?: string;
}

interface Text extends MessageText {
  readonly node: DataString;
  readonly definition: SnapshotDefinition;
}

/** Under these a value belongs to the parameter around them. */
const OF_A_PARAMETER: ReadonlySet<string> = new Set(["default", "const", "enum", "examples", "example"]);

function* textsOf(definition: SnapshotDefinition): Iterable<Text> {
  const names = new Set<string>();
  const stack: { readonly value: DataValue; readonly key?: string; readonly outer?: string; readonly place: Place }[] =
    [{ value: definition.object, place: "definition" }];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { value, key, outer, place } = next;
    if (value.kind === "string") {
      const named = key !== undefined && OF_A_PARAMETER.has(key) ? outer : key;
      yield { text: value.value, place, key: named, pointer: key, node: value, definition };
    } else if (value.kind === "array") {
      for (const element of value.elements.toReversed()) stack.push({ ...next, value: element });
    } else if (value.kind === "object") {
      for (const one of value.properties.toReversed()) {
        // A name that comes in every schema is read once.
        if (one.key !== "" && !names.has(one.key)) {
          names.add(one.key);
          yield { text: one.key, place: "definition", node: keyOf(one), definition };
        }
        const isInstructions =
          definition.kind === "server" && value === definition.object && one.key === "instructions";
        stack.push({
          value: one.value,
          key: one.key,
          ...(key !== undefined && { outer: key }),
          place: isInstructions ? "instructions" : "definition",
        });
      }
    }
  }
}

/** Runs every detector over what a server offers. */
export function detect(file: ConfigFile): readonly Detected[] {
  const texts = snapshotOf(file).definitions.flatMap((definition) => [...textsOf(definition)]);
  return scanMessage(texts).flatMap(({ index, span, rule, severity, confidence, evidence, pointer }): Detected[] => {
    const text = texts[index];
    if (!text) return [];
    const { definition, node } = text;
    const place = partOfString(file.document.text, node, span.start, Math.min(span.end, node.value.length));
    return [
      { rule, severity, confidence, evidence, definition, span: place, ...(pointer !== undefined && { key: pointer }) },
    ];
  });
}
