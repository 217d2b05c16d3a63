import { html, nothing, type TemplateResult } from "lit";
import type { AnswerChoice, Ask, EnrolmentAsk, LaunchIdentity } from "../link/messages.ts";
import { host, trusted } from "./host.ts";
import type { EnrolmentState, Loosening } from "./protocol.ts";
import { block, findings, shown } from "./shown.ts";

/** How long the buttons of a risky card rest after it appears, so that no Enter meant for elsewhere answers it. */
export const ARMING_MS = 800;

const LABELS: Record<AnswerChoice, string> = {
  once: "Allow once",
  session: "Allow for this session",
  always: "Always allow",
  deny: "Deny",
};

function launch(identity: LaunchIdentity): string {
  if (identity.kind === "url") return identity.origin;
  return [identity.executable, ...identity.args].join(" ");
}

export interface AskCardState {
  readonly armed: boolean;
  readonly sent: boolean;
  readonly reason: string;
  readonly now: number;
  readonly mayAnswer: boolean;
  readonly onReason: (text: string) => void;
  readonly onSent: () => void;
}

function answer(ask: Ask, state: AskCardState, choice: AnswerChoice): void {
  host.postMessage({ type: "answer", ask: ask.id, answer: choice, reason: choice === "deny" ? state.reason : "" });
  state.onSent();
}

function buttons(ask: Ask, state: AskCardState): TemplateResult {
  const order: readonly AnswerChoice[] = ["once", "session", "always", "deny"];
  const offered = order.filter((choice) => ask.choices.some((one) => one.choice === choice));
  const blocked = state.sent || !state.mayAnswer;
  return html`<div class="buttons" role="group" aria-label="Answers">
    ${offered.map((choice) => {
      const words = ask.choices.find((one) => one.choice === choice)?.words ?? "";
      const kind = choice === "deny" ? "deny" : choice === "once" && ask.risk === "normal" ? "primary" : "secondary";
      return html`<button
        class=${kind}
        data-choice=${choice}
        title=${words}
        ?disabled=${blocked || (choice !== "deny" && !state.armed)}
        @click=${trusted(() => answer(ask, state, choice))}
      >
        ${LABELS[choice]}
      </button>`;
    })}
    <input
      class="reason"
      type="text"
      maxlength="1000"
      placeholder="Reason for a denial (the agent reads it)"
      aria-label="Reason for a denial; the agent reads it"
      .value=${state.reason}
      ?disabled=${blocked}
      @input=${(event: InputEvent) => state.onReason((event.target as HTMLInputElement).value)}
      @keydown=${trusted((event: KeyboardEvent) => {
        if (event.key === "Enter" && state.reason.trim() !== "") answer(ask, state, "deny");
      })}
    />
  </div>`;
}

/** A question to the person: what will happen, why it is asked, everything that is sent, and what each answer does. */
export function askCard(ask: Ask, state: AskCardState): TemplateResult {
  const left = Math.max(0, Math.ceil((ask.expiresAt - state.now) / 1000));
  const change = ask.definitionChange;
  return html`<article
    class=${`card ask risk-${ask.risk}`}
    data-ask=${ask.id}
    tabindex="-1"
    aria-label=${`Approval: ${ask.summary}`}
  >
    <header>
      <i class=${`codicon codicon-${ask.risk === "high" ? "warning" : "question"}`} aria-hidden="true"></i>
      <h2>${shown(ask.summary)}</h2>
      <span class="countdown" title="After this the call is refused">${state.sent ? "answered" : `${left} s`}</span>
    </header>
    <dl>
      <dt>Server</dt>
      <dd>
        ${shown(ask.server)} <code class="launch" title=${launch(ask.identity)}>${shown(launch(ask.identity))}</code>
      </dd>
      <dt>Asked by</dt>
      <dd>
        ${shown(ask.client.name)},
        ${shown(ask.session.label)}${ask.own ? nothing : html` <span class="badge">another window</span>`}
      </dd>
      ${
        ask.why.length === 0
          ? nothing
          : html`<dt>Why</dt>
              <dd>
                ${ask.why.map((one) => html`<div>${shown(one.reason)} <span class="muted">${one.layer}/${one.rule}</span></div>`)}
              </dd>`
      }
      ${
        ask.traits.length === 0
          ? nothing
          : html`<dt>Looks like</dt>
              <dd>${ask.traits.map((one) => html`<span class="badge" title=${one.evidence}>${one.trait}</span> `)}</dd>`
      }
    </dl>
    ${
      change === undefined
        ? nothing
        : html`<section class="change" aria-label="The tool's definition changed">
            <h3>The tool's definition changed since it was first seen</h3>
            <div><b>before</b> ${shown(change.before.description)} (${change.before.parameters.join(", ")})</div>
            <div><b>now</b> ${shown(change.after.description)} (${change.after.parameters.join(", ")})</div>
          </section>`
    }
    ${findings(ask.findings)} ${ask.arguments === undefined ? nothing : block("Arguments", ask.arguments)}
    ${
      state.mayAnswer
        ? nothing
        : html`<p class="cut">This window is not enrolled as a reviewer yet: its answers do not count.</p>`
    }
    ${buttons(ask, state)}
  </article>`;
}

/** The first window of a machine becomes its reviewer by a click; a later one waits for one that is. */
export function enrolmentCard(enrolment: EnrolmentState): TemplateResult | typeof nothing {
  if (enrolment.state === "first") {
    const reviewer = enrolment.reviewer;
    return html`<article class="card enrolment" aria-label="Answer for your agents in this window">
      <header>
        <i class="codicon codicon-key" aria-hidden="true"></i>
        <h2>Answer for your agents in this window</h2>
      </header>
      <p>
        Nobody answers Sallyport's questions on this machine yet. From this click on, this editor does: its key
        (<code>${reviewer}</code>) signs each answer, and later windows need your yes here.
      </p>
      <div class="buttons">
        <button
          class="primary"
          data-choice="enrol"
          @click=${trusted(() => host.postMessage({ type: "enrol", reviewer, accept: true }))}
        >
          Answer in this window
        </button>
      </div>
    </article>`;
  }
  if (enrolment.state !== "waiting") return nothing;
  return html`<article class="card enrolment" aria-label="This window waits to be confirmed">
    <header>
      <i class="codicon codicon-watch" aria-hidden="true"></i>
      <h2>This window cannot answer yet</h2>
    </header>
    <p>Confirm it in a window that already answers; its key there must read <code>${enrolment.reviewer}</code>.</p>
    <p>
      Who answers on this machine:
      ${enrolment.enrolled.map(
        (one) =>
          html`<code>${one.reviewer}</code> ${shown(one.name)}, since ${new Date(one.at).toLocaleString()}<br />`,
      )}
      If you opened none of these windows, a program has put itself there: see <code>sallyport log</code>.
    </p>
  </article>`;
}

export function enrolmentAskCard(ask: EnrolmentAsk, armed: boolean): TemplateResult {
  const reply = (accept: boolean) => trusted(() => host.postMessage({ type: "enrol", reviewer: ask.reviewer, accept }));
  return html`<article class="card enrolment risk-high" aria-label="Another window wants to answer">
    <header>
      <i class="codicon codicon-key" aria-hidden="true"></i>
      <h2>Another window wants to answer for your agents</h2>
    </header>
    <p>
      ${shown(ask.name)} (process ${ask.pid}), key <code>${ask.reviewer}</code>. Say yes only if you opened it yourself
      and see the same key there.
    </p>
    <div class="buttons">
      <button class="secondary" ?disabled=${!armed} @click=${reply(true)}>Let it answer</button>
      <button class="deny" @click=${reply(false)}>Refuse</button>
    </div>
  </article>`;
}

export function looseningCard(one: Loosening, armed: boolean): TemplateResult {
  const reply = (accept: boolean) => trusted(() => host.postMessage({ type: "loosen", id: one.id, accept }));
  return html`<article class="card risk-high loosening" data-loosening=${one.id} aria-label=${one.summary}>
    <header>
      <i class="codicon codicon-unlock" aria-hidden="true"></i>
      <h2>${shown(one.summary)}</h2>
    </header>
    ${
      one.items === undefined
        ? nothing
        : html`<ul class="items">
            ${one.items.map(
              ({ place, text, note }) =>
                html`<li><code>${shown(place)}</code> ${shown(text)} <span class="muted">${shown(note)}</span></li>`,
            )}
          </ul>`
    }
    <p>${shown(one.consequence)}</p>
    ${
      one.change === undefined
        ? nothing
        : html`<div class="change">
            <div>
              <h3>Now</h3>
              <pre class="json removed" tabindex="0" aria-label="Now"><del>${shown(one.change.before)}</del></pre>
            </div>
            <div>
              <h3>After that</h3>
              <pre class="json added" tabindex="0" aria-label="After that"><ins>${shown(one.change.after)}</ins></pre>
            </div>
          </div>`
    }
    <div class="buttons">
      <button class="secondary" data-choice="confirm" ?disabled=${!armed} @click=${reply(true)}>${one.confirm}</button>
      <button class="deny" data-choice="cancel" @click=${reply(false)}>Cancel</button>
    </div>
  </article>`;
}
