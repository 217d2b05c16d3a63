import path from "node:path";
import { isShared, type ServerEntry } from "../../clients/config.ts";
import type { Span } from "../../core/text.ts";
import { startedFiles } from "../facts.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

/** Folders that everyone writes to, or that a browser fills. */
const PASSING =
  /^(?:\/tmp|\/var\/tmp|\/dev\/shm|\/private\/tmp)\/|[\\/](?:Downloads|AppData[\\/]Local[\\/]Temp|Temp)[\\/]/i;
/** What a lock file has fixed. */
const INSTALLED = /[\\/](?:node_modules|\.venv|venv|site-packages)[\\/]/;

function* check({ file, environment }: RuleContext): Iterable<Found> {
  const own: { entry: ServerEntry; span: Span }[] = [];
  for (const entry of file.entries) {
    for (const one of startedFiles(file, entry, environment)) {
      const name = JSON.stringify(entry.name);
      if (PASSING.test(one.path) && !(file.root !== undefined && PASSING.test(`${file.root}/`))) {
        const message = `The server ${name} starts ${path.basename(one.path)} from a folder for things that pass`;
        yield { entry, span: one.span, message };
        continue;
      }
      if (!isShared(file.scope) || file.root === undefined || INSTALLED.test(one.path)) continue;
      const below = path.relative(file.root, one.path);
      if (below.startsWith("..") || path.isAbsolute(below)) continue;
      own.push({ entry, span: one.span });
    }
  }
  const [first, ...rest] = own;
  if (!first) return;
  yield {
    ...(own.every(({ entry }) => !entry.enabled) && { entry: first.entry }),
    span: first.span,
    severity: "low",
    // In one's own repository that is how one works on a server; in a clone it is what one has to read first.
    persona: "pedantic",
    message: "This file makes an agent run code of the repository itself",
    note: first.entry.name,
    related: rest.map(({ entry, span }) => ({ file: file.path, span, message: entry.name })),
  };
}

export const untrustedExecutable: AuditRule = {
  info: {
    id: "untrusted-executable",
    title: "Program from where others write",
    summary:
      "Reports a server whose program or script lies in a temporary folder or among downloads and, for those who look closely, once a file, those that a repository's own file starts out of the repository itself. What is installed under `node_modules` or a virtual environment is none.",
    why: "Whoever gets a file into a temporary folder, or a change into a repository, is executed at the next start of the agent.",
    remedy: "Start an installed package with a fixed version, or keep the program in a folder that is yours alone.",
    severity: "high",
    persona: "regular",
    needsOwnConsent: true,
    references: ["MCP04:2025", "MCP09:2025", "ASI05", "CWE-426", "CWE-427"],
  },
  example: {
    before: `"command": "node", "args": ["/tmp/server.mjs"]`,
    after: `"command": "npx", "args": ["-y", "@example/server@1.2.3"]`,
  },
  check,
};
