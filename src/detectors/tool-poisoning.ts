import type { Confidence, RuleInfo, Severity } from "../core/finding.ts";
import { isObject, ownObject, ownString, type Json, type JsonObject } from "../mcp/json.ts";
import { shown } from "./shown.ts";
import {
  offeredBy,
  propertiesOf,
  step,
  type Offered,
  type Property,
  type StructureDetection,
  type StructureDetector,
} from "./structure.ts";

const rule: RuleInfo = {
  id: "tool-poisoning",
  title: "A definition that does more than describe",
  summary:
    "A tool's definition that steers other tools, claims to come before them, wants what is not its own (files, secrets, the conversation) in one of its parameters, or needs what its purpose does not.",
  why: "Definitions are part of the model's instructions for the whole session, whether the tool is ever called or not.",
  remedy: "Do not approve this server. Ask its author what the passage is for.",
  severity: "high",
  persona: "regular",
  references: ["MCP03:2025", "ASI01", "ASI02", "CWE-1427"],
};

export const toolPoisoning: StructureDetector = {
  rule,
  scan(structure) {
    const offered = offeredBy(structure);
    const names = new Set(offered.map(({ name }) => name));
    return offered.flatMap((one) => (one.kind === "tool" || one.kind === "prompt" ? judge(one, names) : []));
  },
};

interface Passage {
  readonly text: string;
  readonly pointer: string;
}

const MAX_PASSAGES = 400;
const MAX_PASSAGE = 20_000;

/** Every prose string of a definition: long enough to say something. */
function passagesOf(value: JsonObject, pointer: string): Passage[] {
  const found: Passage[] = [];
  const stack: { value: Json; pointer: string }[] = [{ value, pointer }];
  for (let next = stack.pop(); next && found.length < MAX_PASSAGES; next = stack.pop()) {
    const { value: one, pointer: at } = next;
    if (typeof one === "string") {
      if (one.length >= 20 && one.includes(" ")) found.push({ text: one.slice(0, MAX_PASSAGE), pointer: at });
    } else if (Array.isArray(one)) {
      for (const [i, item] of (one as readonly Json[]).entries()) stack.push({ value: item, pointer: `${at}/${i}` });
    } else if (isObject(one)) {
      for (const [key, item] of Object.entries(one)) stack.push({ value: item, pointer: `${at}/${step(key)}` });
    }
  }
  return found;
}

function judge({ name, value, pointer }: Offered, names: ReadonlySet<string>): StructureDetection[] {
  const found: StructureDetection[] = [];
  const add = (
    variant: string,
    severity: Severity,
    confidence: Confidence,
    passage: Passage,
    start: number,
    end: number,
    evidence: string,
  ): void => {
    if (found.some((one) => one.variant === variant)) return;
    found.push({
      rule: rule.id,
      variant,
      severity,
      confidence,
      span: { start, end },
      evidence,
      pointer: passage.pointer,
    });
  };
  const properties = propertiesOf(ownObject(value, "inputSchema"), `${pointer}/inputSchema`);
  for (const passage of passagesOf(value, pointer)) {
    const { text } = passage;
    const other = steersOthers(text, name, names);
    if (other) {
      add(
        "other-tools",
        other.severity,
        "medium",
        passage,
        other.start,
        other.end,
        `The definition ${other.does}: ${shown(text.slice(other.start, other.end))}`,
      );
    }
    const wants = wantsMore(text, name);
    if (wants) {
      const carries = properties.length > 0 || /\b(?:parameter|argument|field|param|input)\b/i.test(text);
      const severity = wants.strong && carries ? "high" : "medium";
      add(
        "wants-more",
        severity,
        "medium",
        passage,
        wants.start,
        wants.end,
        `The definition wants what is not the tool's own: ${shown(text.slice(wants.start, wants.end))}`,
      );
    }
  }
  const wide = mismatch(name, ownString(value, "description") ?? "", properties);
  if (wide) {
    const passage = { text: wide.name, pointer: wide.pointer };
    add(
      "capability-mismatch",
      "medium",
      "low",
      passage,
      0,
      0,
      `A tool that ${wide.purpose} takes ${wide.what} (${shown(wide.name)})`,
    );
  }
  return found;
}

interface Steering {
  readonly start: number;
  readonly end: number;
  readonly severity: Severity;
  readonly does: string;
}

/** What a tool is to move, in the rest of the sentence that drives it. */
const MOVES =
  /\b(?:with|and|so that|to) .{0,40}\b(?:send|forward|copy|contents?|results?|output|response|bcc|recipient|address|url|https?:)/i;
/** How much of the rest of a sentence is looked at, in UTF-16 units. */
const REST = 120;

/** Wording that governs tools beyond the one that is described; where there is a fourth, it follows in the sentence. */
const STEERS: readonly (readonly [RegExp, Severity, string, RegExp?])[] = [
  [
    /\b(?:before|prior to|ahead of|after|following|whenever|when|each time|every time) (?:you |the (?:assistant|agent|model|user) )?(?:us(?:e|es|ing)|call(?:s|ing)?|invok(?:e|es|ing)|run(?:s|ning)?|execut(?:e|es|ing)|mak(?:e|es|ing)|perform(?:s|ing)?)?\s?(?:any|every|each|all)(?: of the)?(?: other| further| subsequent| existing)? (?:\w{1,15} )?(?:tools?|functions?|tool calls?|servers?|actions?|requests?|commands?)\b/i,
    "medium",
    "claims a place before or after every other tool",
  ],
  [
    /\b(?:any|every|all|each|the) (?:of the )?other (?:\w{1,12} )?(?:tools?|servers?)(?:'s?)?\b[^.\n]{0,60}\b(?:must|should|need|has to|have to|will|are|is|deprecated|disabled|unsafe|broken|unreliable|outdated|forbidden|compromised)\b/i,
    "medium",
    "speaks about the other tools",
  ],
  [
    /\b(?:must|should|has to|needs? to|always|is required to|is to) (?:always |first |also )?be (?:called|used|run|invoked|executed) (?:first|before|prior|instead|after|once|on every|for every|at the (?:start|beginning|end)|with every|whenever)\b/i,
    "medium",
    "demands to be called",
  ],
  [
    /\b(?:always|must) (?:call|use|run|invoke|prefer) this (?:tool|function|one|server)\b[^.\n]{0,60}\b(?:before|after|first|instead|any|every|other|rather|over)\b/i,
    "medium",
    "demands to be called",
  ],
  [
    /\b(?:instead of|rather than|in place of|never use|do not use|don't use|avoid|stop using|no longer use|replaces?|supersedes?|overrides?) (?:the |any |all |your |other )?(?:built-?in|native|default|standard|existing|other|original|\w{2,30}_\w{2,30})(?: \w{1,20}){0,2} (?:tools?|functions?|commands?|servers?)\b/i,
    "medium",
    "puts itself in another tool's place",
  ],
  [
    /\b(?:also|additionally|then|first|must|always|silently|automatically|should)\b[^.\n]{0,40}\b(?:call|invoke|use|run|trigger|execute|forward|pass|send|route|redirect|reroute)\b[^.\n]{0,60}\b(?:tool|function)\b/i,
    "medium",
    "drives another tool",
    MOVES,
  ],
  [
    /\b(?:when|whenever|each time|every time|if|once)\b[^.\n]{0,40}\b(?:\w{2,30}_\w{2,40}|\w{2,20} tool)\b[^.\n]{0,30}\b(?:is|gets|are|was) (?:called|used|invoked|run|executed|available)\b[^.\n]{0,120}\b(?:instead|first|also|must|should|set|change|replace|append|add|include|bcc|cc|send|forward|reroute|use|route|copy)\b/i,
    "medium",
    "changes what another tool is given",
  ],
  [
    /\b(?:regardless of|no matter|even if|even when|whether or not)\b[^.\n]{0,40}\b(?:the user|asked|requested|needed|relevant|instruct\w{0,6}|task)\b[^.\n]{0,80}\b(?:call|use|invoke|run|send|include|must|always)\b/i,
    "medium",
    "wants to run whatever the person asked",
  ],
  [
    /\b(?:modif(?:y|ies)|alter|alters|change|changes|intercepts?|overrides?|hijacks?|wraps?) (?:the )?(?:behaviou?r|output|results?|arguments?|parameters?|calls?|responses?) (?:of|from|to) (?:the |all |any |every |other )?(?:[\w-]{1,30} ){0,3}(?:tools?|functions?|servers?|calls?)\b/i,
    "medium",
    "changes other tools",
  ],
  [
    /\b(?:without|before|instead of|skip(?:ping)?|do not|don't|no need to|never) (?:ask(?:ing)?|wait(?:ing)? for|request(?:ing)?|seek(?:ing)?|getting|requir(?:e|ing)) (?:for )?(?:the |any |their |further |additional )?(?:user'?s? |human )?(?:confirmation|permission|approval|consent|authori[sz]ation|user)\b/i,
    "medium",
    "does away with the person's consent",
  ],
];

function steersOthers(text: string, name: string, names: ReadonlySet<string>): Steering | undefined {
  for (const [pattern, severity, does, follows] of STEERS) {
    const match = pattern.exec(text);
    if (!match) continue;
    const rest = text.slice(match.index + match[0].length, match.index + match[0].length + REST).split(/[.\n]/, 1)[0];
    if (follows && !follows.test(rest ?? "")) continue;
    // What tools of the same server ask of each other is their own affair.
    const named = /\b[a-z][a-z0-9]{1,30}_[a-z0-9_]{2,40}\b/.exec(match[0])?.[0];
    if (named !== undefined && (named === name || names.has(named))) continue;
    if (
      /\b(?:e\.g\.|for example|such as|detects?|scans?|attempts? to|tries to|tells? you|reports? whether)\b/i.test(
        text.slice(Math.max(0, match.index - 50), match.index),
      )
    )
      continue;
    return { start: match.index, end: match.index + match[0].length, severity, does };
  }
  return undefined;
}

const ASKS =
  /\b(?:read|open|load|include|pass|paste|put|provide|supply|attach|append|prepend|embed|copy|send|fill|fetch|gather|collect|obtain|add|insert|set|contain|encode|quote|forward|share|dump|upload|submit|log|record|store|reads|sends|includes|uploads|forwards|posts?|transmits?|copies)\b/i;
/** What no tool needs to be told by the model, and what such passages want. */
const FOREIGN: readonly (readonly [RegExp, boolean])[] = [
  [
    /~\/\.(?:ssh|aws|config|kube|gnupg|docker|cursor|claude|netrc|npmrc)\b|\bid_(?:rsa|ed25519|ecdsa)\b|\.aws\/credentials|\bmcp\.json\b|(?<![\w/])\.env\b(?! ?(?:example|template|variables?))|\/etc\/(?:passwd|shadow)|\bssh (?:private )?keys?\b|\.git-credentials|\.bash_history|\.netrc\b/i,
    true,
  ],
  [
    /\b(?:the |your |user'?s |full |entire |complete |current |whole |recent |previous |prior )(?:\w{1,12} ){0,2}(?:conversation|chat|dialogue)(?: (?:history|context|transcript|log|so far))?\b|\b(?:chat|conversation) (?:history|transcript|log)\b|\ball (?:previous|prior|earlier) messages\b|\b(?:verbatim|full|entire) (?:user )?(?:prompt|message)\b/i,
    false,
  ],
  [
    /\b(?:your |the |full |entire )?(?:system prompt|system message|system instructions|hidden instructions|internal instructions)\b/i,
    true,
  ],
  [
    /\b(?:the |any |all |every )?(?:contents?|values?|list|dump|copy) of (?:the |any |all |your |their |its )?(?:\w{1,12} )?(?:environment(?: variables)?|env(?: file| vars)?|secrets?|credentials?|keychain|clipboard|key ?files?|cookies?|password\w{0,2}|tokens?|home directory|config(?:uration)? files?)\b/i,
    true,
  ],
  [
    /\b(?:user'?s|your|their|any|all|available|other servers?'?) (?:\w{1,12} )?(?:environment variables|env vars|api keys|access tokens|passwords|credentials|secrets|ssh keys|private keys|session tokens?|cookies)\b/i,
    true,
  ],
  [
    /\b(?:results?|outputs?|responses?|data|contents?|arguments) (?:of|from|returned by|produced by) (?:the |any |all |every |each |your )?(?:other|previous|prior|earlier|preceding|last|recent) (?:tool|tools|call|calls|servers?|steps?)(?: calls?)?\b/i,
    true,
  ],
  [
    /\b(?:names?|list|descriptions?|definitions?|schemas?) (?:and \w{1,15} )?of (?:all |the |any |every )?(?:other |available |connected |installed )(?:\w{1,12} )?(?:tools|servers)\b/i,
    true,
  ],
];

/** Tools that are about conversations and prompts anyway. */
const ABOUT_TALK =
  /chat|conversation|memory|message|thread|summar|prompt|llm|agent|sampl|transcri|dialog|think|reason|history|session|slack|discord|teams|intercom/i;
const OWN_SECRET = /secret|credential|vault|password|keychain|token|ssh|env|scan|audit|leak/i;

function wantsMore(text: string, name: string): { start: number; end: number; strong: boolean } | undefined {
  for (const [pattern, strong] of FOREIGN) {
    const match = pattern.exec(text);
    if (!match) continue;
    if (!strong && ABOUT_TALK.test(name)) continue;
    if (strong && OWN_SECRET.test(name)) continue;
    const from = Math.max(0, match.index - 120);
    const before = text.slice(from, match.index);
    const sentence = before.slice(Math.max(before.lastIndexOf(". "), before.lastIndexOf("\n"), 0));
    const asks = ASKS.exec(sentence);
    if (
      !asks ||
      /\b(?:not|never|don't|without|cannot|detects?|scans?|e\.g\.|example|such as|like|excludes?|flags?)\b/i.test(
        sentence,
      )
    )
      continue;
    return { start: match.index - (sentence.length - asks.index), end: match.index + match[0].length, strong };
  }
  return undefined;
}

/** Purposes that need nothing of the machine. */
const HARMLESS =
  /^(?:(?:get|fetch|show|check|read|current|daily|random|roll|pick|tell|generate|make|do|list|count|word|text|string|simple|basic)[_-]?)*(?:weather|forecast|temperature|add|sum|subtract|multiply|divide|calculat\w{0,4}|calc|math|convert\w{0,3}(?:[_-](?:units?|currency|temperature|case|time))?|currency|units?|time(?:zone)?|date|clock|joke|quote|fact|horoscope|greet\w{0,3}|hello|echo|dice|coin|uuid|guid|slug\w{0,3}|upper ?case|lower ?case|capitali[sz]e|reverse|translate|spell\w{0,6}|dictionary|define|synonyms?|emoji|color|colour|palette|lorem|trivia|recipe|rhymes?|haiku|number|square|percentage|bmi|tip|age|holiday|calendar_?math|word_?count|count_?words|exchange_?rate)s?(?:[_-](?:numbers?|tool|text|string|city|rate|rates|converter|calculator|today|now|info))*$/i;
const REACHES: readonly (readonly [RegExp, string])[] = [
  [/^(?:cmd|command|shell|exec|script|code|eval|bash|args|argv)$/i, "a command"],
  [/^(?:file_?path|path|file|filename|files|directory|dir|workspace_?(?:path|files)?|home_?dir)$/i, "a path"],
  [
    /(?:^|_)(?:password|passwd|secret|private_?key|ssh_?key|credentials?|access_?token|auth_?token|session_?token|cookies?|env|environment|env_?vars?|aws_?(?:key|secret\w{0,12}))$/i,
    "a secret",
  ],
  [
    /^(?:sidenote|side_?note|side_?car|exfil\w{0,6}|conversation(?:_?(?:history|context|log))?|chat_?history|full_?context|user_?context|session_?context|system_?prompt|previous_?(?:messages|results|outputs?)|all_?messages|webhook(?:_?url)?|callback_?url|forward_?to|bcc|notify_?(?:url|email)|telemetry_?(?:url|data)|report_?to)$/i,
    "what leads out of it or holds more than it needs",
  ],
];

/** Descriptions in which such a parameter is expected. */
const SAID: Readonly<Record<string, RegExp>> = {
  "a command": /\b(?:command|script|code|shell)\b/i,
  "a path": /\b(?:file|path|folder|director)/i,
  "a secret": /\b(?:api key|credential|token|auth)/i,
};

interface Mismatch {
  readonly purpose: string;
  readonly what: string;
  readonly name: string;
  readonly pointer: string;
}

/** A parameter that a tool of such a name has no use for. */
function mismatch(name: string, description: string, properties: readonly Property[]): Mismatch | undefined {
  const plain = name.replace(/([a-z\d])([A-Z])/g, "$1_$2").slice(0, 80);
  const isHarmless = HARMLESS.test(plain);
  for (const { name: property, pointer, schema } of properties) {
    for (const [i, [pattern, what]] of REACHES.entries()) {
      if (!pattern.test(property.replace(/([a-z\d])([A-Z])/g, "$1_$2"))) continue;
      const isOdd = i === 3 && /^(?:side|exfil|system_?prompt|all_?messages)/i.test(property);
      if (!isHarmless && !isOdd) continue;
      // It may say so in its own description.
      if (!isOdd && (SAID[what] ?? /$^/).test(description)) continue;
      const about = ownString(schema, "description") ?? "";
      if (/api|optional api|openweather/i.test(about) && what === "a secret") continue;
      return { purpose: `is called ${plain}`, what, name: property, pointer };
    }
  }
  return undefined;
}
