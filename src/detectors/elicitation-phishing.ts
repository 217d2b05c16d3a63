import type { Confidence, RuleInfo, Severity } from "../core/finding.ts";
import { own, ownObject, ownString } from "../mcp/json.ts";
import { kindOf, lookAlike } from "./hosts.ts";
import { shown } from "./shown.ts";
import { askedBy, propertiesOf, type Asked, type StructureDetection, type StructureDetector } from "./structure.ts";
import { urlsOf } from "./urls.ts";

const rule: RuleInfo = {
  id: "elicitation-phishing",
  title: "A form that asks for a secret, or an address that poses as another",
  summary:
    "A server asks the person for a password, a token, a card or a code in a form, or sends them to an address that looks like another's.",
  why: "The form is drawn by a program that the person trusts, and what they type goes to the server. The protocol forbids servers to ask for secrets in a form.",
  remedy: "Decline. Sign in on the service's own page, which you open yourself.",
  severity: "high",
  persona: "regular",
  references: ["MCP07:2025", "ASI09", "CWE-451", "CWE-522"],
};

/** Words for secrets in the languages of the lexicon. None is anything else in a form. */
const SECRET =
  /\b(?:pass ?words?|pass ?phrases?|pass ?codes?|pwd|api[ _-]?keys?|api ?tokens?|access[ _-]?(?:keys?|tokens?)|auth(?:entication|orization)?[ _-]?(?:tokens?|codes?)|secret[ _-]?(?:access[ _-]?)?keys?|client[ _-]?secrets?|private[ _-]?keys?|ssh[ _-]?keys?|personal access tokens?|bearer|refresh[ _-]?tokens?|(?:github|gitlab|slack|npm|pypi|openai|aws|azure|session|service|bot|deploy|login|id|security)[ _-]?tokens?|session[ _-]?(?:ids?|cookies?)|cookies?|credentials?|(?:2fa|mfa|otp|totp|one[ -]?time|verification|security|recovery|backup|confirmation|sms)[ _-]?(?:codes?|passcodes?|pins?|passwords?)|otp|cvv2?|cvc|card[ _-]?(?:number|no)|credit[ _-]?card|debit[ _-]?card|pin(?:[ _-]?(?:code|number))?|iban|routing number|bank account|account number|social security|ssn|seed[ _-]?phrase|recovery[ _-]?phrase|mnemonic|wallet[ _-]?key|passport number|mother'?s maiden|passwor[dt]|kennwort|passwort|zugangsdaten|zugangsschl\u00fcssel|geheimnis|kreditkarte(?:nnummer)?|pr\u00fcfnummer|einmalcode|mot de passe|jeton|cl\u00e9 (?:api|priv\u00e9e|secr\u00e8te)|identifiants|carte bancaire|contrase\u00f1a|clave (?:api|privada|secreta)|credenciales|tarjeta de cr\u00e9dito|senha|chave (?:api|privada|secreta)|credenziali|chiave (?:api|privata|segreta)|parola d'ordine|wachtwoord|has\u0142o|klucz (?:api|prywatny)|\u015fifre(?:nizi)?|parola)\b|\u0448\u0438\u0444\u0440|\u043f\u0430\u0440\u043e\u043b|\u0442\u043e\u043a\u0435\u043d|\u043a\u043b\u044e\u0447 (?:api|\u0434\u043e\u0441\u0442\u0443\u043f\u0430)|\u5bc6\u7801|\u5bc6\u78bc|\u5bc6\u94a5|\u53e3\u4ee4|\u9a8c\u8bc1\u7801|\u4ee4\u724c|\u30d1\u30b9\u30ef\u30fc\u30c9|\u8a8d\u8a3c\u30b3\u30fc\u30c9|\u6697\u8a3c\u756a\u53f7|\u30c8\u30fc\u30af\u30f3|api\u30ad\u30fc|\ube44\ubc00\ubc88\ud638|\ud1a0\ud070|\uc778\uc99d\ubc88\ud638|\u0643\u0644\u0645\u0629 (?:\u0627\u0644)?\u0645\u0631\u0648\u0631|\u0627\u0644\u0633\u0631|\u092a\u093e\u0938\u0935\u0930\u094d\u0921|\u0913\u091f\u0940\u092a\u0940/iu;
/** Says that it does not ask for one, or asks about one. */
const NOT_ASKED =
  /\b(?:do not|don't|never|without|no|not|nicht|ne|no|nunca|non)\b[^.!?\n]{0,30}$|\b(?:expires?|policy|policies|rotation|rotate|strength|length|format|type of|which|name of|manager|field|reset|forgot|change your|label|how many|number of)\b[^.!?\n]{0,25}$/i;
const ABOUT =
  /^[^.!?\n]{0,20}\b(?:policy|expiry|expires|expired|rotation|strength|length|format|name|type|manager|hint|id prefix|reset|count|limit|budget|usage|label|scope|field|rules?|ages?|days)\b/i;

/** The first place in a text that asks for a secret. */
function asksFor(text: string): string | undefined {
  const match = SECRET.exec(text.slice(0, 20_000));
  if (!match) return undefined;
  const end = match.index + match[0].length;
  if (NOT_ASKED.test(text.slice(Math.max(0, match.index - 60), match.index)) || ABOUT.test(text.slice(end, end + 40)))
    return undefined;
  return match[0];
}

/** `apiKey`, `api_key`: as words. */
function asWords(name: string): string {
  return name.replace(/([a-z\d])([A-Z])/g, "$1 $2").replace(/[_-]+/g, " ");
}

export const elicitationPhishing: StructureDetector = {
  rule,
  scan(structure) {
    return askedBy(structure)
      .filter(({ method }) => method === "elicitation/create")
      .flatMap((asked) => [...inForm(asked), ...inUrl(asked)]);
  },
};

function detection(
  pointer: string,
  text: string,
  variant: string,
  severity: Severity,
  confidence: Confidence,
  evidence: string,
): StructureDetection {
  return { rule: rule.id, variant, severity, confidence, span: { start: 0, end: text.length }, evidence, pointer };
}

function inForm({ params, pointer }: Asked): StructureDetection[] {
  const found: StructureDetection[] = [];
  const isUrl = ownString(params, "mode") === "url" || typeof own(params, "url") === "string";
  const fields = propertiesOf(ownObject(params, "requestedSchema"), `${pointer}/requestedSchema`);
  for (const { name, schema, pointer: at } of fields) {
    const parts: [string, string][] = [
      [asWords(name), at],
      [ownString(schema, "title") ?? "", `${at}/title`],
      [ownString(schema, "description") ?? "", `${at}/description`],
    ];
    const type = ownString(schema, "type");
    if (type === "boolean" || own(schema, "enum") !== undefined || own(schema, "oneOf") !== undefined) continue;
    for (const [text, where] of parts) {
      const what = asksFor(text);
      if (what === undefined) continue;
      found.push(
        detection(
          where,
          text,
          "secret-field",
          "high",
          "high",
          `The form has a field for a secret (${shown(what)}): ${shown(text)}`,
        ),
      );
      break;
    }
  }
  const message = ownString(params, "message") ?? "";
  const what = found.length === 0 ? asksFor(message) : undefined;
  if (
    what !== undefined &&
    !isUrl &&
    (fields.length > 0 ? fields.some(({ schema }) => ownString(schema, "type") !== "boolean") : true)
  ) {
    const isFree =
      fields.length === 0 ||
      fields.some(({ schema }) => own(schema, "enum") === undefined && ownString(schema, "type") !== "boolean");
    if (isFree)
      found.push(
        detection(
          `${pointer}/message`,
          message,
          "asks-secret",
          "high",
          "medium",
          `The form asks for a secret (${shown(what)}): ${shown(message)}`,
        ),
      );
  }
  return found;
}

function inUrl({ params, pointer }: Asked): StructureDetection[] {
  const given = ownString(params, "url");
  const message = ownString(params, "message") ?? "";
  const texts: [string, string][] = [[message, `${pointer}/message`]];
  if (given !== undefined) texts.unshift([given, `${pointer}/url`]);
  for (const [text, where] of texts) {
    const { urls } = urlsOf(text.slice(0, 20_000));
    for (const url of urls) {
      const why = wrongWith(url.scheme, url.host, url.user, url.host + url.rest, message);
      if (why !== undefined) {
        const severity = where.endsWith("/url") ? "high" : "medium";
        return [
          detection(
            where,
            text,
            "look-alike",
            severity,
            "medium",
            `The person is sent to ${shown(text.slice(url.start, url.end))}, which ${why}`,
          ),
        ];
      }
    }
    if (where.endsWith("/url") && text !== "" && urls.length === 0) {
      return [
        detection(
          where,
          text,
          "odd-address",
          "high",
          "medium",
          `The person is sent to what is no web address: ${shown(text)}`,
        ),
      ];
    }
  }
  return [];
}

function wrongWith(
  scheme: string,
  host: string,
  user: string | undefined,
  address: string,
  message: string,
): string | undefined {
  if (user !== undefined) return "puts a name in front of the host";
  const posing = lookAlike(host, true);
  if (posing !== undefined) return posing;
  const kind = kindOf(host, address);
  if (kind === "private") return /^(?:localhost|127\.|::1)/.test(host) ? undefined : "is an address without a name";
  if (kind !== undefined) return "is a host that anyone may take";
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(host)) return "is an address without a name";
  if (scheme !== "https") return "is not encrypted";
  const brand = BRAND_IN_TEXT.exec(message)?.[1]?.toLowerCase();
  if (
    brand !== undefined &&
    !host.includes(brand) &&
    /\b(?:sign|log) ?in\b|\bre-?authenticate|\bverify your|\bconfirm your|anmelden|connexion|iniciar sesi/i.test(
      message,
    ) &&
    !/\bwith\b|\bvia\b|\bto (?:link|connect)\b/i.test(message)
  ) {
    return `is not a host of ${brand}, which the text names`;
  }
  return undefined;
}

const BRAND_IN_TEXT =
  /\b(github|gitlab|google|microsoft|paypal|okta|atlassian|dropbox|stripe|slack|openai|anthropic)\b/i;
