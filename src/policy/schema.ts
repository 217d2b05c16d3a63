import * as z from "zod";

export const TRAITS = [
  "looks-read-only",
  "reads-private",
  "reads-untrusted",
  "writes",
  "leaves-the-machine",
  "executes",
  "destroys",
] as const;

/** A file with more rules than this is no policy. */
export const MAX_RULES = 2000;
const MAX_IGNORES = 500;
/** Of one glob. Together with MAX_STARS and MAX_ALTERNATIVES it bounds what matching a name of 256 characters can cost. */
const MAX_GLOB = 128;
const MAX_STARS = 10;

const glob = z
  .string()
  .min(1)
  .max(MAX_GLOB)
  .refine((text) => (text.match(/\*+/g) ?? []).length <= MAX_STARS, {
    error: `a glob may hold at most ${MAX_STARS} stars`,
  })
  .describe("A glob as minimatch reads it: * within one part, ** across /, ?, [a-z], {a,b}.");

/** One value, or a list of which any may fit. */
function anyOf<T extends z.ZodType>(one: T) {
  return z.union([one, z.array(one).min(1).max(100)]);
}

const finding = z
  .strictObject({
    rule: anyOf(glob).optional().describe("Rule id of a detector: secret, prompt-injection, hidden-text …"),
    severity: z.enum(["critical", "high", "medium", "low", "info"]).optional().describe("At least this severe."),
  })
  .describe("The message has a finding that fits all of this.");

const match = z.strictObject({
  server: anyOf(glob).optional().describe("The entry's name in the client's configuration: a label, not an identity."),
  launch: anyOf(z.string().regex(/^[0-9a-f]{64}$/, "a launch identity is 64 hex digits"))
    .optional()
    .describe("The launch identity: what the server really is. Shown in the panel and by `sallyport log`."),
  client: anyOf(glob).optional().describe("The MCP client's name."),
  tool: anyOf(glob).optional().describe("The tool of a tools/call."),
  method: anyOf(glob).optional().describe("The MCP method: tools/call, resources/read, sampling/createMessage …"),
  direction: z.enum(["to-server", "to-client"]).optional(),
  finding: anyOf(finding).optional(),
  trait: anyOf(z.enum(TRAITS)).optional().describe("What the tool was inferred to do; any of these."),
  session: z.literal("tainted").optional().describe("The conversation has read what a detector called an injection."),
  definition: anyOf(z.enum(["changed", "flagged"]))
    .optional()
    .describe("The tool's definition differs from the one that was seen first, or has a high finding."),
});

const rule = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "an id is lower-case letters, digits and hyphens, at most 64")
    .describe("Unique in its file. Named in every refusal and in the ledger."),
  match: match.optional().describe("All of it must fit; without it the rule fits every message."),
  except: z.array(match).max(50).optional().describe("Where any of these fits, the rule does not apply."),
  effect: z.enum(["allow", "ask", "deny"]),
  always: z.boolean().optional().describe("Of an ask: a person's standing grant does not answer it."),
  redact: z
    .union([z.boolean(), z.array(z.string()).max(100)])
    .optional()
    .describe("Reserved. This version refuses a policy that asks for it, since it could not hold it."),
  reason: z.string().min(1).max(500).optional().describe("In your words; shown with every decision of this rule."),
});

const ruleId = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, "a rule of the audit is named in kebab-case: unpinned");

const ignore = z
  .strictObject({
    rule: anyOf(ruleId).describe("Ids of audit rules; `sallyport audit --list-rules` prints them."),
    path: anyOf(glob)
      .optional()
      .describe(
        "Which files: globs, relative to the folder of this file, with forward slashes. All, where it is absent.",
      ),
    reason: z.string().min(1).max(500).describe("Why these findings are accepted. Shown with each of them."),
  })
  .describe("Findings of these rules in these files are counted and not reported.");

const audit = z
  .strictObject({ ignore: z.array(ignore).max(MAX_IGNORES).optional() })
  .describe("What `sallyport audit` accepts here. It is no part of the policy: nothing of it reaches a decision.");

export const policySchema = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(1),
  rules: z.array(rule).max(MAX_RULES).default([]),
  audit: audit.optional(),
});

export type Policy = z.infer<typeof policySchema>;
export type PolicyRule = Policy["rules"][number];
export type PolicyMatch = NonNullable<PolicyRule["match"]>;
export type Effect = PolicyRule["effect"];
export type PolicyLayer = "managed" | "user" | "workspace" | "default";

/** The JSON Schema that editors are given; `media/policy.schema.json` holds exactly this. */
export function policyJsonSchema(): object {
  return {
    ...z.toJSONSchema(policySchema, { target: "draft-7", io: "input" }),
    title: "Sallyport policy",
  };
}
