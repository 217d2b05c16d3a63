import type { ConfigFile } from "../../clients/config.ts";
import { type EventCommand, isCommitted } from "../../clients/permissions/model.ts";
import { commandsOf, permissionsOf } from "../../clients/permissions/permissions.ts";
import type { Severity } from "../../core/finding.ts";
import { riskOf } from "../commandRisk.ts";
import { removalFixes } from "../removals.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

interface Verdict {
  readonly severity: Severity;
  readonly message: string;
}

const shown = (command: EventCommand): string =>
  JSON.stringify(
    command.words
      .map((word) => word.value)
      .join(" ")
      .slice(0, 80),
  );

function judge(file: ConfigFile, command: EventCommand): Verdict | undefined {
  const risk = riskOf(file.document.text, command);
  const why = risk ? `, and ${risk.why}` : "";
  switch (command.when) {
    case "open":
      return {
        severity: risk?.dangerous ? "high" : "medium",
        message: `The ${command.of} runs when the folder is opened${why}`,
      };
    case "host":
      return {
        severity: "high",
        message: `${command.of} runs ${shown(command)} on this machine, outside of the container${why}`,
      };
    case "container":
      // To install what a project needs is what these commands are for.
      return risk?.dangerous
        ? {
            severity: "medium",
            message: `The command of ${command.of} ${risk.why} when the container is made or entered`,
          }
        : undefined;
    case "event":
    case "start":
    case "asked":
      return undefined;
  }
}

/** A task that others run for has one finding, for all that it brings. */
function* ofCommands(file: ConfigFile): Iterable<Found> {
  const own = !isCommitted(file);
  const told = new Set<unknown>();
  for (const command of commandsOf(file)) {
    const verdict = judge(file, command);
    if (!verdict) continue;
    const { removal } = command;
    const key = removal?.kind === "property" ? `${removal.property.span.start} ${command.of}` : command;
    if (told.has(key)) continue;
    told.add(key);
    const fixes = removal ? removalFixes(file, [removal]) : [];
    yield {
      span: command.span,
      severity: own ? "info" : verdict.severity,
      message: verdict.message,
      ...(fixes.length > 0 && { fixes }),
    };
  }
}

/** New servers that start by themselves, in a folder that brings servers. */
function* ofServers({ file, all }: RuleContext): Iterable<Found> {
  if (file.kind.settings !== "vscode" || file.root === undefined) return;
  const setting = permissionsOf(file).find((one) => one.setting === "chat.mcp.autostart");
  if (!setting) return;
  const servers = all
    .filter((one) => one.root === file.root && one.kind.id === "vscode-mcp")
    .flatMap((one) => one.entries.filter((entry) => entry.enabled).map((entry) => ({ one, entry })));
  if (servers.length === 0) return;
  yield {
    span: setting.span,
    severity: "medium",
    message: `The servers that this folder brings start by themselves: ${setting.setting}`,
    related: servers
      .slice(0, 10)
      .map(({ one, entry }) => ({ file: one.path, span: entry.nameSpan, message: entry.name.slice(0, 60) })),
    fixes: removalFixes(file, [setting.removal]),
  };
}

function* check(context: RuleContext): Iterable<Found> {
  yield* ofCommands(context.file);
  yield* ofServers(context);
}

export const runsOnOpen: AuditRule = {
  info: {
    id: "runs-on-open",
    title: "Runs when the folder is opened",
    summary:
      "Reports what runs because a folder is opened: tasks with `runOn: folderOpen` and those that they start, the `initializeCommand` of a dev container, which runs on the machine itself, commands of a container or of a cloud agent that run what they download or send data away, and servers of the folder that start by themselves. To install packages in a container is none.",
    why: "Nobody has read the folder yet: whoever gets a commit into it has a command run on every machine that opens it.",
    remedy: "Let a person start the task; do in the container what need not be done on the machine.",
    severity: "medium",
    persona: "regular",
    needsOwnConsent: true,
    references: ["ASI05", "CWE-94"],
  },
  fix: "Removes `runOn`, so that the task waits for a person, or the setting that starts servers.",
  example: {
    before: `{ "label": "setup", "command": "./setup.sh", "runOptions": { "runOn": "folderOpen" } }`,
    after: `{ "label": "setup", "command": "./setup.sh" }`,
  },
  check,
};
