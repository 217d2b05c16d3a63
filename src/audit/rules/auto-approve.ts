import { type ConfigFile, isShared } from "../../clients/config.ts";
import { deleteElements, deleteProperty, setValue } from "../../documents/edits.ts";
import {
  type DataArray,
  type DataObject,
  type DataProperty,
  type DataString,
  type DataValue,
  property,
  valueAt,
} from "../../documents/data.ts";
import { claudePermission, isRiskyTool, shellGrant } from "../approvals.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";
import { VSCODE_SETTINGS_RULES } from "../vscodeApprovals.ts";

/** Removes a setting, so that its default holds again. */
function withoutSetting(file: ConfigFile, parent: DataObject, own: DataProperty): Pick<Found, "fixes"> {
  const edits = deleteProperty(file.document, parent, own);
  return edits.length === 0 ? {} : { fixes: [{ title: `Remove ${own.key}`, safety: "safe", edits }] };
}

function withFalse(file: ConfigFile, own: DataProperty): Pick<Found, "fixes"> {
  return {
    fixes: [{ title: `Set ${own.key} to false`, safety: "safe", edits: [setValue(file.document, own.value, "false")] }],
  };
}

function strings(value: DataValue | undefined): DataString[] {
  return value?.kind === "array" ? value.elements.filter((one) => one.kind === "string") : [];
}

const isTrue = (value: DataValue | undefined): boolean => value?.kind === "boolean" && value.value;
const isFalse = (value: DataValue | undefined): boolean => value?.kind === "boolean" && !value.value;

function removeFrom(file: ConfigFile, array: DataArray, elements: readonly DataValue[]): Pick<Found, "fixes"> {
  const edits = deleteElements(file.document, array, elements);
  const title = elements.length === 1 ? "Remove it from the list" : `Remove these ${elements.length} from the list`;
  return edits.length === 0 ? {} : { fixes: [{ title, safety: "safe", edits }] };
}

/** Approvals inside the entries: `autoApprove`, `alwaysAllow`, `trust`. */
function* ofEntries(file: ConfigFile): Iterable<Found> {
  for (const entry of file.entries) {
    const server = JSON.stringify(entry.name);
    const trust = property(entry.object, "trust");
    if (trust && isTrue(trust.value)) {
      const message = `Every tool of the server ${server} runs without asking`;
      yield { entry, span: trust.span, severity: "high", message, ...withFalse(file, trust) };
    }
    for (const key of ["autoApprove", "alwaysAllow"]) {
      const own = property(entry.object, key);
      if (!own) continue;
      if (isTrue(own.value)) {
        const message = `Every tool of the server ${server} runs without asking`;
        yield { entry, span: own.span, severity: "high", message, ...withFalse(file, own) };
      }
      if (own.value.kind !== "array") continue;
      const named = strings(own.value);
      const risky = named.filter((one) => one.value === "*" || isRiskyTool(one.value));
      const [first] = risky;
      if (!first) continue;
      const wildcard = risky.some((one) => one.value === "*");
      const tools = risky.slice(0, 5).map((one) => one.value.slice(0, 60));
      yield {
        entry,
        span: first.span,
        severity: "high",
        message: wildcard
          ? `Every tool of the server ${server} runs without asking`
          : `Tools of the server ${server} that write, execute or give out credentials run without asking: ${tools.join(", ")}${risky.length > 5 ? " …" : ""}`,
        related: risky.slice(1).map((one) => ({ file: file.path, span: one.span, message: one.value.slice(0, 60) })),
        ...removeFrom(file, own.value, risky),
      };
    }
  }
}

const MAX_NAMED = 8;

/** `permissions.allow`, and the `allowedTools` that Claude Code keeps for a project. */
function* ofPermissions(file: ConfigFile, list: DataValue | undefined): Iterable<Found> {
  if (list?.kind !== "array") return;
  const judged = strings(list).flatMap((one) => {
    const verdict = claudePermission(one.value);
    return verdict ? [{ one, verdict }] : [];
  });
  const programs = judged.filter(({ verdict }) => verdict.program !== undefined);
  const [first, ...others] = programs;
  if (first && others.length > 0) {
    const names = programs.map(({ verdict }) => verdict.program ?? "");
    const shown = `${names.slice(0, MAX_NAMED).join(", ")}${names.length > MAX_NAMED ? " …" : ""}`;
    yield {
      span: first.one.span,
      severity: "high",
      message: `${names.length} standing permissions cover whatever a program is told that runs or sends anything: ${shown}`,
      related: others.map(({ one }) => ({ file: file.path, span: one.span, message: one.value.slice(0, 60) })),
      ...removeFrom(
        file,
        list,
        programs.map(({ one }) => one),
      ),
    };
  }
  for (const { one, verdict } of judged) {
    if (verdict.program !== undefined && others.length > 0) continue;
    yield {
      span: one.span,
      severity: verdict.severity,
      message: `The standing permission ${JSON.stringify(one.value.slice(0, 100))} ${verdict.what}`,
      ...removeFrom(file, list, [one]),
    };
  }
}

const MODES: Readonly<Record<string, "critical" | "medium">> = {
  bypassPermissions: "critical",
  dontAsk: "critical",
  auto: "critical",
  acceptEdits: "medium",
};

function* ofClaudeSettings(file: ConfigFile): Iterable<Found> {
  const { root } = file.document;
  if (root?.kind !== "object") return;
  const permissions = valueAt(root, "permissions");
  yield* ofPermissions(file, valueAt(permissions, "allow"));
  const mode = property(permissions, "defaultMode");
  if (mode?.value.kind === "string" && permissions?.kind === "object") {
    const severity = Object.hasOwn(MODES, mode.value.value) ? MODES[mode.value.value] : undefined;
    if (severity) {
      const what = severity === "critical" ? "Every tool call runs" : "Every edit of a file is made";
      const message = `${what} without asking: defaultMode is ${JSON.stringify(mode.value.value)}`;
      yield { span: mode.span, severity, message, ...withoutSetting(file, permissions, mode) };
    }
  }
  const servers = property(root, "enableAllProjectMcpServers");
  if (servers && isTrue(servers.value)) {
    const message = "Every server of a project's .mcp.json starts without asking";
    yield { span: servers.span, severity: "high", message, ...withoutSetting(file, root, servers) };
  }
  const committed = isShared(file.scope) && !file.path.endsWith("settings.local.json");
  const named = property(root, "enabledMcpjsonServers");
  if (named && committed && strings(named.value).length > 0) {
    const message = "Servers of this project start without asking whoever clones it";
    yield { span: named.span, severity: "medium", message, ...withoutSetting(file, root, named) };
  }
  for (const key of ["skipDangerousModePermissionPrompt", "skipAutoPermissionPrompt"]) {
    const own = property(root, key);
    if (!own || !isTrue(own.value)) continue;
    const message = `The warning before every question is switched off is itself switched off: ${key}`;
    yield { span: own.span, severity: "high", message, ...withoutSetting(file, root, own) };
  }
  yield* ofSandbox(file, valueAt(root, "sandbox"));
}

function* ofSandbox(file: ConfigFile, sandbox: DataValue | undefined): Iterable<Found> {
  if (sandbox?.kind !== "object") return;
  const network = valueAt(sandbox, "network");
  const weak: [DataObject, DataProperty | undefined, boolean][] = [
    [sandbox, property(sandbox, "enabled"), isFalse(property(sandbox, "enabled")?.value)],
    ...["allowUnsandboxedCommands", "enableWeakerNestedSandbox"].map(
      (key): [DataObject, DataProperty | undefined, boolean] => {
        const own = property(sandbox, key);
        return [sandbox, own, isTrue(own?.value)];
      },
    ),
    [sandbox, property(sandbox, "excludedCommands"), strings(property(sandbox, "excludedCommands")?.value).length > 0],
  ];
  if (network?.kind === "object") {
    const sockets = property(network, "allowAllUnixSockets");
    weak.push([network, sockets, isTrue(sockets?.value)]);
  }
  for (const [parent, own, isWeak] of weak) {
    if (!own || !isWeak) continue;
    const message = `The sandbox of the agent's commands is off or weakened: ${own.key}`;
    yield { span: own.span, severity: "medium", message, ...withoutSetting(file, parent, own) };
  }
}

function* ofClaudeProjects(file: ConfigFile): Iterable<Found> {
  const projects = valueAt(file.document.root, "projects");
  if (projects?.kind !== "object") return;
  for (const project of projects.properties) yield* ofPermissions(file, valueAt(project.value, "allowedTools"));
}

function* ofVscodeSettings(file: ConfigFile): Iterable<Found> {
  const { root } = file.document;
  if (root?.kind !== "object") return;
  for (const rule of VSCODE_SETTINGS_RULES) {
    const own = property(root, rule.key);
    if (!own || !rule.weak(own.value)) continue;
    const ignored = isShared(file.scope) && rule.userOnly === true;
    yield {
      span: own.span,
      severity: ignored ? "info" : rule.severity,
      message: ignored
        ? `${rule.key} has no effect in a workspace, and would be dangerous where it has one: ${rule.means}`
        : `${rule.means}: ${rule.key}`,
      ...withoutSetting(file, root, own),
    };
  }
  const terminal = property(root, "chat.tools.terminal.autoApprove")?.value;
  if (terminal?.kind === "object") {
    for (const own of terminal.properties) {
      const verdict = isTrue(own.value) || isTrue(valueAt(own.value, "approve")) ? shellGrant(own.key) : undefined;
      if (!verdict) continue;
      const message = `Terminal commands run without asking: ${JSON.stringify(own.key.slice(0, 100))} ${verdict}`;
      yield { span: own.span, severity: "high", message, ...withoutSetting(file, terminal, own) };
    }
  }
  const roo = valueAt(root, "roo-cline.allowedCommands");
  if (roo?.kind === "array") {
    for (const one of strings(roo)) {
      const verdict = one.value === "*" ? "allows every command" : shellGrant(one.value);
      if (!verdict) continue;
      const message = `Terminal commands run without asking: ${JSON.stringify(one.value.slice(0, 100))} ${verdict}`;
      yield { span: one.span, severity: "high", message, ...removeFrom(file, roo, [one]) };
    }
  }
}

function* check({ file }: RuleContext): Iterable<Found> {
  yield* ofEntries(file);
  if (file.kind.settings === "claude") yield* ofClaudeSettings(file);
  if (file.kind.settings === "vscode") yield* ofVscodeSettings(file);
  if (file.kind.id === "claude-json") yield* ofClaudeProjects(file);
}

export const autoApprove: AuditRule = {
  info: {
    id: "auto-approve",
    title: "Agent acts without asking",
    summary:
      "Reports settings that let an agent run tools, commands or servers without a question: modes that bypass every permission, whole servers or wildcards that are trusted, tools that write, execute or give out credentials in a list of approvals, standing permissions for a shell, an interpreter or the network, project servers that start by themselves, and a sandbox that is off. Settings that have no effect where they stand are shown as such; lists of read-only tools are none.",
    why: "Whoever gets a sentence into what the agent reads then acts with the person's rights, and nobody is asked.",
    remedy: "Remove the approval, or narrow it to single read-only tools and exact commands.",
    severity: "high",
    persona: "regular",
    needsOwnConsent: true,
    references: ["MCP02:2025", "ASI02", "ASI05", "ASI09", "CWE-862", "CVE-2025-59536"],
  },
  fix: "Removes the setting or the entry of the list, or sets it to false.",
  example: {
    before: `"permissions": { "defaultMode": "bypassPermissions", "allow": ["Bash(npx:*)"] }`,
    after: `"permissions": { "allow": ["Bash(npx vitest run:*)"] }`,
  },
  check,
};
