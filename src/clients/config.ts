import type { Span } from "../core/text.ts";
import type { DataDocument, Format, DataObject, DataProperty, DataString, DataValue } from "../documents/data.ts";
import type { AgentSettings } from "./permissions/model.ts";

export type ClientId = "vscode" | "cursor" | "claude-code" | "claude-desktop" | "unknown";

/**
 * Whose file it is: one that comes with a repository, one of the person (of a profile of theirs, or of the remote machine
 * that an editor works on), one that a plugin or extension brought, one that an administrator set for the machine.
 */
export type Scope = "workspace" | "user" | "profile" | "remote" | "plugin" | "managed";

/** True for what lies in a repository, and so comes from whoever can write there. */
export function isShared(scope: Scope): boolean {
  return scope === "workspace";
}

/** How a client writes a value that is not in the file. `none`: the client expands nothing. */
export type VariableSyntax = "vscode-input" | "vscode-env" | "braces" | "cursor-env" | "none";

/** A map of servers inside a document. */
export interface ServerMap {
  readonly object: DataObject;
  /** The folder that a map of Claude Code's `projects` belongs to. */
  readonly project?: string;
  /** The client does not read a map at this place. */
  readonly inactive?: boolean;
}

/** One sort of file that a client reads. */
export interface FileKind {
  readonly id: string;
  readonly client: ClientId;
  /** As a sentence names it: "VS Code's mcp.json". */
  readonly title: string;
  readonly variables: VariableSyntax;
  readonly format: Format;
  /** The client refuses comments and trailing commas in its JSON. */
  readonly strict?: boolean;
  /** Holds settings that say what an agent may do without asking. */
  readonly settings?: "vscode" | "claude";
  readonly serverMaps: (root: DataValue | undefined) => readonly ServerMap[];
  /** What a file of this kind lets the agent do, runs by itself and loads, beside its servers. */
  readonly agent?: (file: ConfigFile) => AgentSettings;
}

/** A string of an entry, with its place. */
export interface TextField {
  readonly value: string;
  readonly node: DataString;
}

/** A variable of an environment, or a header. */
export interface NamedField extends TextField {
  readonly name: string;
  readonly nameSpan: Span;
  readonly property: DataProperty;
  readonly parent: DataObject;
}

/** One server as a file configures it. */
export interface ServerEntry {
  readonly name: string;
  readonly nameSpan: Span;
  readonly property: DataProperty;
  readonly map: ServerMap;
  readonly object: DataObject;
  /** False where the entry is switched off, or stands where its client does not look. */
  readonly enabled: boolean;
  /** Starts through our launcher, by what the file says. Command, args and url are then those of the wrapped server. */
  readonly protected: boolean;
  readonly command?: TextField;
  readonly args: readonly TextField[];
  readonly env: readonly NamedField[];
  readonly headers: readonly NamedField[];
  readonly url?: TextField;
  readonly cwd?: TextField;
  readonly envFile?: TextField;
  readonly transport?: TextField;
}

/** A file of a client that was read. */
export interface ConfigFile {
  /** Absolute, in the system's own form. */
  readonly path: string;
  readonly kind: FileKind;
  readonly scope: Scope;
  /** The workspace folder it was found under. */
  readonly root?: string;
  /** Lies in a folder of tests or fixtures of that workspace: its findings weigh one step less. */
  readonly fixture: boolean;
  /** Of a policy, which is YAML, the text alone. */
  readonly document: DataDocument;
  readonly entries: readonly ServerEntry[];
}
