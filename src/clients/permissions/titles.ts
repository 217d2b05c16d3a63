import type { Grant } from "./model.ts";

const MAX_SHOWN = 80;

function quoted(text: string): string {
  return JSON.stringify(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text);
}

/** True for a pattern of paths that every file matches. */
export function isEveryPath(path: string): boolean {
  return /^(?:\*{1,2}|(?:\.?\/)?\*\*(?:\/\*{1,2})?|\/\*{1,2})$/.test(path);
}

/** True for a pattern that every command matches, whatever the syntax. */
function isEveryCommand(grant: Extract<Grant, { kind: "command" }>): boolean {
  if (grant.pattern === "") return grant.syntax !== "exact";
  return grant.syntax === "regex"
    ? /^\^?\.[*+]\$?$/.test(grant.pattern)
    : grant.syntax === "glob" && /^\*+$/.test(grant.pattern);
}

/** The pattern alone: `npx:*` of `Bash(npx:*)`. */
function patternIn(written: string): string {
  return /^[\w-]+\((.*)\)$/s.exec(written)?.[1] ?? written;
}

/**
 * What a grant lets the agent do, as a clause whose subject it is. `written` is the pattern as the file writes it, which
 * the client's documentation explains better than we could.
 */
export function titleOf(grant: Grant, written?: string): string {
  switch (grant.kind) {
    case "everything":
      return "runs every tool without asking";
    case "edits":
      return "edits every file without asking";
    case "server":
      return grant.server === "*"
        ? "runs every tool of every server without asking"
        : `runs every tool of the server ${quoted(grant.server)} without asking`;
    case "tool":
      return grant.server === undefined
        ? `runs the tool ${quoted(grant.tool)} without asking`
        : `runs the tool ${quoted(grant.tool)} of the server ${quoted(grant.server)} without asking`;
    case "command":
      if (isEveryCommand(grant)) return "runs every command without asking";
      return grant.syntax === "exact"
        ? `runs the command ${quoted(grant.pattern)} without asking`
        : `runs every command matching ${quoted(patternIn(written ?? grant.pattern))} without asking`;
    case "read":
    case "write": {
      const verb = grant.kind === "read" ? "reads" : "writes";
      return isEveryPath(grant.path)
        ? `${verb} every file without asking`
        : `${verb} files matching ${quoted(grant.path)} without asking`;
    }
    case "folder":
      return `reaches the folder ${quoted(grant.path)}`;
    case "fetch":
      return grant.address === "*"
        ? "fetches every address without asking"
        : `fetches addresses matching ${quoted(grant.address)} without asking`;
    case "servers":
      return "gets the servers of a project started without asking";
    case "trust":
      return grant.path === "*"
        ? "works by the settings of every folder that is opened"
        : `works by the settings of every folder below ${quoted(grant.path)}`;
    case "guard":
      return "works with a safeguard less";
  }
}
