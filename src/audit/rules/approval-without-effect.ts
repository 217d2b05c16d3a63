import { permissionsOf } from "../../clients/permissions/permissions.ts";
import { judge } from "../approvals.ts";
import { removalFixes } from "../removals.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

function* check({ file }: RuleContext): Iterable<Found> {
  for (const permission of permissionsOf(file)) {
    const { withoutEffect, ...inForce } = permission;
    const { span, setting, written, title, removal, entry, confidence } = permission;
    if (withoutEffect === undefined) continue;
    // Of a list only what would be dangerous elsewhere is worth a line.
    if (removal.kind === "element" && !judge(inForce, file)) continue;
    // A value that no client knows would do nothing anywhere.
    const nowhere = permission.grant.kind === "guard" && permission.weight === undefined;
    const what = written === undefined ? setting : `${JSON.stringify(written.slice(0, 60))} of ${setting}`;
    yield {
      span,
      message: `${what} has no effect here${nowhere ? `: ${withoutEffect}` : ` (${withoutEffect}); where it has one, the agent ${title}`}`,
      ...(entry && { entry }),
      ...(confidence && { confidence }),
      fixes: removalFixes(file, [removal]),
    };
  }
}

export const approvalWithoutEffect: AuditRule = {
  info: {
    id: "approval-without-effect",
    title: "Approval setting without effect in this file",
    summary:
      "Shows settings that would let an agent act without asking and that the client ignores where they stand: what VS Code takes from the user's settings only, a profile of Codex that nobody has chosen, a wildcard that the client does not know, a mode that does not exist, a permission that the same file refuses as a whole.",
    why: "It looks as if it were in force, and becomes so when the file is copied to the user's settings or into a dev container.",
    remedy: "Remove it.",
    severity: "info",
    persona: "regular",
    references: ["MCP02:2025", "ASI09"],
  },
  fix: "Removes the setting.",
  example: {
    before: `{ "editor.fontSize": 12, "chat.tools.global.autoApprove": true }`,
    after: `{ "editor.fontSize": 12 }`,
  },
  check,
};
