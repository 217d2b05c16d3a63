import { html, nothing, type TemplateResult } from "lit";
import type { BoundedText, LinkFinding } from "../link/messages.ts";
import { bytes, laidOut, pieces } from "./text.ts";

/** Text from outside, with marks where something cannot be seen. Never markup. */
export function shown(text: string): TemplateResult {
  return html`${pieces(text).map((piece) =>
    piece.hidden === undefined
      ? piece.text
      : html`<span class="hidden-mark" title="A character that cannot be seen">${piece.hidden}</span>`,
  )}`;
}

/** Arguments or a preview as laid-out JSON. Says what was cut. */
export function block(label: string, value: BoundedText): TemplateResult {
  return html`
    <pre class="json" tabindex="0" aria-label=${label}>${shown(laidOut(value.text))}</pre>
    ${
      value.truncated
        ? html`<p class="cut">
            Cut: ${value.text.length.toLocaleString()} of ${value.total.toLocaleString()} characters are shown.
          </p>`
        : nothing
    }
  `;
}

const SEVERITY_ICON = { critical: "error", high: "error", medium: "warning", low: "info", info: "info" } as const;

export function findings(list: readonly LinkFinding[]): TemplateResult | typeof nothing {
  if (list.length === 0) return nothing;
  return html`<ul class="findings" aria-label="Findings">
    ${list.map(
      (one) =>
        html`<li class=${`severity-${one.severity}`}>
          <i class=${`codicon codicon-${SEVERITY_ICON[one.severity]}`} aria-hidden="true"></i>
          <span
            ><b>${one.rule}</b> <span class="muted">${one.severity}</span> ${shown(one.evidence)}${
              one.pointer === undefined
                ? nothing
                : html` <span class="muted">at</span> <code>${shown(one.pointer)}</code>`
            }</span
          >
        </li>`,
    )}
  </ul>`;
}

export function size(count: number): string {
  return bytes(count);
}
