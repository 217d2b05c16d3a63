import type { Severity } from "../core/finding.ts";
import { type DataValue, valueAt } from "../documents/data.ts";

/** A setting of VS Code that lets its agent act without asking. Read from VS Code 1.139's own package. */
export interface SettingRule {
  readonly key: string;
  readonly weak: (value: DataValue) => boolean;
  readonly severity: Severity;
  /** What follows from it, a clause that can start a sentence. */
  readonly means: string;
  /** VS Code ignores it in a workspace's settings. */
  readonly userOnly?: boolean;
}

const isTrue = (value: DataValue | undefined): boolean => value?.kind === "boolean" && value.value;
const isFalse = (value: DataValue): boolean => value.kind === "boolean" && !value.value;
const isOneOf =
  (...texts: readonly string[]) =>
  (value: DataValue | undefined): boolean =>
    value?.kind === "string" && texts.includes(value.value);
const anyApproved =
  (keys: RegExp) =>
  (value: DataValue): boolean =>
    value.kind === "object" &&
    value.properties.some(
      (one) =>
        keys.test(one.key) &&
        (isTrue(one.value) || isTrue(valueAt(one.value, "approveRequest")) || isTrue(valueAt(one.value, "approve"))),
    );

const bypassing = (value: DataValue): boolean =>
  isOneOf("allowAll", "assisted")(valueAt(value, "approvals")) || isOneOf("autopilot")(valueAt(value, "mode"));

export const VSCODE_SETTINGS_RULES: readonly SettingRule[] = [
  {
    key: "chat.tools.global.autoApprove",
    weak: isTrue,
    severity: "critical",
    means: "Every tool runs without asking",
    userOnly: true,
  },
  {
    key: "chat.tools.autoApprove",
    weak: isTrue,
    severity: "critical",
    means: "Every tool runs without asking, in VS Code before 1.104",
  },
  {
    key: "chat.permissions.default",
    weak: isOneOf("autoApprove", "autopilot"),
    severity: "critical",
    means: "New sessions begin with every question answered yes",
  },
  {
    key: "chat.defaultConfiguration",
    weak: bypassing,
    severity: "critical",
    means: "New agent sessions begin with every question answered yes",
  },
  {
    key: "chat.agentSessions.defaultConfiguration",
    weak: bypassing,
    severity: "critical",
    means: "New agent sessions begin with every question answered yes",
  },
  {
    key: "chat.tools.edits.autoApprove",
    weak: anyApproved(/^\*\*\/\*$|^\*\*$/),
    severity: "medium",
    means: "The agent edits every file without asking, its own rules and settings too",
    userOnly: true,
  },
  {
    key: "chat.tools.urls.autoApprove",
    weak: anyApproved(/^(?:\*|https?:\/\/\*{1,2}\/?\*?)$/),
    severity: "medium",
    means: "The agent fetches any address without asking",
  },
  {
    key: "chat.tools.terminal.ignoreDefaultAutoApproveRules",
    weak: isTrue,
    severity: "low",
    means: "VS Code's own list of commands that are never approved is dropped",
  },
  {
    key: "chat.tools.terminal.blockDetectedFileWrites",
    weak: isOneOf("never"),
    severity: "medium",
    means: "Terminal commands that write files are not stopped",
  },
  {
    key: "chat.agent.sandbox.allowUnsandboxedCommands",
    weak: isTrue,
    severity: "medium",
    means: "The agent may run commands outside its sandbox",
  },
  {
    key: "chat.autoReply",
    weak: isTrue,
    severity: "medium",
    means: "Questions to the person are answered by the model",
    userOnly: true,
  },
  {
    key: "chat.mcp.autostart",
    weak: isOneOf("newAndOutdated"),
    severity: "low",
    means: "New and changed servers start by themselves",
  },
  {
    key: "security.workspace.trust.enabled",
    weak: isFalse,
    severity: "high",
    means: "Every folder is trusted as soon as it is opened",
    userOnly: true,
  },
  {
    key: "amp.dangerouslyAllowAll",
    weak: isTrue,
    severity: "critical",
    means: "Every tool of Amp runs without asking",
  },
];
