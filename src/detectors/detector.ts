import type { Confidence, RuleInfo, Severity } from "../core/finding.ts";
import type { Span } from "../core/text.ts";
import type { Survey } from "./survey.ts";

/**
 * Where a text stands. `argument`: what the agent sends to a tool. `result`: whatever a server sends as data (results,
 * errors, progress, logs, sampling). `definition`: names, descriptions and schemas that a server offers. `instructions`:
 * files and server instructions that are meant to steer an agent. `config`: a client's configuration.
 */
export type Place = "argument" | "result" | "definition" | "instructions" | "config";

export interface ScanContext {
  readonly place: Place;
  /** The object key whose value the text is: `API_TOKEN`. Raises a secret's likelihood. */
  readonly key?: string | undefined;
  /** Of an argument: the folders that the server may use, as paths or `file:` URIs, where they are known. */
  readonly roots?: readonly string[] | undefined;
}

/** One thing that a detector saw in one text. */
export interface Detection {
  /** The detector's rule id. */
  readonly rule: string;
  /** Which kind within the rule, kebab-case: `unicode-tags`, `override`, `github-token`. */
  readonly variant: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** UTF-16 offsets into the text as it was given, through every decoding step. */
  readonly span: Span;
  /** One sentence for a person. Control and invisible characters are spelt out; never contains a secret. */
  readonly evidence: string;
}

/** A check of text. Pure: no state between calls, no I/O, time linear in the text's length whatever the text is. */
export interface Detector {
  readonly rule: RuleInfo;
  /** `survey`: what the shared pass over this text found, when the caller has made it already. */
  scan(text: string, context: ScanContext, survey?: Survey): Detection[];
}

/** One text of a message. `pointer`: its JSON pointer in the message, for the person who reads the finding. */
export interface MessageText extends ScanContext {
  readonly text: string;
  readonly pointer?: string | undefined;
}

export interface MessageDetection extends Detection {
  /** Index of the text in the list that was given. */
  readonly index: number;
  readonly pointer?: string | undefined;
}

export interface ScanOptions {
  /** Only detectors with these rule ids. */
  readonly only?: readonly string[];
  /** Detectors that do not run unasked (`personal-data`), besides those that do. */
  readonly also?: readonly string[];
  /** UTF-16 units of all texts together that are looked at; what lies beyond is `not-inspected`. */
  readonly maxUnits?: number;
}

/** As large as the largest message that the strict gate lets through (16 MB), so that it is inspected whole. */
export const MAX_UNITS = 16 * 1024 * 1024;

/** Detections of one rule that a message yields singly; the rest of that rule become one `not-inspected`. */
export const MAX_DETECTIONS = 100;
