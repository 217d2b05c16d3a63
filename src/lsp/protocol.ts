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
