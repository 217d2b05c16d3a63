import { html, nothing, type TemplateResult } from "lit";
import type { TrafficCall } from "../link/messages.ts";
import { block, findings, shown, size } from "./shown.ts";
import { clock, milliseconds } from "./text.ts";

function decided(call: TrafficCall): { icon: string; word: string; kind: string } {
  if (call.state === "waiting") return { icon: "clock", word: "waiting", kind: "waiting" };
  if (call.decision?.effect === "deny") return { icon: "circle-slash", word: "denied", kind: "denied" };
  if (call.result?.outcome === "lost") return { icon: "error", word: "lost", kind: "failed" };
  if (call.result && call.result.outcome !== "result") return { icon: "error", word: "failed", kind: "failed" };
  if (call.state === "allowed") return { icon: "sync", word: "running", kind: "running" };
  return { icon: "pass", word: "allowed", kind: "allowed" };
}

/** What a filter is matched against. */
export function haystack(call: TrafficCall): string {
  const found = [...call.findings, ...(call.result?.findings ?? [])].map((one) => one.rule);
  return [call.server, call.tool ?? "", call.method, call.preview, decided(call).word, call.client, ...found]
    .join("\n")
    .toLowerCase();
}

function latency(call: TrafficCall): string {
  return call.result ? milliseconds(call.result.serverMs) : "";
}

function details(call: TrafficCall): TemplateResult {
  const { decision, result } = call;
  return html`<div class="details">
    <dl>
      <dt>Decision</dt>
      <dd>
        ${
          decision === undefined
            ? "a person is being asked"
            : html`${decision.effect === "allow" ? "allowed" : "denied"} by <code>${shown(decision.rule)}</code>${
                  decision.by === undefined ? nothing : html`, answered in ${shown(decision.by)}`
                }.
                ${shown(decision.reason)}
                <span class="muted">record ${decision.seq}, ${milliseconds(decision.decideMs)}</span>`
        }
      </dd>
      <dt>Caller</dt>
      <dd>${shown(call.client)} <span class="muted">${shown(call.session)}</span></dd>
      ${
        call.traits.length === 0
          ? nothing
          : html`<dt>Looks like</dt>
              <dd>${call.traits.map((one) => html`<span class="badge">${one}</span> `)}</dd>`
      }
    </dl>
    ${findings(call.findings)}
    <h3>${call.method === "tools/call" ? "Arguments" : "Parameters"} <span class="muted">${size(call.bytes)}</span></h3>
    ${block("Arguments", call.arguments ?? { text: call.preview, truncated: false, total: call.preview.length })}
    ${
      result === undefined
        ? nothing
        : html`<h3>
              ${result.outcome === "result" ? "Result" : result.outcome === "lost" ? "No result" : "Error"}
              <span class="muted">${size(result.bytes)}, ${milliseconds(result.serverMs)}, record ${result.seq}</span>
            </h3>
            ${findings(result.findings)}
            ${
              result.preview === ""
                ? nothing
                : html`<pre class="json" tabindex="0" aria-label="Result">${shown(result.preview)}</pre>`
            }`
    }
  </div>`;
}

/** One row of the traffic: closed it is one line (two where it is narrow), open it shows everything. */
export function callRow(call: TrafficCall, open: boolean, toggle: () => void): TemplateResult {
  const { icon, word, kind } = decided(call);
  const found = call.findings.length + (call.result?.findings.length ?? 0);
  const what = call.tool ?? call.method;
  return html`<li class=${`call ${kind} ${open ? "open" : ""}`} data-call=${call.id}>
    <button class="row" aria-expanded=${open ? "true" : "false"} @click=${toggle}>
      <i class=${`twistie codicon codicon-chevron-${open ? "down" : "right"}`} aria-hidden="true"></i>
      <span class="time">${clock(call.at)}</span>
      <span class="decision"><i class=${`codicon codicon-${icon}`} aria-hidden="true"></i> ${word}</span>
      <span class="server">${shown(call.server)}</span>
      <span class="tool">${call.direction === "to-client" ? "← " : ""}${shown(what)}</span>
      <span class="preview">${shown((call.arguments?.text ?? call.preview).slice(0, 300))}</span>
      <span class="found">
        ${found === 0 ? nothing : html`<span class="badge alert">${found} ${found === 1 ? "finding" : "findings"}</span>`}
      </span>
      <span class="latency">${latency(call)}</span>
    </button>
    ${open ? details(call) : nothing}
  </li>`;
}
