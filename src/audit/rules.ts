import type { AuditRule } from "./rule.ts";
import { plaintextHttp } from "./rules/plaintext-http.ts";

/** Every audit rule, in output order. */
export const AUDIT_RULES: readonly AuditRule[] = [plaintextHttp];
