import path from "node:path";
import { startedFiles } from "../facts.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

function* check({ file, facts, environment }: RuleContext): Iterable<Found> {
  const { changeable } = facts;
  if (changeable.size === 0) return;
  const folder = path.dirname(file.path);
  const open = changeable.has(file.path) ? "this file" : changeable.has(folder) ? "this file's folder" : undefined;
  if (open !== undefined) {
    const [entry] = file.entries;
    yield {
      span: entry?.nameSpan ?? { start: 0, end: 0 },
      message: `Other users of this machine may change ${open}, and with it what is started here`,
    };
  }
  for (const entry of file.entries) {
    for (const one of startedFiles(file, entry, environment)) {
      if (!changeable.has(one.path)) continue;
      const message = `Other users of this machine may change what the server ${JSON.stringify(entry.name)} starts`;
      yield { entry, span: one.span, message };
    }
  }
}

export const writableByOthers: AuditRule = {
  info: {
    id: "writable-by-others",
    title: "Changeable by other users",
    summary:
      "Reports a configuration, its folder, or a program or script that an entry starts by its path, which users beside the owner may change by its mode. File systems without modes (of Windows below WSL, of a container's host), folders with the sticky bit and a person's own group are none. Windows' access lists are not read.",
    why: "Whoever can write there runs code as the person at the next start of their agent.",
    remedy: "`chmod go-w` the file and its folder.",
    severity: "high",
    persona: "regular",
    references: ["MCP05:2025", "ASI05", "CWE-732"],
  },
  example: { before: `-rw-rw-rw-  ~/.cursor/mcp.json`, after: `-rw-------  ~/.cursor/mcp.json` },
  check,
};
