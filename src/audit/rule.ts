import type { ConfigFile, ServerEntry } from "../clients/config.ts";
import type { Environment } from "../core/environment.ts";
import type { FindingInput, RuleInfo } from "../core/finding.ts";
import type { Span } from "../core/text.ts";
import type { Detected } from "./detections.ts";
import type { Facts } from "./facts.ts";
import type { PolicyIssue } from "../policy/parse.ts";
import type { Passage } from "./instructions.ts";

/** What a rule may look at: one file, and the others of the same run for questions between files. */
export interface RuleContext {
  readonly file: ConfigFile;
  /** All files of the run that could be read, this one among them. */
  readonly all: readonly ConfigFile[];
  readonly environment: Environment;
  /** The version of an npm package that is installed or locked on this machine for that file, as far as files say. */
  readonly installed: (name: string) => string | undefined;
  /** The same of the workspace's own `node_modules` and lock file alone. */
  readonly locked: (name: string) => string | undefined;
  /** What is wrong in this file, where it is a policy. */
  readonly policyIssues: readonly PolicyIssue[];
  /**
   * What a lock has to say. `off`: the run does not see the whole workspace. `shown`: where there is one. `required`: and
   * that there is none is a finding too.
   */
  readonly lock: LockMode;
  /** What the detectors see in this file, where it holds what a server offers. */
  readonly detected: readonly Detected[];
  /** What the run found out about the machine. */
  readonly facts: Facts;
  /** What in this file steers an agent against its user, where it is an instruction file. */
  readonly passages: readonly Passage[];
}

export type LockMode = "off" | "shown" | "required";

/** A finding of a rule in its file. The run adds the file, and weighs what is switched off or a fixture less. */
export interface Found extends Omit<FindingInput, "primary"> {
  readonly span: Span;
  /** What is to be seen at the span, where it is not the message. */
  readonly note?: string;
  /** The entry that it is about: one that is switched off weighs one step less. */
  readonly entry?: ServerEntry;
}

/** One rule: one question of a reader. Rows of the catalogue with one label are variants of one rule. */
export interface AuditRule {
  readonly info: RuleInfo;
  /** How it can be mended at once, one sentence; undefined where it has no fix. For the docs. */
  readonly fix?: string;
  /** Before and after, as JSON fragments. For the docs. */
  readonly example: { readonly before: string; readonly after: string };
  check(context: RuleContext): Iterable<Found>;
}
