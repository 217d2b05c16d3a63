import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from "yaml";
import type { Span } from "../core/text.ts";
import { globProblem } from "./globs.ts";
import { policySchema, type Policy, type PolicyLayer } from "./schema.ts";

/** What is wrong in a policy file, and where. An `error` makes the file unusable as a whole; a `warning` does not. */
export interface PolicyIssue {
  readonly severity: "error" | "warning";
  /** One sentence. */
  readonly message: string;
  readonly span: Span;
}

export interface ParsedPolicy {
  /** Undefined where there is an error. */
  readonly policy: Policy | undefined;
  readonly issues: readonly PolicyIssue[];
  /** Where each entry of `audit.ignore` stands, in order. */
  readonly ignoreSpans: readonly Span[];
}

/** In UTF-16 units. */
const MAX_TEXT = 1024 * 1024;
const MAX_ISSUES = 20;

/**
 * Reads a policy, YAML or JSON (which is YAML), and checks it whole: a file that is wrong in one place is not used in the
 * others. Never throws.
 */
export function parsePolicy(text: string, layer: PolicyLayer): ParsedPolicy {
  const error = (message: string, span: Span): ParsedPolicy => ({
    policy: undefined,
    issues: [{ severity: "error", message, span }],
    ignoreSpans: [],
  });
  if (text.length > MAX_TEXT) return error(`the policy is over ${MAX_TEXT} characters`, { start: 0, end: 0 });
  if (text.trim() === "") return error("the policy is empty; write version: 1 and rules: []", { start: 0, end: 0 });
  const document = parseDocument(text, { lineCounter: new LineCounter(), prettyErrors: false, version: "1.2" });
  const [broken] = document.errors;
  if (broken) return error(firstLine(broken.message), { start: broken.pos[0], end: broken.pos[1] });
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 50 });
  } catch (cause) {
    return error(cause instanceof Error ? firstLine(cause.message) : "the policy cannot be read", { start: 0, end: 0 });
  }
  const parsed = policySchema.safeParse(value);
  if (!parsed.success) {
    const issues = parsed.error.issues.slice(0, MAX_ISSUES).flatMap((issue): PolicyIssue[] => {
      const at = [...issue.path] as (string | number)[];
      if (issue.code === "unrecognized_keys") {
        return issue.keys.map((key) => ({
          severity: "error",
          message: `${name(at)} has no key ${JSON.stringify(key)}`,
          span: keySpan(document, at, key),
        }));
      }
      return [{ severity: "error", message: `${name(at)}: ${issue.message}`, span: spanAt(document, at) }];
    });
    return { policy: undefined, issues, ignoreSpans: [] };
  }
  const issues = [...checkRules(parsed.data, layer, document), ...checkIgnores(parsed.data, document)];
  const ignoreSpans = (parsed.data.audit?.ignore ?? []).map((_, i) => spanAt(document, ["audit", "ignore", i]));
  const usable = !issues.some((issue) => issue.severity === "error");
  return { policy: usable ? parsed.data : undefined, issues, ignoreSpans };
}

/** What the schema cannot say. */
function checkRules(policy: Policy, layer: PolicyLayer, document: Document.Parsed): PolicyIssue[] {
  const issues: PolicyIssue[] = [];
  const seen = new Set<string>();
  for (const [index, rule] of policy.rules.entries()) {
    const put = (severity: PolicyIssue["severity"], message: string, ...path: (string | number)[]): void => {
      issues.push({ severity, message, span: spanAt(document, ["rules", index, ...path]) });
    };
    if (seen.has(rule.id)) put("error", `the id ${rule.id} is used twice`, "id");
    seen.add(rule.id);
    if (rule.redact !== undefined && rule.redact !== false) {
      put(
        "error",
        "this version of Sallyport cannot redact, and does not pretend to: remove redact, or deny",
        "redact",
      );
    }
    if (rule.always && rule.effect !== "ask") put("error", "always belongs to an ask", "always");
    for (const glob of globsOf(rule)) {
      const problem = globProblem(glob);
      if (problem) put("error", `the glob ${JSON.stringify(glob)} ${problem}`);
    }
    if (rule.effect === "allow" && layer === "workspace") {
      put("warning", "a workspace's policy can only ask or deny: this rule has no effect", "effect");
    }
    if (rule.effect === "allow" && layer === "managed") {
      put("warning", "a managed policy can only ask or deny: this rule has no effect", "effect");
    }
  }
  return issues.slice(0, MAX_ISSUES * 5);
}

/** The globs of the audit's part. */
function checkIgnores(policy: Policy, document: Document.Parsed): PolicyIssue[] {
  return (policy.audit?.ignore ?? []).flatMap(({ path = [] }, i) =>
    [path].flat().flatMap((glob): PolicyIssue[] => {
      const problem = globProblem(glob);
      const span = spanAt(document, ["audit", "ignore", i, "path"]);
      return problem ? [{ severity: "error", message: `the glob ${JSON.stringify(glob)} ${problem}`, span }] : [];
    }),
  );
}

function globsOf(rule: Policy["rules"][number]): string[] {
  return [rule.match ?? {}, ...(rule.except ?? [])].flatMap((match) => [
    ...[match.server, match.client, match.tool, match.method].flatMap((value) => value ?? []),
    ...[match.finding].flat().flatMap((finding) => finding?.rule ?? []),
  ]);
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? text;
}

/** `rules[3].match.tool`, for messages. */
function name(path: readonly (string | number)[]): string {
  if (path.length === 0) return "the policy";
  return path.map((part, i) => (typeof part === "number" ? `[${part}]` : i === 0 ? part : `.${part}`)).join("");
}

/** The place of the deepest part of the path that is there. */
function spanAt(document: Document.Parsed, path: readonly (string | number)[]): Span {
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return { start: node.range[0], end: node.range[1] };
  }
  return { start: 0, end: 0 };
}

function keySpan(document: Document.Parsed, path: readonly (string | number)[], key: string): Span {
  const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  if (isMap(node)) {
    for (const pair of node.items) {
      if (isScalar(pair.key) && pair.key.value === key && pair.key.range) {
        return { start: pair.key.range[0], end: pair.key.range[1] };
      }
    }
  }
  return spanAt(document, path);
}
