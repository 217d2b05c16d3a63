import { insertProperty, setValue } from "../../documents/edits.ts";
import { property } from "../../documents/data.ts";
import type { ConfigFile } from "../../clients/config.ts";
import type { Fix } from "../../core/finding.ts";
import { type AskedInput, inputsOf } from "../inputs.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";
import { isCredentialName, isPlaceholder } from "../secrets.ts";

function mark({ document }: ConfigFile, { object, flag }: AskedInput): Fix[] {
  const before = property(object, flag);
  const edits = before ? setValue(document, before.value, true) : insertProperty(document, object, flag, true);
  return edits.length === 0 ? [] : [{ title: `Set ${flag} to true`, safety: "safe", edits }];
}

function* check({ file }: RuleContext): Iterable<Found> {
  for (const input of inputsOf(file)) {
    const { name, nameSpan, marked, plain, preset, flag } = input;
    const shown = JSON.stringify(name.slice(0, 100));
    if (marked && preset && !isPlaceholder(preset.value, name) && !/\{[\w.-]{1,100}\}/.test(preset.value)) {
      yield {
        span: preset.span,
        severity: "high",
        message: `${shown} is a secret, and everybody who installs the server gets the same one`,
      };
    }
    if (marked || plain || !isCredentialName(name)) continue;
    yield {
      span: nameSpan,
      confidence: "medium",
      message: `${shown} is asked for as if it were no secret: ${flag} is not true`,
      fixes: mark(file, input),
    };
  }
}

export const unmarkedSecret: AuditRule = {
  info: {
    id: "unmarked-secret",
    title: "Secret that a manifest asks for in the open",
    summary:
      "Reports what a `server.json` or the manifest of an MCP bundle asks for under the name of a credential without saying that it is one (`isSecret`, `sensitive`), and a secret that has the same preset value for everybody. Paths, numbers and switches are left out.",
    why: "Clients show such a value while it is typed, keep it in plain text among their settings, and write it into logs. What is marked goes to the keychain.",
    remedy: "Mark it, and let whoever installs the server bring a value of their own.",
    severity: "medium",
    persona: "regular",
    references: ["MCP01:2025", "ASI03", "CWE-312", "CWE-549"],
  },
  fix: "Sets `isSecret` or `sensitive` to `true`.",
  example: {
    before: `"environmentVariables": [{ "name": "TRACKER_TOKEN", "isRequired": true }]`,
    after: `"environmentVariables": [{ "name": "TRACKER_TOKEN", "isRequired": true, "isSecret": true }]`,
  },
  check,
};
