import "@vscode/codicons/dist/codicon.css";
import "./panel.css";
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { TrafficCall } from "../link/messages.ts";
import { callRow, haystack } from "./calls.ts";
import { ARMING_MS, askCard, enrolmentAskCard, enrolmentCard, looseningCard } from "./cards.ts";
import { host } from "./host.ts";
import type { PanelState, ToPanel } from "./protocol.ts";
import { shown } from "./shown.ts";
import { clock } from "./text.ts";

/** Rows in the page at once; older ones come with a click, so that 100,000 calls cost nothing. */
const PAGE = 200;
/** Calls that the page keeps; the ledger has the rest. */
const KEPT = 5000;

const EMPTY: PanelState = {
  type: "state",
  link: { state: "connecting" },
  enrolment: { state: "unknown" },
  asks: [],
  enrolmentAsks: [],
  loosenings: [],
  servers: [],
  grants: [],
  policy: [],
};

class Panel extends LitElement {
  #state: PanelState = EMPTY;
  #calls: TrafficCall[] = [];
  readonly #byId = new Map<string, number>();
  readonly #open = new Set<string>();
  readonly #reasons = new Map<string, string>();
  readonly #sent = new Set<string>();
  readonly #armedAt = new Map<string, number>();
  #filter = "";
  #all = false;
  #pages = 1;
  #notice: { severity: "info" | "error"; message: string } | undefined;
  #ticking: ReturnType<typeof setInterval> | undefined;
  #focusCard = false;

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const kept = host.getState() as { filter?: string; all?: boolean } | undefined;
    this.#filter = kept?.filter ?? "";
    this.#all = kept?.all ?? false;
    window.addEventListener("message", (event: MessageEvent<ToPanel>) => this.#take(event.data));
    host.postMessage({ type: "ready" });
  }

  #take(message: ToPanel): void {
    switch (message.type) {
      case "state":
        this.#takeState(message);
        break;
      case "calls":
        this.#takeCalls(message.calls, message.reset);
        break;
      case "notice":
        this.#notice = message;
        break;
      case "focus":
        this.#focusCard = true;
        break;
    }
    this.requestUpdate();
  }

  #takeState(state: PanelState): void {
    const now = Date.now();
    for (const ask of state.asks) {
      if (!this.#armedAt.has(ask.id)) this.#armedAt.set(ask.id, now + (ask.risk === "high" ? ARMING_MS : 0));
    }
    // What loosens can be called up by a command at any moment, under a click that was meant for something else.
    const others = [...state.loosenings.map((one) => one.id), ...state.enrolmentAsks.map((one) => one.reviewer)];
    for (const id of others) if (!this.#armedAt.has(id)) this.#armedAt.set(id, now + ARMING_MS);
    const alive = new Set([...state.asks.map((ask) => ask.id), ...others]);
    for (const known of [this.#armedAt, this.#reasons, this.#sent]) {
      for (const id of known.keys()) if (!alive.has(id)) known.delete(id);
    }
    this.#state = state;
    if (alive.size > 0) this.#ticking ??= setInterval(() => this.requestUpdate(), 250);
    else if (this.#ticking !== undefined) {
      clearInterval(this.#ticking);
      this.#ticking = undefined;
    }
  }

  #takeCalls(calls: readonly TrafficCall[], reset: boolean): void {
    if (reset) {
      this.#calls = [];
      this.#byId.clear();
    }
    for (const call of calls) {
      const at = this.#byId.get(call.id);
      if (at === undefined) this.#byId.set(call.id, this.#calls.push(call) - 1);
      else this.#calls[at] = call;
    }
    if (this.#calls.length > KEPT * 1.2) {
      this.#calls = this.#calls.slice(-KEPT);
      this.#byId.clear();
      for (const [at, call] of this.#calls.entries()) this.#byId.set(call.id, at);
    }
  }

  #remember(): void {
    host.setState({ filter: this.#filter, all: this.#all });
    this.#pages = 1;
    this.requestUpdate();
  }

  /** Newest first. Without `all`, the protocol's own housekeeping stays out. */
  #shown(limit: number): { rows: TrafficCall[]; more: boolean } {
    const words = this.#filter.toLowerCase().split(/\s+/).filter(Boolean);
    const rows: TrafficCall[] = [];
    for (let i = this.#calls.length - 1; i >= 0; i--) {
      const call = this.#calls[i];
      if (!call) continue;
      const plain =
        call.state === "finished" &&
        call.method !== "tools/call" &&
        call.findings.length === 0 &&
        !call.ask &&
        (call.result?.findings.length ?? 0) === 0 &&
        call.result?.outcome === "result";
      const quiet =
        plain || (call.kind === "notification" && call.decision?.effect === "allow" && call.findings.length === 0);
      if (quiet && !this.#all) continue;
      if (words.length > 0) {
        const text = haystack(call);
        if (!words.every((word) => text.includes(word))) continue;
      }
      if (rows.length === limit) return { rows, more: true };
      rows.push(call);
    }
    return { rows, more: false };
  }

  #link(): TemplateResult {
    const { link, servers } = this.#state;
    if (link.state === "lost") {
      return html`<span class="link lost"
        ><i class="codicon codicon-debug-disconnect" aria-hidden="true"></i> ${link.message}</span
      >`;
    }
    if (link.state === "connecting") return html`<span class="link muted">Connecting…</span>`;
    const names = servers.map((one) => one.server).join(", ");
    const count = servers.length === 1 ? "1 server protected" : `${servers.length} servers protected`;
    return html`<span class="link" title=${names}>
      <i class="codicon codicon-shield" aria-hidden="true"></i>
      ${servers.length === 0 ? "No protected server is running" : count}
    </span>`;
  }

  #problems(): TemplateResult | typeof nothing {
    const bad = this.#state.policy.filter((layer) => layer.problems.length > 0);
    if (bad.length === 0) return nothing;
    return html`<article class="card risk-high" aria-label="A policy file cannot be used">
      ${bad.map(
        (layer) =>
          html`<p>
            <i class="codicon codicon-error" aria-hidden="true"></i>
            The ${layer.layer} policy
            ${layer.state === "kept" ? "keeps its last good version" : "cannot be used, so calls are held"}:
            <code>${layer.file}:${(layer.problems[0]?.line ?? 0) + 1}</code> ${layer.problems[0]?.message}
          </p>`,
      )}
    </article>`;
  }

  #cards(): TemplateResult {
    const { asks, enrolment, enrolmentAsks, loosenings } = this.#state;
    const now = Date.now();
    const riskiest = asks.toSorted(
      (a, b) => Number(b.risk === "high") - Number(a.risk === "high") || a.createdAt - b.createdAt,
    );
    return html`<section class="cards" aria-label="Waiting for you" aria-live="polite">
      ${this.#problems()}
      ${
        /* What a person has just asked for comes first: a low panel shows no more than that. */
        repeat(
          loosenings,
          (one) => one.id,
          (one) => looseningCard(one, now >= (this.#armedAt.get(one.id) ?? 0)),
        )
      }
      ${enrolmentCard(enrolment)}
      ${repeat(
        enrolmentAsks,
        (one) => one.reviewer,
        (one) => enrolmentAskCard(one, now >= (this.#armedAt.get(one.reviewer) ?? 0)),
      )}
      ${repeat(
        riskiest,
        (ask) => ask.id,
        (ask) =>
          askCard(ask, {
            armed: now >= (this.#armedAt.get(ask.id) ?? 0),
            sent: this.#sent.has(ask.id),
            reason: this.#reasons.get(ask.id) ?? "",
            now,
            mayAnswer: enrolment.state === "enrolled",
            onReason: (text) => {
              this.#reasons.set(ask.id, text);
              this.requestUpdate();
            },
            onSent: () => {
              this.#sent.add(ask.id);
              this.requestUpdate();
            },
          }),
      )}
    </section>`;
  }

  #grants(): TemplateResult | typeof nothing {
    const { grants } = this.#state;
    if (grants.length === 0) return nothing;
    return html`<details class="grants">
      <summary>${grants.length === 1 ? "1 standing answer" : `${grants.length} standing answers`}</summary>
      <ul>
        ${repeat(
          grants,
          (grant) => grant.id,
          (grant) =>
            html`<li>
              <span
                >${shown(grant.words)} <span class="muted">${shown(grant.by)}, ${clock(grant.createdAt)}</span></span
              >
              <button
                class="secondary"
                data-choice="withdraw"
                @click=${() => host.postMessage({ type: "withdraw", grant: grant.id })}
              >
                Withdraw
              </button>
            </li>`,
        )}
      </ul>
    </details>`;
  }

  #bar(): TemplateResult {
    return html`<div class="bar" role="toolbar" aria-label="Traffic">
      ${this.#link()}
      <input
        class="filter"
        type="search"
        placeholder="Filter by server, tool, decision, finding"
        aria-label="Filter the traffic"
        .value=${this.#filter}
        @input=${(event: InputEvent) => {
          this.#filter = (event.target as HTMLInputElement).value;
          this.#remember();
        }}
        @keydown=${(event: KeyboardEvent) => {
          if (event.key !== "Escape") return;
          this.#filter = "";
          this.#remember();
        }}
      />
      <label class="all"
        ><input
          type="checkbox"
          .checked=${this.#all}
          @change=${(event: Event) => {
            this.#all = (event.target as HTMLInputElement).checked;
            this.#remember();
          }}
        />
        All messages</label
      >
    </div>`;
  }

  #empty(): TemplateResult {
    if (this.#filter !== "") return html`<p class="empty">Nothing matches the filter.</p>`;
    return html`<p class="empty">
      No tool call yet. Open a client's MCP configuration and choose <b>Protect this server</b> above an entry; its
      calls then pass here, where they are inspected, decided and recorded.
    </p>`;
  }

  override render(): TemplateResult {
    const { rows, more } = this.#shown(PAGE * this.#pages);
    return html`
      ${this.#cards()}
      ${
        this.#notice === undefined
          ? nothing
          : html`<div class=${`notice ${this.#notice.severity}`} role="status">
              <span>${this.#notice.message}</span>
              <button
                class="plain"
                aria-label="Dismiss"
                @click=${() => {
                  this.#notice = undefined;
                  this.requestUpdate();
                }}
              >
                <i class="codicon codicon-close" aria-hidden="true"></i>
              </button>
            </div>`
      }
      ${this.#bar()} ${this.#grants()} ${rows.length === 0 ? this.#empty() : nothing}
      <ol class="calls" aria-label="Tool calls, newest first">
        ${repeat(
          rows,
          (call) => call.id,
          (call) =>
            callRow(call, this.#open.has(call.id), () => {
              if (!this.#open.delete(call.id)) this.#open.add(call.id);
              this.requestUpdate();
            }),
        )}
      </ol>
      ${
        more
          ? html`<button
              class="secondary more"
              @click=${() => {
                this.#pages++;
                this.requestUpdate();
              }}
            >
              Show older calls
            </button>`
          : nothing
      }
    `;
  }

  override updated(): void {
    if (!this.#focusCard) return;
    this.#focusCard = false;
    this.querySelector<HTMLElement>(".card")?.focus();
  }
}

customElements.define("sallyport-panel", Panel);
