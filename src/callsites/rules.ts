import type { RuleInfo } from "../core/finding.ts";

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

const IGNORE_WITHOUT_REASON: RuleInfo = {
  id: "ignore-without-reason",
  title: "Ignore comment without a reason",
  summary: "Reports a sallyport-ignore comment that names no rule or gives no reason after `--`. It has no effect.",
  why: "A silenced finding that nobody explained cannot be reviewed.",
  remedy: "Write `sallyport-ignore: rule -- reason`, or remove the comment.",
  severity: "low",
  persona: "regular",
  references: ["CWE-1116"],
};

const UNUSED_IGNORE: RuleInfo = {
  id: "unused-ignore",
  title: "Ignore comment that ignores nothing",
  summary: "Reports a sallyport-ignore comment for a call-site rule that has no finding at its place.",
  why: "It would silence the next finding at that place, which nobody has looked at.",
  remedy: "Remove the comment.",
  severity: "info",
  persona: "pedantic",
  references: ["CWE-1116"],
};

export const CALL_SITE_RULE = { unlogged: UNLOGGED, partly: PARTLY } as const;
export const IGNORE_RULE = { withoutReason: IGNORE_WITHOUT_REASON, unused: UNUSED_IGNORE } as const;

/** Every rule of this room, in output order. */
export const CALL_SITE_RULES: readonly RuleInfo[] = [UNLOGGED, PARTLY, IGNORE_WITHOUT_REASON, UNUSED_IGNORE];
