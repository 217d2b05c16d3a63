import { isMap, isSeq, parseDocument } from "yaml";
import { SallyportError } from "../core/errors.ts";
import { parsePolicy } from "./parse.ts";
import type { PolicyRule } from "./schema.ts";

const HEADER = `# Your policy for Sallyport: what agents may do without asking, what is asked, what is denied.
# A rule here takes the place of the default policy for the messages that it fits. See docs/policy.md,
# and check this file with: sallyport policy check
version: 1
rules:
`;

/**
 * The text of a user's policy with one more rule at its end; every byte that was there stays. `text` undefined: a new file.
 * Throws MALFORMED where the file cannot be read as a policy: what is not understood is not edited.
 */
export function appendRule(text: string | undefined, rule: PolicyRule, comment: string): string {
  const result = edit(text, rule, comment.replace(/[\r\n]+/g, " "));
  const before = text === undefined ? 0 : (parsePolicy(text, "user").policy?.rules.length ?? 0);
  const after = parsePolicy(result, "user").policy;
  if (after?.rules.length !== before + 1 || after.rules.at(-1)?.id !== rule.id) {
    throw new SallyportError("MALFORMED", "the rule could not be added to the policy file; add it by hand");
  }
  return result;
}

function edit(text: string | undefined, rule: PolicyRule, comment: string): string {
  if (text === undefined) return HEADER + item(rule, comment, "  ", "\n");
  const { policy, issues } = parsePolicy(text, "user");
  if (!policy) throw new SallyportError("MALFORMED", `the policy file has an error: ${issues[0]?.message}`);
  const { contents } = parseDocument(text, { prettyErrors: false });
  const rules = isMap(contents) ? contents.get("rules", true) : undefined;
  if (!isSeq(rules) || !rules.range) throw new SallyportError("MALFORMED", "the policy file has no list of rules");
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const last = rules.items.at(-1) as { range?: [number, number, number] | null } | undefined;
  if (rules.flow) {
    // The list's end is just behind its bracket; what stands before that (spaces, a comma, comments) stays.
    const end = rules.range[1] - 1;
    const commaIsThere = last?.range ? /^\s*,/.test(text.slice(last.range[1], end)) : true;
    const at = commaIsThere ? end : (last?.range?.[1] ?? end);
    return `${text.slice(0, at)}${commaIsThere ? "" : ", "}${JSON.stringify(rule)}${text.slice(at)}`;
  }
  if (!last?.range) throw new SallyportError("MALFORMED", "the policy file has no list of rules");
  const dash = text.lastIndexOf("-", last.range[0]);
  const indent = text.slice(text.lastIndexOf("\n", dash) + 1, dash);
  if (indent.trim() !== "")
    throw new SallyportError("MALFORMED", "the policy file's list of rules is written unusually");
  // Behind the last item's own line; comments that follow belong to what follows.
  let at = last.range[1];
  const lineEnd = text.indexOf("\n", Math.max(0, at - 1));
  at = lineEnd === -1 ? text.length : lineEnd + 1;
  const open = at > 0 && text[at - 1] !== "\n" ? newline : "";
  return `${text.slice(0, at)}${open}${item(rule, comment, indent, newline)}${text.slice(at)}`;
}

/** Values as JSON, which is YAML: no text of anybody's can end one early. */
function item(rule: PolicyRule, comment: string, indent: string, newline: string): string {
  const lines = Object.entries(rule).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return [
    `${indent}# ${comment}`,
    ...lines.map((line, index) => `${indent}${index === 0 ? "- " : "  "}${line}`),
    "",
  ].join(newline);
}
