import type { Span } from "../core/text.ts";
import type {
  DataArray,
  DataBoolean,
  DataDocument,
  DataObject,
  DataProperty,
  DataString,
  DataValue,
  Format,
} from "../documents/data.ts";
import type { AgentSettings } from "./permissions/model.ts";

/** The programs whose files we know. `unknown`: a file that a person names, and our own. */
export type ClientId =
  | "vscode"
  | "claude-code"
  | "claude-desktop"
  | "codex"
  | "gemini-cli"
  | "copilot-cli"
  | "copilot-eclipse"
  | "copilot-jetbrains"
  | "cursor"
  | "windsurf"
  | "cline"
  | "roo"
  | "kilo"
  | "opencode"
  | "zed"
  | "continue"
  | "amazonq"
  | "kiro"
  | "goose"
  | "jetbrains"
  | "junie"
  | "air"
  | "android-studio"
  | "antigravity"
  | "lmstudio"
  | "visualstudio"
  | "warp"
  | "qwen"
  | "augment"
  | "factory"
  | "crush"
  | "amp"
  | "tabnine"
  | "rovodev"
  | "grok"
  | "kimi"
  | "bob"
  | "cortex"
  | "zcode"
  | "hermes"
  | "mastra"
  | "pi"
  | "mcporter"
  | "trae"
  | "qoder"
  | "mistral-vibe"
  | "openclaw"
  | "sema4ai"
  | "docker"
  | "unknown";

/**
 * Whose file it is: one that comes with a repository, one of the person (of a profile of theirs, or of the remote machine
 * that an editor works on), one that a plugin or extension brought, one that an administrator set for the machine.
 */
export type Scope = "workspace" | "user" | "profile" | "remote" | "plugin" | "managed";

/** True for what lies in a repository, and so comes from whoever can write there. */
export function isShared(scope: Scope): boolean {
  return scope === "workspace";
}

/**
 * How a client writes a value that is not in the file. `none`: the client expands nothing. `unknown`: nobody says whether
 * it does, so a variable there is neither an error nor something to write.
 */
export type VariableSyntax =
  /** `${input:id}` of the file's `inputs`, `${env:NAME}`, `${workspaceFolder}` … */
  | "vscode-input"
  /** The same without inputs. */
  | "vscode-env"
  /** `${NAME}` and `${NAME:-default}`. */
  | "braces"
  /** `${env:NAME}`, `${userHome}`, `${workspaceFolder}` … */
  | "cursor-env"
  /** `$NAME` and `${NAME}`; `%NAME%` on Windows. */
  | "shell"
  /** `{env:NAME}` and `{file:path}`. */
  | "opencode"
  /** `{env:NAME}` and `${env:NAME}`. */
  | "kilo"
  /** `${env:NAME}` and `${file:path}`. */
  | "windsurf"
  /** `${{ secrets.NAME }}` and `${{ inputs.NAME }}`. */
  | "continue"
  /** `${env:NAME}` and nothing else. */
  | "env-colon"
  | "none"
  | "unknown";

/** What there may be in a file, for those who ask what is read. */
export type Holding = "servers" | "settings" | "hooks" | "trust" | "plugin" | "commands" | "instructions";

/** A map of servers inside a document; or a list of them, each with its `name`. */
export type ServerMap = (
  | { readonly object: DataObject; readonly list?: undefined }
  | { readonly list: DataArray; readonly object?: undefined }
) & {
  /** The folder that a map of Claude Code's `projects` belongs to. */
  readonly project?: string;
  /** The client does not read a map at this place. */
  readonly inactive?: boolean;
  /** Keys of the map that are no servers. */
  readonly except?: readonly string[];
  /** The name of the one server of the map, where that is not its key. */
  readonly named?: DataString;
  /** Where the same file switches servers off by a list elsewhere in it. */
  readonly off?: (name: string) => boolean;
  /** Who reads it, where that is not the client of the file. */
  readonly client?: ClientId;
};

/** One sort of file that a client reads. */
export interface FileKind {
  /** Stable: rules, fixtures and settings name kinds by it. */
  readonly id: string;
  readonly client: ClientId;
  /** As a sentence names it: "VS Code's mcp.json". */
  readonly title: string;
  readonly variables: VariableSyntax;
  readonly format: Format;
  /** The client refuses comments and trailing commas in its JSON. */
  readonly strict?: boolean;
  /** Settings that say what an agent may do without asking, in one of the two dialects that several files share. */
  readonly settings?: "vscode" | "claude";
  readonly holds?: readonly Holding[];
  /** The paths of keys under which the client looks for servers; the first is the usual one. */
  readonly serverKeys?: readonly (readonly string[])[];
  /**
   * Text that steers an agent. `imports`: `@path` in it loads another file. Its front matter: `claude-command` has
   * `allowed-tools`, which need no approval; `claude-agent` has `permissionMode`; `copilot-agent` has `mcp-servers`.
   */
  readonly instructions?: {
    readonly frontMatter: "none" | "claude-command" | "claude-agent" | "copilot-agent";
    readonly imports: boolean;
  };
  /**
   * Describes servers for others to install: nothing here starts them, so they take part in no question about what an agent
   * has, are not locked, and are neither protected nor started.
   */
  readonly published?: boolean;
  /** Files of the name that are something else, and none of ours, are not looked at: whether one is ours, by its data. */
  readonly belongs?: (root: DataValue | undefined) => boolean;
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

/** A variable of the person's environment, or an entry of a keyring, that a server is given by name. */
export interface PassedField extends TextField {
  /** Where its value goes: the variable of that name, or a header. */
  readonly as: "variable" | "header";
  /** The header. */
  readonly header?: string;
}

/** How a server of a URL asks who the person is. */
export interface OAuth {
  readonly object: DataObject;
  readonly clientId?: TextField;
  readonly clientSecret?: TextField;
  readonly scopes: readonly TextField[];
}

/** One server as a file configures it. */
export interface ServerEntry {
  readonly name: string;
  readonly nameSpan: Span;
  /** The whole entry: from its key to the end of its value. */
  readonly span: Span;
  /** Undefined for an element of a list. */
  readonly property?: DataProperty;
  readonly map: ServerMap;
  readonly object: DataObject;
  /** False where the entry is switched off, or stands where its client does not look. */
  readonly enabled: boolean;
  /** Starts through our launcher, by what the file says. Command, args and url are then those of the wrapped server. */
  readonly protected: boolean;
  readonly command?: TextField;
  readonly args: readonly TextField[];
  readonly env: readonly NamedField[];
  /** Variables and keyring entries that it is given by name. */
  readonly passed: readonly PassedField[];
  readonly headers: readonly NamedField[];
  /** A command whose output becomes headers. */
  readonly headersHelper?: TextField;
  readonly apiKey?: TextField;
  readonly oauth?: OAuth;
  readonly url?: TextField;
  readonly cwd?: TextField;
  readonly envFile?: TextField;
  readonly transport?: TextField;
  /** Tools that are switched on, where a list says so; then no others are. */
  readonly toolsOn: readonly TextField[];
  readonly toolsOff: readonly TextField[];
  /** Tools that run without asking. */
  readonly approved: readonly TextField[];
  /** `trust: true`: all its tools run without asking. */
  readonly trusted?: DataBoolean;
  /** What the client's own sandbox allows it. */
  readonly sandbox?: DataObject;
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
  /** Where it is a member of an archive: the archive. */
  readonly archive?: ArchiveOf;
}

/** The archive that a file was read from. */
export interface ArchiveOf {
  /** Absolute. */
  readonly path: string;
  /** A signature stands behind the archive; whose, and whether it holds, is not looked at. */
  readonly signed: boolean;
}
