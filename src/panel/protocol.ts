/**
 * What the extension and the panel's page say to each other, by `postMessage`. Types only: the page imports nothing else.
 * The extension holds all state; the page can be closed and opened at any time and asks for it again with `ready`.
 */
import type {
  AnswerChoice,
  Ask,
  EnrolmentAsk,
  Grant,
  PolicyLayerInfo,
  ServerInfo,
  TrafficCall,
} from "../link/messages.ts";

/** The extension's line to the broker, as a person may know it. */
export type LinkState =
  | { readonly state: "connecting" }
  | { readonly state: "connected" }
  /** `message`: one sentence; another attempt is on its way. */
  | { readonly state: "lost"; readonly message: string };

/** Whether this window's answers count. */
export type EnrolmentState =
  | { readonly state: "unknown" }
  | { readonly state: "enrolled"; readonly reviewer: string }
  /** A click here enrols the first reviewer of this machine. */
  | { readonly state: "first"; readonly reviewer: string }
  /** A window that is enrolled must confirm it. */
  | {
      readonly state: "waiting";
      readonly reviewer: string;
      /** Who may answer. */
      readonly enrolled: readonly { readonly reviewer: string; readonly name: string; readonly at: number }[];
    };

/** Something that loosens and that no command may do by itself: a person confirms it in the panel. */
export interface Loosening {
  readonly id: string;
  /** One sentence: what will happen. */
  readonly summary: string;
  /** What stops being checked. */
  readonly consequence: string;
  /** What it is about, where that is several things: shown before all else. */
  readonly items?: readonly { readonly place: string; readonly text: string; readonly note: string }[];
  /** The text before and after, where a file changes. */
  readonly change?: { readonly before: string; readonly after: string };
  /** What the button says. */
  readonly confirm: string;
}

export interface PanelState {
  readonly type: "state";
  readonly link: LinkState;
  readonly enrolment: EnrolmentState;
  readonly asks: readonly Ask[];
  readonly enrolmentAsks: readonly EnrolmentAsk[];
  readonly loosenings: readonly Loosening[];
  readonly servers: readonly ServerInfo[];
  readonly grants: readonly Grant[];
  readonly policy: readonly PolicyLayerInfo[];
}

export type ToPanel =
  | PanelState
  /** Newest state of these calls; `reset` empties the list first. */
  | { readonly type: "calls"; readonly reset: boolean; readonly calls: readonly TrafficCall[] }
  /** What became of an answer that was not simply accepted. */
  | { readonly type: "notice"; readonly severity: "info" | "error"; readonly message: string }
  /** Puts the keyboard on the first card. */
  | { readonly type: "focus" };

export type FromPanel =
  | { readonly type: "ready" }
  | { readonly type: "answer"; readonly ask: string; readonly answer: AnswerChoice; readonly reason: string }
  | { readonly type: "enrol"; readonly reviewer: string; readonly accept: boolean }
  | { readonly type: "loosen"; readonly id: string; readonly accept: boolean }
  | { readonly type: "withdraw"; readonly grant: string };
