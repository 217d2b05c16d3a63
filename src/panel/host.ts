import type { FromPanel } from "./protocol.ts";

declare function acquireVsCodeApi(): {
  postMessage(message: FromPanel): void;
  getState(): unknown;
  setState(state: unknown): void;
};

/** The editor around this page. */
export const host = acquireVsCodeApi();

/**
 * Wraps a handler whose effect loosens something: it runs only for input that a person gave. A script's `click()` or a
 * dispatched event is not trusted, whoever sends it.
 */
export function trusted<E extends Event>(handler: (event: E) => void): (event: E) => void {
  return (event) => {
    if (event.isTrusted) handler(event);
  };
}
