import type { AuditRule } from "../rule.ts";
import { type FoundIn, overAll, placeOf, type Together } from "../together.ts";

/** Enabled servers of one client in one folder. VS Code gives a model at most 128 tools, and a server brings some ten. */
const MANY = 15;

function* find({ loaded }: Together): Iterable<FoundIn> {
  for (const { client, shared, own } of loaded) {
    const all = [...shared, ...own];
    // Those of the person alone are counted once, not again for every folder.
    if (all.length <= MANY || (shared.length > 0 && own.length > MANY)) continue;
    const [first] = all;
    const last = all[MANY];
    if (!first || !last) continue;
    const { file, entry } = first;
    yield {
      file,
      found: {
        entry,
        span: entry.nameSpan,
        message: `${file.kind.title} and what is read with it start ${all.length} servers in one agent (${client})`,
        related: [placeOf(last, `the ${MANY + 1}th of them`)],
      },
    };
  }
}

export const tooManyServers: AuditRule = {
  info: {
    id: "too-many-servers",
    title: "Very many servers in one agent",
    summary: `Reports a client that starts more than ${MANY} servers together. How many tools they offer is not known without starting them.`,
    why: "A model chooses worse among many tools, nobody reviews them, and each server's texts are in the same context as all the others' data.",
    remedy: "Switch off what is not needed here, or keep servers with the projects that need them.",
    severity: "info",
    persona: "regular",
    references: ["MCP10:2025", "ASI02"],
  },
  example: {
    before: `"mcpServers": { "one": {}, "two": {}, "three": {}, "…": {}, "sixteen": {} }`,
    after: `"mcpServers": { "one": {}, "two": {} }`,
  },
  check: overAll(find),
};
