import type { CallKind } from "../callSite.ts";
import type { SourceId } from "./sources.ts";

/** Chains of members, separated by spaces, by what they ask for. `chats.create().send_message`: `()` marks a call, `*` any calls between. */
export type Chains = Readonly<Partial<Record<CallKind, string>>>;

/** One SDK in one language, as data. */
export interface Sdk {
  /** Who receives what is sent, unless a base URL says otherwise. */
  readonly provider: string;
  /** Python: module prefixes. JavaScript: package names; `x/*` covers every entry point below `x`. */
  readonly packages: readonly string[];
  /** What a source that uses it must mention, where that is not each package's name as it stands here. */
  readonly mention?: readonly string[];
  /** Exports that make a client when called (`default` is the package's default export), as dotted paths. */
  readonly constructors: readonly string[];
  /** The constructor's first argument or `service_name` must be one of these. */
  readonly services?: readonly string[];
  /**
   * Chains after the client that send data. One that begins with a constructor's name (`Crew.kickoff`) holds for that
   * constructor's clients only.
   */
  readonly calls: Chains;
  /** Exports that send data when called. */
  readonly functions?: Chains;
  /** Exports whose instance, passed to a client's `send`, sends data. */
  readonly commands?: Chains;
  /** Every method of what its constructors make sends data, of this kind: interfaces that a library implements. */
  readonly proxies?: CallKind;
  /** Calls on a client's chain that only set something for the one that sends, separated by spaces. */
  readonly steps?: string;
  readonly sources: readonly SourceId[];
  /** `seen`: read in the cited source. `assumed`: from general knowledge of the SDK. */
  readonly confidence: "seen" | "assumed";
}
