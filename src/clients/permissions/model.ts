import type { Confidence, Severity } from "../../core/finding.ts";
import type { Span } from "../../core/text.ts";
import type { DataArray, DataObject, DataProperty, DataString, DataValue } from "../../documents/data.ts";
import type { ConfigFile, NamedField, ServerEntry } from "../config.ts";

/** How a list of approved commands is matched. `prefix`: the start of a command line; "" is every command. */
export type CommandSyntax = "exact" | "prefix" | "glob" | "regex";

/** What an agent may do without a question, apart from how its client writes it. */
export type Grant =
  /** Any tool, any command. */
  | { readonly kind: "everything" }
  /** Any edit of a file in the workspace. */
  | { readonly kind: "edits" }
  /** Every tool of a server; "*" for every server. */
  | { readonly kind: "server"; readonly server: string }
  /** One tool, of a server where that is known. */
  | { readonly kind: "tool"; readonly tool: string; readonly server?: string }
  | { readonly kind: "command"; readonly pattern: string; readonly syntax: CommandSyntax; readonly flags?: string }
  /** Files, by a path or a glob in the client's syntax; "**" for every file. */
  | { readonly kind: "read" | "write"; readonly path: string }
  /** A folder beside the workspace that is opened to the agent. */
  | { readonly kind: "folder"; readonly path: string }
  /** Addresses, as the client matches them; "*" for every one. */
  | { readonly kind: "fetch"; readonly address: string }
  /** Servers that a repository brings start without a question. */
  | { readonly kind: "servers" }
  /** Settings of a folder take effect without a question: a path, or "*" for every folder. */
  | { readonly kind: "trust"; readonly path: string }
  /** A question, sandbox or warning that is switched off or weakened. */
  | { readonly kind: "guard" };

/** How a permission is taken away. */
export type Removal =
  | { readonly kind: "property"; readonly parent: DataObject; readonly property: DataProperty }
  | { readonly kind: "element"; readonly array: DataArray; readonly element: DataValue }
  /** By another value, for what is dangerous when it is absent too. */
  | { readonly kind: "value"; readonly property: DataProperty; readonly to: string | boolean };

/** One thing that a file lets an agent do. */
export interface Permission {
  readonly grant: Grant;
  /** What the agent may do, as a clause whose subject it is: "runs every command without asking". */
  readonly title: string;
  /** The setting, as the client's documentation names it: `permissions.allow`. */
  readonly setting: string;
  /** The pattern or name as the file writes it, where the setting is a list of them. */
  readonly written?: string;
  readonly span: Span;
  readonly removal: Removal;
  /** The server that it is about. */
  readonly entry?: ServerEntry;
  /** Why the client does not act on it where it stands, as a sentence's end: "VS Code reads it from the user's settings only". */
  readonly withoutEffect?: string;
  /** How much is given away, where the kind of grant does not say it. Undefined for a guard that only informs. */
  readonly weight?: Severity;
  /** Only a file that others receive is at fault: in one's own it is one's own choice. */
  readonly sharedOnly?: boolean;
  readonly confidence?: Confidence;
}

/**
 * When a command runs. `event`: on what the agent does. `start`: with the client, for a key or a status line. `open`: with
 * the folder. `container`: when a container is made or entered. `host`: on the machine itself, for a container. `asked`:
 * when a person starts it.
 */
export type CommandTime = "event" | "start" | "open" | "container" | "host" | "asked";

/** A command that a client runs without the model. */
export interface EventCommand {
  /** Its words, or one script. Never empty. */
  readonly words: readonly DataString[];
  readonly span: Span;
  /** What runs it: "hook PreToolUse", "apiKeyHelper". */
  readonly of: string;
  readonly when: CommandTime;
  /** What to take away so that it no longer runs by itself. */
  readonly removal?: Removal;
  /** `script`: a shell gets its one word. `words`: a program and its arguments. `prompt`: a model gets it. */
  readonly form: "script" | "words" | "url" | "prompt";
}

/** Code that a client loads by name: a plugin, a marketplace, a feature of a container. */
export interface PluginReference {
  readonly kind: "npm" | "marketplace" | "plugin" | "feature" | "git" | "file";
  /** As the file writes it. */
  readonly written: string;
  readonly name: string;
  /** A version, tag or commit; undefined where none is named. */
  readonly version?: string;
  readonly span: Span;
  readonly setting: string;
  /** The string that names it, where a version can be written into it. */
  readonly node?: DataString;
}

/** Where a client sends what it says to a model. */
export interface ApiAddress {
  readonly url: string;
  readonly span: Span;
  readonly setting: string;
  /** `prompts`: prompts and keys. `data`: what the client records. */
  readonly what: "prompts" | "data";
  /** It stands in for the vendor's own address or is the one in use, so what goes there now went elsewhere before. */
  readonly replaces?: boolean;
  readonly removal?: Removal;
}

/** What a file says beside its servers. */
export interface AgentSettings {
  readonly permissions?: Iterable<Permission>;
  readonly commands?: Iterable<EventCommand>;
  readonly plugins?: Iterable<PluginReference>;
  readonly addresses?: Iterable<ApiAddress>;
  /** Variables for everything that the client starts, not of one server. */
  readonly variables?: Iterable<NamedField>;
}

/** True for a file that others receive with the repository: not for a person's own beside it. */
export function isCommitted({ scope, path }: Pick<ConfigFile, "scope" | "path">): boolean {
  return scope === "workspace" && !/(?:^|[\\/])(?:settings|config)\.local\.json$/.test(path);
}
