import type { AuditRule } from "./rule.ts";
import { autoApprove } from "./rules/auto-approve.ts";
import { duplicate } from "./rules/duplicate.ts";
import { hiddenUnicode } from "./rules/hidden-unicode.ts";
import { plaintextHttp } from "./rules/plaintext-http.ts";
import { secret } from "./rules/secret.ts";
import { shell } from "./rules/shell.ts";
import { unpinned } from "./rules/unpinned.ts";
import { urlCredentials } from "./rules/url-credentials.ts";

/** Every audit rule, in output order. */
export const AUDIT_RULES: readonly AuditRule[] = [
  secret,
  urlCredentials,
  unpinned,
  shell,
  plaintextHttp,
  autoApprove,
  hiddenUnicode,
  duplicate,
];
