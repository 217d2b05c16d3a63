import type { ConfigFile } from "../clients/config.ts";
import { REGISTRY_MANIFEST } from "../clients/registryManifest.ts";
import { LOCK_FILE } from "./lock.ts";
import { PACKAGE_MANIFEST } from "./packageManifest.ts";
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
import { instructionsGrantTools } from "./rules/instructions-grant-tools.ts";
import { instructionsLoadRemote } from "./rules/instructions-load-remote.ts";
import { lockDrift } from "./rules/lock-drift.ts";
import { nonexistentPackage } from "./rules/nonexistent-package.ts";
import { pluginPath } from "./rules/plugin-path.ts";
import { plaintextHttp } from "./rules/plaintext-http.ts";
import { poisonedInstructions } from "./rules/poisoned-instructions.ts";
import { policyInvalid } from "./rules/policy-invalid.ts";
import { policyLoosens } from "./rules/policy-loosens.ts";
import { redirectedApi } from "./rules/redirected-api.ts";
import { remoteCodeSource } from "./rules/remote-code-source.ts";
import { runsOnOpen } from "./rules/runs-on-open.ts";
import { envFileTracked } from "./rules/env-file-tracked.ts";
import { typosquat } from "./rules/typosquat.ts";
import { archivedServer } from "./rules/archived-server.ts";
import { untrustedExecution } from "./rules/untrusted-execution.ts";
import { untrustedExecutable } from "./rules/untrusted-executable.ts";
import { writableByOthers } from "./rules/writable-by-others.ts";
import { publicIp } from "./rules/public-ip.ts";
import { noAuthentication } from "./rules/no-authentication.ts";
import { sensitiveFolder } from "./rules/sensitive-folder.ts";
import { databaseRole } from "./rules/database-role.ts";
import { secret } from "./rules/secret.ts";
import { shell } from "./rules/shell.ts";
import { tlsOff } from "./rules/tls-off.ts";
import { tooManyServers } from "./rules/too-many-servers.ts";
import { toolAnnotation } from "./rules/tool-annotation.ts";
import { toolHiddenText } from "./rules/tool-hidden-text.ts";
import { toolName } from "./rules/tool-name.ts";
import { toolPoisoning } from "./rules/tool-poisoning.ts";
import { toolSchema } from "./rules/tool-schema.ts";
import { toolSecret } from "./rules/tool-secret.ts";
import { toxicFlow } from "./rules/toxic-flow.ts";
import { tunnel } from "./rules/tunnel.ts";
import { unexpandedVariable } from "./rules/unexpanded-variable.ts";
import { unmarkedSecret } from "./rules/unmarked-secret.ts";
import { unverifiedPackage } from "./rules/unverified-package.ts";
import { unpinned } from "./rules/unpinned.ts";
import { urlCredentials } from "./rules/url-credentials.ts";
import { versionDrift } from "./rules/version-drift.ts";
import { vulnerableVersion } from "./rules/vulnerable-version.ts";
import { hasDefinitions, SNAPSHOT_FILE } from "./snapshot.ts";
import { writeEnabled } from "./rules/write-enabled.ts";

/** What is asked of what a server offers. */
const OF_SNAPSHOTS: readonly AuditRule[] = [
  toolPoisoning,
  toolHiddenText,
  toolSecret,
  toolAnnotation,
  toolName,
  toolSchema,
];

/** Every audit rule, in output order. */
export const AUDIT_RULES: readonly AuditRule[] = [
  secret,
  urlCredentials,
  unmarkedSecret,
  envFileTracked,
  vulnerableVersion,
  nonexistentPackage,
  typosquat,
  archivedServer,
  remoteCodeSource,
  unpinned,
  unverifiedPackage,
  shell,
  untrustedExecutable,
  writableByOthers,
  elevatedRights,
  envHijack,
  dockerPrivileged,
  redirectedApi,
  plaintextHttp,
  tlsOff,
  tunnel,
  publicIp,
  bindAllInterfaces,
  deprecatedSse,
  noAuthentication,
  broadFsRoot,
  sensitiveFolder,
  databaseRole,
  writeEnabled,
  autoApprove,
  approvalWithoutEffect,
  pluginPath,
  hookCommand,
  runsOnOpen,
  poisonedInstructions,
  instructionsLoadRemote,
  instructionsGrantTools,
  hiddenUnicode,
  displacedServer,
  duplicate,
  confusableName,
  versionDrift,
  toxicFlow,
  untrustedExecution,
  tooManyServers,
  unexpandedVariable,
  ignoredFile,
  policyInvalid,
  policyLoosens,
  lockDrift,
  ...OF_SNAPSHOTS,
];

const FOR_SNAPSHOTS: readonly AuditRule[] = [...OF_SNAPSHOTS, duplicate, lockDrift];
const FOR_MANIFESTS: readonly AuditRule[] = [vulnerableVersion];
const FOR_LOCKS: readonly AuditRule[] = [hiddenUnicode, lockDrift];
const FOR_CONFIGS: readonly AuditRule[] = AUDIT_RULES.filter((rule) => !OF_SNAPSHOTS.includes(rule));

/** What is asked of the place where a server is started, and not of what describes it for others. */
const OF_THIS_MACHINE: readonly AuditRule[] = [
  archivedServer,
  untrustedExecutable,
  writableByOthers,
  autoApprove,
  displacedServer,
  confusableName,
  versionDrift,
  toxicFlow,
  untrustedExecution,
  tooManyServers,
  lockDrift,
];
const FOR_PUBLISHED = FOR_CONFIGS.filter((rule) => !OF_THIS_MACHINE.includes(rule));

const FOR_REGISTRY: readonly AuditRule[] = [
  secret,
  urlCredentials,
  vulnerableVersion,
  unverifiedPackage,
  unmarkedSecret,
  plaintextHttp,
  tlsOff,
  tunnel,
  publicIp,
  bindAllInterfaces,
  deprecatedSse,
  hiddenUnicode,
];

/** The rules that have something to ask of a file. */
export function rulesFor(file: ConfigFile): readonly AuditRule[] {
  const { kind } = file;
  if (kind === SNAPSHOT_FILE) return FOR_SNAPSHOTS;
  if (kind === PACKAGE_MANIFEST) return FOR_MANIFESTS;
  if (kind === LOCK_FILE) return FOR_LOCKS;
  if (kind === REGISTRY_MANIFEST) return FOR_REGISTRY;
  const own = kind.published ? FOR_PUBLISHED : FOR_CONFIGS;
  return hasDefinitions(file) ? [...own, ...OF_SNAPSHOTS] : own;
}
