import { launchesOf } from "../launch.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

function* check({ file }: RuleContext): Iterable<Found> {
  for (const entry of file.entries) {
    const wrapper = launchesOf(file, entry)
      .flatMap((launch) => launch.wrappers)
      .find((one) => one.kind === "elevated");
    if (!wrapper) continue;
    const args = entry.args.map((arg) => arg.value);
    const user = args[args.findIndex((arg) => arg === "-u" || arg === "--user") + 1];
    // `sudo -u nobody` gives rights away.
    if (args.includes("-u") && user !== undefined && user !== "root") continue;
    const message = `The server ${JSON.stringify(entry.name)} is started with elevated rights by ${wrapper.program}`;
    yield { entry, span: wrapper.word.span, message };
  }
}

export const elevatedRights: AuditRule = {
  info: {
    id: "elevated-rights",
    title: "Server started with elevated rights",
    summary:
      "Reports a server that is started by `sudo`, `doas`, `pkexec`, `runas` or `gsudo`, unless for a user with fewer rights.",
    why: "Every tool of the server, and everything that an agent can talk it into, has the rights of the administrator.",
    remedy: "Start it as yourself; give the one file or socket that it needs the rights for that.",
    severity: "high",
    persona: "regular",
    needsOwnConsent: true,
    references: ["MCP02:2025", "ASI03", "CWE-250"],
  },
  example: { before: `"command": "sudo", "args": ["server"]`, after: `"command": "server"` },
  check,
};
