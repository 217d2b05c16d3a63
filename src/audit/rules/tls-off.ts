import { deleteProperty } from "../../documents/edits.ts";
import { property } from "../../documents/data.ts";
import { addressesOf } from "../addresses.ts";
import { assignmentsOf, withoutVariable } from "../environments.ts";
import { parseUrl, placeOf } from "../hosts.ts";
import { launchesOf } from "../launch.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";
import { programName } from "../words.ts";

const OFF = /^(?:0|false|no|off|none|disabled?)$/i;
const ON = /^(?:1|true|yes|on)$/i;
const VERIFIES =
  /(?:^|_)(?:NODE_TLS_REJECT_UNAUTHORIZED|PYTHONHTTPSVERIFY|(?:SSL|TLS|CERT)_?VERIF(?:Y|ICATION)|VERIFY_?(?:SSL|TLS|CERTS?|HTTPS)|STRICT_SSL|REJECT_UNAUTHORIZED)$/;
const SKIPS =
  /(?:^|_)(?:(?:SSL|TLS)_(?:NO|SKIP)_VERIFY|SKIP_(?:SSL|TLS)_VERIFY|(?:SSL|TLS)_INSECURE|INSECURE_(?:SSL|TLS|SKIP_VERIFY)|ALLOW_INSECURE(?:_\w{1,40})?|DISABLE_(?:SSL|TLS)_VERIF(?:Y|ICATION))$/;
const FLAG =
  /^--(?:insecure(?:-skip-tls-verify|-skip-verify)?|no-verify-ssl|no-ssl-verify|no-check-certificate|no-tls-verify|(?:tls-)?skip-(?:tls-)?verify|skip-ssl-verification|disable-ssl-verif\w*|allow-insecure[\w-]*|no-strict-ssl)(?:=(?:1|true|yes))?$/i;
const FLAG_OFF = /^--(?:verify-ssl|ssl-verify|tls-verify|strict-ssl|verify-tls)=(?:0|false|no)$/i;

/** A connection string that asks for no encryption, to a database elsewhere. */
function isOpenDatabase(text: string): boolean {
  if (!/[?&](?:sslmode=(?:disable|allow)|ssl=false|tls=false|useSSL=false)(?:&|$)/.test(text)) return false;
  return placeOf(parseUrl(text)?.hostname ?? "") === "public";
}

function* ofVariables({ file }: RuleContext): Iterable<Found> {
  for (const assignment of assignmentsOf(file)) {
    const { name, value, span, entry, of } = assignment;
    const upper = name.toUpperCase();
    const off = (VERIFIES.test(upper) && OFF.test(value)) || (SKIPS.test(upper) && ON.test(value));
    if (off) {
      const message = `The variable ${name} ${of} switches the check of certificates off`;
      yield { span, message, ...(entry && { entry }), fixes: withoutVariable(file, assignment) };
    } else if (isOpenDatabase(value)) {
      const message = `The variable ${name} ${of} connects to a database elsewhere without encryption`;
      yield { span, message, ...(entry && { entry }) };
    }
  }
}

/** Fields of an entry by which clients and servers switch the check off. */
const FIELD_OFF = /^(?:verify_?(?:ssl|tls)|(?:ssl|tls)_?verify|rejectUnauthorized|strict_?ssl)$/i;
const FIELD_ON = /^(?:insecure|insecureSkipVerify|skip_?(?:ssl|tls)_?verify|ignore_?(?:ssl|tls|certificate)_?errors)$/i;

function* ofFields({ file }: RuleContext): Iterable<Found> {
  for (const entry of file.entries) {
    for (const one of entry.object.properties) {
      if (one.value.kind !== "boolean") continue;
      if (!(one.value.value ? FIELD_ON : FIELD_OFF).test(one.key)) continue;
      const edits = deleteProperty(file.document, entry.object, one);
      yield {
        entry,
        span: one.span,
        message: `The server ${JSON.stringify(entry.name)} is reached without the check of certificates: ${one.key}`,
        ...(edits.length > 0 && { fixes: [{ title: `Remove ${one.key}`, safety: "unsafe", edits }] }),
      };
    }
  }
}

function* ofArguments({ file }: RuleContext): Iterable<Found> {
  for (const entry of file.entries) {
    const own = addressesOf(entry).map((field) => field.value);
    for (const launch of launchesOf(file, entry)) {
      // A program that is told of addresses on this machine alone has nobody between.
      const told = launch.args.flatMap(
        ({ text }) => /(?:^|=)([a-z]{2,10}:\/\/.*)$/is.exec(text.slice(0, 2000))?.[1] ?? [],
      );
      const places = [...own, ...told].map((address) => placeOf(parseUrl(address)?.hostname ?? ""));
      if (places.length > 0 && places.every((place) => place === "loopback")) continue;
      const curl = programName(launch.program.text) === "curl";
      for (const word of launch.args) {
        const remote = isOpenDatabase(word.text);
        if (!FLAG.test(word.text) && !FLAG_OFF.test(word.text) && !(curl && word.text === "-k") && !remote) continue;
        const what = remote ? "no encryption in an address" : word.text;
        yield {
          entry,
          span: word.span,
          message: `The server ${JSON.stringify(entry.name)} is started without the check of certificates: ${what}`,
        };
      }
    }
  }
}

function* check(context: RuleContext): Iterable<Found> {
  yield* ofVariables(context);
  yield* ofFields(context);
  yield* ofArguments(context);
  const { file } = context;
  const { root } = file.document;
  const strict = file.kind.settings === "vscode" ? property(root, "http.proxyStrictSSL") : undefined;
  if (root?.kind === "object" && strict?.value.kind === "boolean" && !strict.value.value) {
    yield {
      span: strict.span,
      severity: "medium",
      message: "VS Code and its extensions do not check certificates: http.proxyStrictSSL is false",
      fixes: [
        {
          title: "Remove http.proxyStrictSSL",
          safety: "unsafe",
          edits: deleteProperty(file.document, root, strict),
        },
      ],
    };
  }
}

export const tlsOff: AuditRule = {
  info: {
    id: "tls-off",
    title: "Check of certificates switched off",
    summary:
      "Reports variables, arguments and settings that switch the check of TLS certificates off: `NODE_TLS_REJECT_UNAUTHORIZED=0`, `--insecure`, `*_VERIFY_SSL=false`, `sslmode=disable` for a host elsewhere. A server on this machine is none.",
    why: "Whoever is on the way can take the server's place, read the tokens and answer as it likes.",
    remedy:
      "Remove it. For a company's own authority name its certificate in `NODE_EXTRA_CA_CERTS` or `SSL_CERT_FILE`.",
    severity: "high",
    persona: "regular",
    references: ["MCP07:2025", "CWE-295"],
  },
  fix: "Removes the variable or setting.",
  example: {
    before: `"env": { "NODE_TLS_REJECT_UNAUTHORIZED": "0" }`,
    after: `"env": { "NODE_EXTRA_CA_CERTS": "/etc/ssl/company.pem" }`,
  },
  check,
};
