import type { AuditRule } from "./rule.ts";
import { approvalWithoutEffect } from "./rules/approval-without-effect.ts";
import { autoApprove } from "./rules/auto-approve.ts";
import { bindAllInterfaces } from "./rules/bind-all-interfaces.ts";
import { broadFsRoot } from "./rules/broad-fs-root.ts";
import { confusableName } from "./rules/confusable-name.ts";
import { deprecatedSse } from "./rules/deprecated-sse.ts";
import { displacedServer } from "./rules/displaced-server.ts";
import { dockerPrivileged } from "./rules/docker-privileged.ts";
import { duplicate } from "./rules/duplicate.ts";
import { elevatedRights } from "./rules/elevated-rights.ts";
import { envHijack } from "./rules/env-hijack.ts";
import { hiddenUnicode } from "./rules/hidden-unicode.ts";
import { hookCommand } from "./rules/hook-command.ts";
import { ignoredFile } from "./rules/ignored-file.ts";
import { lockDrift } from "./rules/lock-drift.ts";
import { nonexistentPackage } from "./rules/nonexistent-package.ts";
import { plaintextHttp } from "./rules/plaintext-http.ts";
import { policyInvalid } from "./rules/policy-invalid.ts";
import { policyLoosens } from "./rules/policy-loosens.ts";
import { redirectedApi } from "./rules/redirected-api.ts";
import { remoteCodeSource } from "./rules/remote-code-source.ts";
import { secret } from "./rules/secret.ts";
import { shell } from "./rules/shell.ts";
import { tlsOff } from "./rules/tls-off.ts";
import { tooManyServers } from "./rules/too-many-servers.ts";
import { tunnel } from "./rules/tunnel.ts";
import { unexpandedVariable } from "./rules/unexpanded-variable.ts";
import { unpinned } from "./rules/unpinned.ts";
import { urlCredentials } from "./rules/url-credentials.ts";
import { versionDrift } from "./rules/version-drift.ts";
import { vulnerableVersion } from "./rules/vulnerable-version.ts";
import { writeEnabled } from "./rules/write-enabled.ts";

/** Every audit rule, in output order. */
export const AUDIT_RULES: readonly AuditRule[] = [
  secret,
  urlCredentials,
  vulnerableVersion,
  nonexistentPackage,
  remoteCodeSource,
  unpinned,
  shell,
  elevatedRights,
  envHijack,
  dockerPrivileged,
  redirectedApi,
  plaintextHttp,
  tlsOff,
  tunnel,
  bindAllInterfaces,
  deprecatedSse,
  broadFsRoot,
  writeEnabled,
  autoApprove,
  approvalWithoutEffect,
  hookCommand,
  hiddenUnicode,
  displacedServer,
  duplicate,
  confusableName,
  versionDrift,
  tooManyServers,
  unexpandedVariable,
  ignoredFile,
  policyInvalid,
  policyLoosens,
  lockDrift,
];
