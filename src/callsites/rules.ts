import type { RuleInfo } from "../core/finding.ts";
import { IGNORE_RULE } from "../documents/ignoreComments.ts";

const UNLOGGED: RuleInfo = {
  id: "unlogged-llm-call",
  title: "Model call that leaves no record",
  summary:
    "Reports an expression that sends data to a language model while nothing in sight records it: no instrumentation, no wrapped client, no log line that receives the request or the response.",
  why: "Nobody can later answer who sent what to which model, when, at what cost and with what result: an incident, a data leak or a bill stays unexplained.",
  remedy: "Add the SDK's instrumentor once at start-up, or log model, response id and token usage after the call.",
  severity: "medium",
  persona: "regular",
  references: ["CWE-778", "ASI09", "LLM10:2025"],
};

const PARTLY: RuleInfo = {
  id: "partly-logged-llm-call",
  title: "Model call that is recorded only in part",
  summary:
    "Reports a model call whose record is incomplete: only errors, only a constant message, only debug level, only one side, only counts, or a weak sink such as console.",
  why: "The record is missing just when it is needed: the successful call that leaked data, or the one made while the log level was higher.",
  remedy:
    "Log model, response id, usage and outcome on the success path with the project's logger at info level, and the error on the other.",
  severity: "low",
  persona: "pedantic",
  references: ["CWE-778", "CWE-223"],
};

export const CALL_SITE_RULE = { unlogged: UNLOGGED, partly: PARTLY } as const;

/** Every rule of this room, in output order. */
export const CALL_SITE_RULES: readonly RuleInfo[] = [UNLOGGED, PARTLY, ...Object.values(IGNORE_RULE)];
