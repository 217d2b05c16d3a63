import type { Confidence, RuleInfo, Severity } from "../core/finding.ts";
import { own, ownObject, ownString, type Json } from "../mcp/json.ts";
import { kindOf } from "./hosts.ts";
import { knownPath } from "./sensitivePaths.ts";
import { shown } from "./shown.ts";
import { offeredBy, propertiesOf, type Offered, type StructureDetection, type StructureDetector } from "./structure.ts";
import { urlsOf } from "./urls.ts";

const rule: RuleInfo = {
  id: "schema-anomaly",
  title: "A schema that says what a schema does not say",
  summary:
    "A default, an enum's value, an example or a parameter's name that holds an instruction, somebody's address or a place of secrets; a tool that calls itself read-only and is not.",
  why: "People read descriptions when they approve a tool. The model reads every field.",
  remedy: "Look at the value in the server's source before you approve the tool.",
  severity: "medium",
  persona: "regular",
  references: ["MCP03:2025", "ASI02", "CWE-1427"],
};

export const schemaAnomaly: StructureDetector = {
  rule,
  scan(structure) {
    return offeredBy(structure).flatMap((one) => (one.kind === "tool" ? [...inSchemas(one), ...inHints(one)] : []));
  },
};

const VALUES = ["default", "const", "enum", "examples", "example"] as const;

function inSchemas({ value, pointer }: Offered): StructureDetection[] {
  const found: StructureDetection[] = [];
  const add = (
    variant: string,
    severity: Severity,
    confidence: Confidence,
    at: string,
    text: string,
    evidence: string,
  ): void => {
    found.push({
      rule: rule.id,
      variant,
      severity,
      confidence,
      span: { start: 0, end: text.length },
      evidence,
      pointer: at,
    });
  };
  for (const schema of ["inputSchema", "outputSchema"] as const) {
    for (const { name, schema: property, pointer: at } of propertiesOf(
      ownObject(value, schema),
      `${pointer}/${schema}`,
    )) {
      const named = instructionIn(name.replace(/[_-]+/g, " "), name);
      if (named) add("telling-name", "medium", "medium", at, name, `A parameter's name ${named}: ${shown(name)}`);
      for (const key of VALUES) {
        const given = own(property, key);
        for (const [i, item] of (Array.isArray(given) ? (given as readonly Json[]) : [given]).entries()) {
          if (typeof item !== "string" || item === "") continue;
          const wrong = wrongWith(key, name, item, ownString(property, "description") ?? "");
          if (wrong)
            add(
              "telling-value",
              wrong.severity,
              "medium",
              `${at}/${key}${Array.isArray(given) ? `/${i}` : ""}`,
              item,
              `A schema's ${key} ${wrong.why}: ${shown(item)}`,
            );
        }
      }
    }
  }
  return found.slice(0, 50);
}

/** Names that are sentences about what to put there. */
function instructionIn(words: string, name: string): string | undefined {
  if (name.length < 24 || !/[_-]|[a-z][A-Z]/.test(name)) return undefined;
  const plain = words.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  const count = plain.split(" ").length;
  if (count < 4) return undefined;
  const tells =
    /\b(?:contents? of|content from|read(?:ing)?|paste|put|include|copy|send|dump|from (?:the )?(?:ssh|env|conversation|system)|ssh|id rsa|password|credentials?|secrets?|api keys?|conversation|system prompt|before|ignore|full|all|everything|users?)\b/g;
  return (plain.match(tells)?.length ?? 0) >= 2 ? "tells the model what to put there" : undefined;
}

const COMMANDS =
  /^(?:please |first |always |then |also |now |note:? |important:? |you must |do not |never |before |after )?(?:call|send|forward|read|include|copy|upload|ignore|use|fetch|run|execute|open|post|reveal|tell|append|pass|put|remember|reply|answer|treat|delete|share|mention|email|e-mail|disregard|assume)\b/i;
const TO_MODEL =
  /\b(?:the (?:user|assistant|model|agent)|you (?:must|should|are|have)|this tool|other tools?|system prompt|instructions?|conversation|previous|silently|secretly|without)\b/i;

function wrongWith(
  key: string,
  name: string,
  value: string,
  description: string,
): { severity: Severity; why: string } | undefined {
  const words = value.split(/\s+/).length;
  const isProseField =
    /prompt|message|text|content|instruction|template|body|query|question|description|note|comment/i.test(name);
  if (
    words >= 6 &&
    COMMANDS.test(value) &&
    TO_MODEL.test(value) &&
    (key === "enum" || key === "const" || key === "default" || !isProseField)
  ) {
    return { severity: "medium", why: "is an instruction" };
  }
  if (key === "examples" || key === "example") {
    const { urls } = urlsOf(value);
    return urls.some(({ host, rest }) => kindOf(host, host + rest) === "interceptor")
      ? { severity: "medium", why: "leads to a host that anyone may take" }
      : undefined;
  }
  if (key !== "default" && key !== "const" && key !== "enum") return undefined;
  if (value.length < 300 && !/\s/.test(value)) {
    const known = knownPath(value);
    if (
      known?.kind === "secrets" &&
      !/\.env(?:\.|$)/.test(value) &&
      !/key|cred|config|secret|token|ssh|identity|auth/i.test(name)
    ) {
      return { severity: "medium", why: `leads to ${known.what}` };
    }
  }
  const { urls } = urlsOf(value);
  for (const { host, rest } of urls) {
    const kind = kindOf(host, host + rest);
    if (
      kind === "metadata" ||
      kind === "interceptor" ||
      kind === "paste" ||
      kind === "chat-hook" ||
      (kind === "tunnel" && key === "default")
    ) {
      return { severity: "medium", why: "leads to a host that anyone may take" };
    }
  }
  if (
    /^[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+$/.test(value) &&
    /(?:^|_)(?:b?cc|recipients?|forward|copy|notify|report|audit|reply_?to|to)/i.test(name) &&
    !/example|your/i.test(description)
  ) {
    return { severity: "medium", why: "is somebody's address" };
  }
  return undefined;
}

/** What a tool does by its name, when it does more than read. */
const CHANGES =
  /^(?:delete|remove|drop|destroy|purge|wipe|truncate|erase|write|create|update|modify|edit|rename|move|send|post|publish|upload|push|commit|merge|deploy|execute|exec|kill|stop|restart|transfer|pay|purchase|buy|invite|grant|revoke|install|uninstall|insert|upsert|overwrite|reset|approve|cancel|disable|enable|set)(?:[_-]|[A-Z]|$)/;
const SAYS_CHANGES =
  /^(?:permanently |irreversibly )?(?:deletes?|removes?|drops?|writes?|creates?|updates?|modif(?:y|ies)|sends?|posts?|publish(?:es)?|uploads?|push(?:es)?|executes?|overwrites?|transfers?|wipes?|deploys?|installs?|merges?|grants?|revokes?|purges?|kills?)\b/i;

function inHints({ name, value, pointer }: Offered): StructureDetection[] {
  const hints = ownObject(value, "annotations");
  if (own(hints, "readOnlyHint") !== true) return [];
  const description = ownString(value, "description") ?? "";
  const short = name.replace(/^.*(?:__|[./:])/, "");
  const changes = CHANGES.exec(short)?.[0] ?? SAYS_CHANGES.exec(description)?.[0];
  const claims = own(hints, "destructiveHint") === true ? "destructiveHint" : undefined;
  if (changes === undefined && claims === undefined) return [];
  if (changes !== undefined && isListing(short, description)) return [];
  const evidence =
    claims !== undefined
      ? "The tool calls itself read-only and destructive at once"
      : `The tool calls itself read-only, and by its own words it does more: ${shown(changes ?? "")}`;
  return [
    {
      rule: rule.id,
      variant: "read-only-hint",
      severity: "medium",
      confidence: "medium",
      span: { start: 0, end: 0 },
      evidence,
      pointer: `${pointer}/annotations/readOnlyHint`,
    },
  ];
}

/** `Create a query plan`, `set_of_…`: the verb makes something in the answer, not in the world. */
function isListing(name: string, description: string): boolean {
  return /(?:preview|plan|draft|diff|dry|simulat|template|url|link|report|chart|summary|estimate|snapshot|validate|check|instructions)/i.test(
    `${name} ${description.slice(0, 120)}`,
  );
}

/** What became of a field of a definition between two approvals. */
export interface FieldBeforeAfter {
  readonly pointer: string;
  readonly before?: Json;
  readonly after?: Json;
}

/** Changes that make a tool reach further than what was approved: for the comparison with a pin. */
export function widenings(changes: readonly FieldBeforeAfter[]): { readonly pointer: string; readonly why: string }[] {
  const found: { pointer: string; why: string }[] = [];
  for (const { pointer, before, after } of changes) {
    if (/\/annotations\/(?:readOnlyHint|idempotentHint)$/.test(pointer) && before === true && after !== true)
      found.push({ pointer, why: "no longer says that it only reads" });
    if (pointer.endsWith("/annotations/readOnlyHint") && before !== true && after === true)
      found.push({ pointer, why: "says now that it only reads" });
    if (/\/annotations\/(?:destructiveHint|openWorldHint)$/.test(pointer) && before === false && after !== false)
      found.push({ pointer, why: "no longer says that it is harmless" });
    if (/\/properties\/[^/]+$/.test(pointer) && before === undefined && after !== undefined)
      found.push({ pointer, why: "takes a parameter more" });
    if (pointer.endsWith("/additionalProperties") && before === false && after !== false)
      found.push({ pointer, why: "takes any parameter now" });
    if (
      /\/(?:enum(?:\/\d+)?|pattern|maxLength|maximum|maxItems)$/.test(pointer) &&
      before !== undefined &&
      after === undefined
    )
      found.push({ pointer, why: "lost a bound on what it takes" });
    if (pointer.endsWith("/default") && JSON.stringify(before) !== JSON.stringify(after) && after !== undefined)
      found.push({ pointer, why: "has another default" });
  }
  return found;
}
