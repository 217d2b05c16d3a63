/** What the language server and an editor's extension say to each other beyond LSP. Methods begin with `sallyport/`. */

/** `initializationOptions` of the initialize request. All are optional: any LSP editor may leave them out. */
export interface InitializationOptions {
  /** The person trusts this workspace. False: nothing is started, and its ignore comments hide no severe finding. */
  readonly trusted?: boolean;
  /** Look at the agent settings in the person's home folder too. Default true. */
  readonly home?: boolean;
  /** Search the workspace for call sites. Default true. */
  readonly callSites?: boolean;
  /** The editor has our panel, in which a person can confirm what loosens. Default false. */
  readonly panel?: boolean;
  /** The person wants entries that come without a save of theirs to be held. Never a workspace's to say. Default false. */
  readonly hold?: boolean;
  /** A folder (URI) with the rules' documentation pages, for links. */
  readonly docs?: string;
}

/** Request without parameters: every call site of the workspace, in file order. */
export const CALL_SITES_REQUEST = "sallyport/callSites";
/** Notification, server to client: the answer to `sallyport/callSites` has changed. */
export const CALL_SITES_CHANGED = "sallyport/callSitesChanged";
/** Notification, client to server: `{trusted: boolean}`. */
export const TRUST_CHANGED = "sallyport/trustChanged";

export interface LspPosition {
  readonly line: number;
  readonly character: number;
}

export interface CallSiteItem {
  readonly uri: string;
  /** Zero-based, LSP: the method's name. */
  readonly range: { readonly start: LspPosition; readonly end: LspPosition };
  /** The chain of members after the client: `chat.completions.create`. */
  readonly method: string;
  /** Where the data goes: `openai`. */
  readonly provider: string;
  readonly verdict: "instrumented" | "logged" | "partly" | "unlogged" | "unknown";
  readonly model?: string;
  /** One sentence a reason or piece of evidence, with its place where there is one. */
  readonly evidence: readonly string[];
  /** The cheapest way to record this call. */
  readonly remedy?: string;
}

export interface CallSitesAnswer {
  /** False while the first search is still running. */
  readonly complete: boolean;
  readonly filesSearched: number;
  readonly sites: readonly CallSiteItem[];
}

/** Request `EntryParams`: what unprotecting would change. The extension asks a person before it applies it. */
export const UNPROTECT_REQUEST = "sallyport/unprotect";

/** Request `EntryParams`, answer `UnprotectAnswer`: what releasing a held entry would change. */
export const RELEASE_REQUEST = "sallyport/release";
/** Notification, client to server: `{hold: boolean}`. */
export const HOLD_CHANGED = "sallyport/holdChanged";

export interface EntryParams {
  readonly uri: string;
  readonly server: string;
  /** The folder under `projects` of `~/.claude.json`. */
  readonly project?: string;
}

export type UnprotectAnswer =
  /** `before` and `after`: the lines that change, for a person. `text`: the whole document as it would be. */
  | {
      readonly status: "rewritten";
      readonly before: string;
      readonly after: string;
      readonly text: string;
    }
  | { readonly status: "unchanged" }
  | { readonly status: "refused"; readonly reason: string };

/** Request `{again?: boolean}` (audit anew first): what the agents of this workspace and of the person are configured to use. */
export const SERVERS_REQUEST = "sallyport/servers";
/** Notification, server to client: the answer to `sallyport/servers` has changed. */
export const SERVERS_CHANGED = "sallyport/serversChanged";

export interface LspRange {
  readonly start: LspPosition;
  readonly end: LspPosition;
}

/**
 * A finding of the audit, as a row. Texts come from files that anyone may have written: whoever shows them escapes them.
 * None holds a secret.
 */
export interface FindingItem {
  readonly rule: string;
  /** The rule's own title. */
  readonly title: string;
  readonly severity: "critical" | "high" | "medium" | "low" | "info";
  readonly message: string;
  readonly range: LspRange;
  /** It can be mended at once; `safe`: without a look at the result. */
  readonly fix?: "safe" | "unsafe";
  /** The repository says to ignore it, and the person has not accepted that. */
  readonly pending?: boolean;
}

/** Something that a server acts with. Never its value, nor anything that it could be tried against. */
export interface IdentityItem {
  readonly from: "environment" | "header" | "argument" | "address" | "oauth" | "file" | "profile" | "helper";
  /** Of the variable, header or option. */
  readonly name: string;
  /** `literal`: it stands in the file. */
  readonly how: "literal" | "reference";
  /** What its form says it is, with its article. */
  readonly kind?: string;
  readonly scopes: readonly string[];
  /** ISO 8601, UTC. */
  readonly expires?: string;
  /** Other entries that act with the same: `Cursor: github`. */
  readonly sharedWith: readonly string[];
}

export interface ServerItem {
  readonly name: string;
  /** The folder under `projects` of `~/.claude.json`. */
  readonly project?: string;
  /** Its name in the file. */
  readonly range: LspRange;
  readonly enabled: boolean;
  /** Starts through Sallyport, by what the file says. Only a live hello says that it does so now. */
  readonly protected: boolean;
  readonly protectable: boolean;
  /** Starts our proxy, and nothing behind it until a person releases it. */
  readonly held: boolean;
  /** Of one that is protected: the ids of launch identities with which it can say hello. */
  readonly launches: readonly string[];
  /** False where its client may start it in a way that cannot be known here. */
  readonly launchKnown: boolean;
  /** What it starts or connects to, without arguments: `npm package x 1.2.3`, `node`, `mcp.example.com`. */
  readonly what: string;
  /** Whether it has an address, and is not started here. */
  readonly remote: boolean;
  /** What it may reach, in a few words: `reads private data, can send data out`. */
  readonly reachBrief: string;
  /** The same as sentences, one clause an element. */
  readonly reach: readonly string[];
  /** What the agent may do with it without asking, one clause an element. */
  readonly permissions: readonly string[];
  /** What it may act as. */
  readonly identities: readonly IdentityItem[];
  readonly findings: readonly FindingItem[];
}

export type ConfigScope = "workspace" | "user" | "profile" | "remote" | "plugin" | "managed";

export interface ConfigFileItem {
  readonly uri: string;
  /** As a sentence names it: "VS Code's mcp.json". */
  readonly title: string;
  /** For a person: in the workspace its path there, elsewhere its name, with `folder`. */
  readonly label: string;
  /** `~/.cursor`; of a file outside the workspace. */
  readonly folder?: string;
  readonly scope: ConfigScope;
  /** It was changed without a save in the editor, and nobody has said a word to that yet. */
  readonly change?: ConfigChanged;
  /** Why it, or a part of it, was not audited. */
  readonly problem?: string;
  readonly servers: readonly ServerItem[];
  /** Servers beyond those that are listed: a file may have a hundred thousand. */
  readonly more: number;
  /** What the file lets an agent do without asking, apart from what its servers' rows say; one clause an element. */
  readonly permissions: readonly string[];
  /** Findings that belong to no server. */
  readonly findings: readonly FindingItem[];
}

export interface ClientItem {
  readonly id: string;
  /** The program: `Claude Code`. */
  readonly title: string;
  readonly files: readonly ConfigFileItem[];
}

export interface ServersAnswer {
  /** False until the first audit is done. */
  readonly complete: boolean;
  /** Whether the person's own files were looked at too. */
  readonly home: boolean;
  /** What repositories say to ignore and the person has not accepted. */
  readonly pendingIgnores: number;
  /** Findings that comments, `sallyport.yaml` and baselines accept: counted, not shown. */
  readonly accepted: number;
  readonly clients: readonly ClientItem[];
}

/**
 * Notification, server to client: an agent's configuration changed on the disk without a save in the editor, and an entry
 * is new or starts something else, or the agent may do more. Nothing holds a secret but the answer to `before`.
 */
export const CONFIG_CHANGED = "sallyport/configChanged";
/** Request `ChangeParams`, answer `{text: string}`: the text before the change. */
export const CONFIG_BEFORE_REQUEST = "sallyport/configBefore";
/** Request `ChangeParams`, answer `ChangeAnswer`: put that text back. */
export const CONFIG_REVERT_REQUEST = "sallyport/configRevert";
/** Request `ChangeParams`, answer `ChangeAnswer`: the person has seen it and wants it. */
export const CONFIG_KEEP_REQUEST = "sallyport/configKeep";

export interface ChangeParams {
  readonly uri: string;
  /** What was shown: an answer counts for that text only. */
  readonly id: string;
}

export interface ConfigChanged extends ChangeParams {
  /** The file for a sentence: "VS Code's mcp.json". */
  readonly title: string;
  /** Where it is, as in `ConfigFileItem`. */
  readonly label: string;
  /** A predicate: `adds the server "notes"`. */
  readonly summary: string;
  /** There was no such file before: to take it back is to delete it. */
  readonly created: boolean;
}

export type ChangeAnswer = { readonly done: true } | { readonly done: false; readonly reason: string };

/**
 * Request without parameters, answer `PendingIgnoresAnswer`: what repositories say to ignore of what they make happen by
 * themselves, and the person has not accepted.
 */
export const PENDING_IGNORES_REQUEST = "sallyport/pendingIgnores";

export interface PendingIgnore {
  /** Names this ignore of this finding in this file: what is accepted. */
  readonly digest: string;
  /** Absolute path. */
  readonly file: string;
  readonly label: string;
  readonly line: number;
  readonly rule: string;
  readonly message: string;
  readonly reason: string;
}

export interface PendingIgnoresAnswer {
  readonly ignores: readonly PendingIgnore[];
}
