import type { RuleInfo, Severity, Confidence } from "../core/finding.ts";
import type { Detection, Detector, ScanContext } from "./detector.ts";
import { kindOf, lookAlike, type HostKind } from "./hosts.ts";
import { notInspectedAt } from "./not-inspected.ts";
import { shown } from "./shown.ts";
import { MAX_URLS, urlsOf, type FoundUrl } from "./urls.ts";

const rule: RuleInfo = {
  id: "exfiltration",
  title: "An address that carries data out",
  summary:
    "A URL that is built to take something along: a picture or link with a place for data in its address, data as a host's label, a host that anyone may listen on, a host that poses as another, an address of the cloud's own credentials.",
  why: "A client draws pictures and follows links by itself, and a request carries whatever its address holds.",
  remedy: "Do not follow it, and do not render it. Look at who could write it.",
  severity: "high",
  persona: "regular",
  references: ["MCP10:2025", "MCP06:2025", "ASI02", "CWE-200", "CWE-918"],
};

/** Names of what a conversation or a machine holds, as the inside of a placeholder. */
const PRIVATE =
  /\b(?:conversation|chat|history|context|transcript|summary|secrets?|passwords?|credentials?|memor(?:y|ies)|system[ _-]?prompt|prompt|env|environment|file[ _-]?contents?|contents?|user[ _-]?(?:data|info|name|email)|e-?mail|previous|everything|answer|response|output|result|messages?|tokens?|(?:api|private|ssh|secret)[ _-]?keys?|keys?|cookies?|session|base64|encoded|stolen|exfil\w{0,10}|leak\w{0,5}|dump|data)\b/i;
/** What an address in a manual has for the reader to fill in, which belongs to the request itself. */
const ORDINARY =
  /^[{<[$%(]{1,3}(?:your|my|the)?[ _-]?(?:api|app|access|client|project|org\w{0,10}|team|account|workspace|tenant)?[ _-]?(?:key|token|id|name|secret|password|user(?:name)?|e-?mail)[}>\])%]{0,3}$/i;

/** `{…}`, `<…>`, `[…]`, `$(…)`, `%s` in a URL, and percent-encoded braces. */
const PLACEHOLDERS =
  /\{\{?[^{}]{1,60}\}\}?|<[^<>]{1,60}>|\[[A-Za-z_][^[\]]{1,58}\]|\$\{?[A-Za-z_][^}/&?]{0,58}\}?|\$\([^)]{1,60}\)|%7[Bb][\w .+-]{1,60}%7[Dd]/g;
/** A parameter that takes something along. */
const TAKES =
  /[?&;](?:d|q|c|x|p|s|data|payload|exfil|leak|content|contents|text|msg|message|secret|key|token|body|info|log|context|history|env|b64|base64|dump|t|v|i|content|note)=$/i;

export const exfiltration: Detector = {
  rule,
  scan(text, context) {
    const found: Detection[] = [];
    if (text.includes("://")) {
      const { urls, more } = urlsOf(text);
      for (const url of urls) {
        const one = judge(text, url, context);
        if (one) found.push(one);
      }
      if (more)
        found.push(notInspectedAt(urls.at(-1)?.end ?? 0, text.length, "too-many", `more than ${MAX_URLS} addresses`));
    } else if (context.place === "argument" && HOST_KEY.test(context.key ?? "") && text.length < 300) {
      const host = text.replace(/:\d{1,5}$/, "").toLowerCase();
      const one = judgeHost(
        text,
        { start: 0, end: text.length, scheme: "", user: undefined, host, rest: "", restStart: text.length },
        context,
      );
      if (one) found.push(one);
    }
    return found;
  },
};

const HOST_KEY = /^(?:host|hostname|server|domain|address|ip|target|endpoint|url|uri|webhook|callback)$/i;

function detection(
  variant: string,
  severity: Severity,
  confidence: Confidence,
  url: FoundUrl,
  evidence: string,
): Detection {
  return { rule: rule.id, variant, severity, confidence, span: { start: url.start, end: url.end }, evidence };
}

/** How a client takes a URL: draws it by itself, offers it as a link, or only shows it. */
function useOf(text: string, { start }: FoundUrl): "image" | "link" | "text" {
  const before = text.slice(Math.max(0, start - 200), start);
  const open = before.lastIndexOf("](");
  if (open >= 0 && /^\]\(<?$/.test(before.slice(open))) {
    const bracket = before.lastIndexOf("[", open);
    // `[![badge](picture)](link)`: the last bracket is then the picture's.
    const isPicture = bracket > 0 && before[bracket - 1] === "!" && !before.slice(bracket, open).includes("](");
    return isPicture ? "image" : "link";
  }
  const tag = before.lastIndexOf("<");
  const inside = tag < 0 ? "" : before.slice(tag);
  if (!inside.includes(">")) {
    if (
      /^<(?:img|iframe|video|audio|embed|object|source|link|script|input)\b[^>]*(?:src|srcset|data|href|poster)\s?=\s?["']?$/i.test(
        inside,
      )
    )
      return "image";
    if (/^<(?:a|form|area)\b/i.test(inside)) return "link";
  }
  if (/(?:url\(\s?["']?|^\[[^\]]{1,60}\]:\s{0,3})$/i.test(before.slice(-70))) return "image";
  return "text";
}

function judge(text: string, url: FoundUrl, context: ScanContext): Detection | undefined {
  return placeholder(text, url, context) ?? payload(text, url, context) ?? judgeHost(text, url, context);
}

/** A place in the address where somebody is meant to put data. */
function placeholder(text: string, url: FoundUrl, context: ScanContext): Detection | undefined {
  const whole = text.slice(url.start, url.end);
  if (!/[{<[$]|%7b/i.test(whole)) return undefined;
  const use = url.restStart < url.end || /[{<[$]/.test(url.host) ? useOf(text, url) : "text";
  for (const match of whole.matchAll(PLACEHOLDERS)) {
    const inside = match[0];
    const isPrivate = PRIVATE.test(inside) && !ORDINARY.test(inside);
    const inHost = match.index < url.restStart - url.start && url.user === undefined;
    if (inHost && isPrivate) {
      return detection("host-label", "high", "medium", url, `An address takes data along in its host: ${shown(whole)}`);
    }
    const head = whole.slice(0, match.index);
    const parameter = head.slice(Math.max(0, head.lastIndexOf("&"), head.lastIndexOf("?")));
    const takes = TAKES.test(head) || /^[?&][\w-]{1,40}=/.test(parameter);
    if (use === "image" && (isPrivate || takes)) {
      return detection(
        "beacon",
        isPrivate ? "high" : "medium",
        "medium",
        url,
        `A picture whose address has a place for data: ${shown(whole)}`,
      );
    }
    if (!isPrivate || !DEMANDS.test(text.slice(Math.max(0, url.start - 160), url.start))) continue;
    if (context.place === "argument") continue;
    if (isCode(text, url)) continue;
    return detection(
      "data-in-url",
      "medium",
      "medium",
      url,
      `An address to be filled in with what the conversation holds: ${shown(whole)}`,
    );
  }
  return undefined;
}

/** Leads up to an address in a sentence that wants it fetched. */
const DEMANDS =
  /\b(?:append|send|fetch|open|visit|load|request|ping|call|get|post|render|include|embed|display|show|insert|add|put|replac\w{1,5}|report|submit|link|image|picture|pixel|forward|copy|encode|navigate|browse|go)\b/i;

function isCode(text: string, url: FoundUrl): boolean {
  const line = text.slice(Math.max(0, url.start - 80), url.start);
  return /[`"']$/.test(line) || /\b(?:const|let|var|curl|fetch\(|return|http|wget)\b[^\n]{0,70}$/.test(line);
}

/** Long opaque values where none belongs. */
const LONG_VALUE = /[?&;/=][A-Za-z0-9+/_=%-]{48,4000}/;
const LABEL = /^[a-z0-9-]{32,63}$/;

/** Data that stands in the address already. */
function payload(text: string, url: FoundUrl, context: ScanContext): Detection | undefined {
  const labels = url.host.split(".");
  const long = labels.find(
    (label) => LABEL.test(label) && /\d/.test(label) && /[a-z]/.test(label) && !/^[a-z]+-|-[a-z]+$/.test(label),
  );
  if (context.place === "argument" && long !== undefined && labels.length > 2) {
    return detection("host-label", "medium", "medium", url, `A host with data as a label: ${shown(url.host)}`);
  }
  if (!url.rest.includes("=") && context.place !== "argument") return undefined;
  const match = LONG_VALUE.exec(url.rest);
  if (!match) return undefined;
  const value = decode(match[0].slice(1));
  const readable = value !== undefined && /[a-z]{3}[\s:=_,{"-]/i.test(value);
  if (!readable) return undefined;
  const use = useOf(text, url);
  if (use === "text" && context.place !== "argument") return undefined;
  const what =
    use === "image" ? "A picture whose address carries encoded text" : "An address that carries encoded text";
  return detection(use === "image" ? "beacon" : "data-in-url", "medium", "medium", url, `${what}: ${shown(value)}`);
}

function decode(value: string): string | undefined {
  const plain = value.replace(/^[\w-]{0,20}=/, "").replace(/%3[dD]/g, "=");
  const bytes =
    /^[0-9a-f]+$/i.test(plain) && plain.length % 2 === 0 ? Buffer.from(plain, "hex") : Buffer.from(plain, "base64");
  const text = bytes.toString("latin1");
  return text.length >= 24 && /^[\t\n\r\u0020-\u007e]+$/.test(text) ? text : undefined;
}

const SAYS: Readonly<Record<HostKind, string>> = {
  interceptor: "a host on which anyone may take requests in",
  paste: "a place where anyone may leave and read text",
  tunnel: "a tunnel to somebody's own machine",
  "chat-hook": "a hook that posts into somebody's chat",
  metadata: "the address at which a cloud hands out its machines' credentials",
  private: "an address of this machine or its network",
  shortener: "a short address that hides where it leads",
};

function judgeHost(text: string, url: FoundUrl, context: ScanContext): Detection | undefined {
  const whole = text.slice(url.start, url.end);
  const kind = kindOf(url.host, url.host + url.rest);
  const posing = lookAlike(url.host, false);
  if (posing !== undefined) {
    return detection("look-alike", "medium", "medium", url, `The host ${shown(url.host)} ${posing}`);
  }
  if (url.user !== undefined && /^[\w-]{1,40}\.[a-z]{2,10}(?:$|[:/])/.test(url.user)) {
    return detection(
      "look-alike",
      "medium",
      "high",
      url,
      `What looks like a host stands before the real one: ${shown(whole)}`,
    );
  }
  if (kind === undefined || kind === "shortener") return undefined;
  const what = `${SAYS[kind]}: ${shown(whole)}`;
  const at = (severity: Severity, confidence: Confidence = "medium"): Detection =>
    detection(
      kind === "metadata" || kind === "private" ? `${kind}-address` : "open-host",
      severity,
      confidence,
      url,
      `The text names ${what}`,
    );
  if (context.place === "argument") {
    if (kind === "metadata") return at("high", "high");
    return at(kind === "private" ? "info" : "medium");
  }
  if (kind === "private") return undefined;
  if (context.place === "definition" || context.place === "instructions") {
    return at(kind === "metadata" || kind === "interceptor" ? "medium" : "low");
  }
  // A page may tell of such a host; one that is the address of a picture or of a link with a path of its own is used.
  if (kind !== "paste" && useOf(text, url) === "image") return at("medium");
  return at(kind === "interceptor" && url.rest.length > 12 ? "medium" : "low", "low");
}
