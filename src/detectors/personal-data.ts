import type { Confidence, RuleInfo, Severity } from "../core/finding.ts";
import type { Detection, Detector } from "./detector.ts";

const rule: RuleInfo = {
  id: "personal-data",
  title: "Data about a person",
  summary: "E-mail addresses, telephone numbers, bank accounts and cards with a valid checksum, and national ids.",
  why: "What a tool returns goes to the model's provider, and what an agent sends goes to the server's.",
  remedy: "Let the policy redact it, or ask for less.",
  severity: "low",
  persona: "auditor",
  references: ["MCP10:2025", "CWE-359"],
};

/** Found only where a caller asks for it: most texts have an address somewhere. */
export const personalData: Detector = {
  rule,
  scan(text) {
    const found: Detection[] = [];
    for (const { variant, what, pattern, valid, severity } of KINDS) {
      if (!ANCHORS[variant]?.test(text)) continue;
      for (const match of text.matchAll(pattern)) {
        const value = match[0];
        if (!valid(value, text, match.index)) continue;
        const span = { start: match.index, end: match.index + value.length };
        // A card number is an account number as well: the first kind that takes a stretch keeps it.
        if (found.some((one) => one.span.start < span.end && span.start < one.span.end)) continue;
        const confidence: Confidence = variant === "phone" ? "medium" : "high";
        found.push({ rule: rule.id, variant, severity, confidence, span, evidence: `${what}: ${masked(value)}` });
      }
    }
    return found.toSorted((a, b) => a.span.start - b.span.start);
  },
};

/** First and last characters only. */
function masked(value: string): string {
  const at = value.indexOf("@");
  if (at > 0) return `${value.slice(0, 1)}\u2026${value.slice(at)}`;
  return value.length > 6 ? `${value.slice(0, 2)}\u2026${value.slice(-2)}` : "\u2026";
}

interface Kind {
  readonly variant: string;
  readonly what: string;
  readonly pattern: RegExp;
  readonly severity: Severity;
  readonly valid: (value: string, text: string, at: number) => boolean;
}

/** What a text must hold for a kind to be looked for at all. */
const ANCHORS: Readonly<Record<string, RegExp>> = {
  email: /@/,
  card: /\d[\d -]{11}/,
  iban: /[A-Z]{2}\d{2}/,
  "national-id": /\d{3}/,
  phone: /\d{2}/,
};

const digitsOf = (value: string): string => value.replace(/\D/g, "");

const KINDS: readonly Kind[] = [
  {
    variant: "email",
    what: "An e-mail address",
    severity: "low",
    pattern: /(?<![\w.+-])[\w+-]{1,64}(?:\.[\w+-]{1,64}){0,4}@[a-z\d-]{1,63}(?:\.[a-z\d-]{1,63}){1,4}(?![\w-])/gi,
    valid: (value) =>
      !/@(?:[\w.-]{1,60}\.)?(?:example(?:\.\w{2,3})?|test|invalid|localhost)$|^(?:git|noreply|no-reply)@|@\d|\.(?:png|jpe?g|gif|svg|js|ts)$/i.test(
        value,
      ),
  },
  {
    variant: "card",
    what: "A payment card's number",
    severity: "medium",
    pattern:
      /(?<![\w.-])[2-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{1,7}(?![\w-])|(?<![\w.-])3[47]\d{2}[ -]?\d{6}[ -]?\d{5}(?![\w-])/g,
    valid: (value) =>
      isLuhn(digitsOf(value)) &&
      /^(?:4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|6(?:011|5\d\d)\d{12})$/.test(digitsOf(value)) &&
      new Set(digitsOf(value)).size > 1,
  },
  {
    variant: "iban",
    what: "A bank account (IBAN)",
    severity: "medium",
    pattern: /(?<![A-Za-z\d])[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){2,7}(?: ?[A-Z\d]{1,3})?(?![A-Za-z\d])/g,
    valid: (value) => isIban(value.replaceAll(" ", "")),
  },
  {
    variant: "national-id",
    what: "A national id",
    severity: "medium",
    pattern:
      /(?<![\w.-])(?:\d{3}-\d{2}-\d{4}|[12] ?\d{2} ?\d{2} ?\d[\dAB] ?\d{3} ?\d{3} ?\d{2}|\d{8}-?[A-Z]|\d{11}|\d{3}\.\d{3}\.\d{3}-\d{2}|[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]|[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D])(?![\w-])/g,
    valid: (value, text, at) => isNationalId(value, text.slice(Math.max(0, at - 60), at)),
  },
  {
    variant: "phone",
    what: "A telephone number",
    severity: "low",
    pattern:
      /(?<![\w.+/-])(?:\+\d{1,3}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{1,4}(?:[ .-]?\d{2,4}){2,4}|\(\d{3}\) ?\d{3}-\d{4}|\d{3}-\d{3}-\d{4})(?![\w-])/g,
    valid: (value) => digitsOf(value).length >= 8 && digitsOf(value).length <= 15 && !/555[ .-]?01\d\d$/.test(value),
  },
];

function isLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    let digit = Number(digits[digits.length - 1 - i]);
    if (i % 2 === 1) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return digits.length > 0 && sum % 10 === 0;
}

/** Lengths of the registry of ISO 13616. */
const IBAN_LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 " +
    "HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 " +
    "QA29 RO24 RS22 SA24 SC31 SD18 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20"
  )
    .split(" ")
    .map((one) => [one.slice(0, 2), Number(one.slice(2))]),
);

function isIban(value: string): boolean {
  if (IBAN_LENGTHS[value.slice(0, 2)] !== value.length) return false;
  let rest = 0;
  for (const unit of value.slice(4) + value.slice(0, 4)) {
    const digits = /\d/.test(unit) ? unit : String(unit.charCodeAt(0) - 55);
    for (const digit of digits) rest = (rest * 10 + Number(digit)) % 97;
  }
  return rest === 1;
}

/** Ids of a form that numbers have too are believed only beside their name. */
const NAMED =
  /ssn|social security|national insurance|nino|steuer|\bidnr|tax id|cpf|dni|nie\b|nif|codice fiscale|nir\b|s\u00e9curit\u00e9 sociale|pesel|bsn|personal id|personalausweis|national id|id number/i;

function isNationalId(value: string, before: string): boolean {
  const digits = digitsOf(value);
  if (/^\d{3}-\d{2}-\d{4}$/.test(value)) return !/^(?:000|666|9)/.test(value) && !/-00-|-0000$/.test(value);
  if (/^\d{3}\.\d{3}\.\d{3}-\d{2}$/.test(value)) return isCpf(digits);
  if (/^\d{8}-?[A-Z]$/.test(value)) return "TRWAGMYFPDXBNJZSQVHLCKE"[Number(digits) % 23] === value.at(-1);
  if (/^[A-Z]{6}/.test(value)) return true;
  if (/^[A-Z]{2}/.test(value)) return !/^(?:BG|GB|NK|KN|TN|NT|ZZ)/.test(value) && NAMED.test(before);
  if (/^\d{11}$/.test(value)) return NAMED.test(before) && (isSteuerId(value) || isPesel(value) || isCpf(value));
  return isNir(value.replaceAll(" ", ""));
}

function isCpf(digits: string): boolean {
  if (digits.length !== 11 || new Set(digits).size === 1) return false;
  const check = (count: number): number => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += Number(digits[i]) * (count + 1 - i);
    return ((sum * 10) % 11) % 10;
  };
  return check(9) === Number(digits[9]) && check(10) === Number(digits[10]);
}

/** ISO 7064 MOD 11,10, as the German tax id has it. */
function isSteuerId(digits: string): boolean {
  if (digits.startsWith("0")) return false;
  let product = 10;
  for (const digit of digits.slice(0, 10)) {
    const sum = (Number(digit) + product) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return (11 - product) % 10 === Number(digits[10]);
}

function isPesel(digits: string): boolean {
  const weights = [1, 3, 7, 9, 1, 3, 7, 9, 1, 3];
  const sum = weights.reduce((all, weight, i) => all + weight * Number(digits[i]), 0);
  return (10 - (sum % 10)) % 10 === Number(digits[10]);
}

/** The French number: the first thirteen digits and their rest by 97. Departments 2A and 2B count as 19 and 18. */
function isNir(value: string): boolean {
  if (value.length !== 15) return false;
  const number = value.slice(0, 13).replace("2A", "19").replace("2B", "18");
  return /^\d{13}$/.test(number) && 97 - Number(BigInt(number) % 97n) === Number(value.slice(13));
}
