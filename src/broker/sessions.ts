import { readFileSync } from "node:fs";
import type { Ancestor, ClientInfo, SessionInfo, Taint } from "../link/messages.ts";
import { canonical, digest } from "../link/signature.ts";
import type { Seal } from "./seal.ts";

/** Programs that stand between an agent and a server without being one: shells, package runners, our own launcher. */
const BETWEEN = new Set(
  (
    "sh bash zsh dash fish ksh tcsh csh cmd powershell pwsh env sudo doas nohup timeout nice setsid script stdbuf " +
    "npm npx pnpm pnpx yarn yarnpkg bun bunx deno corepack volta fnm nvm mise asdf uv uvx pipx poetry pipenv conda " +
    "sallyport docker-init tini dumb-init"
  ).split(" "),
);
/** Sessions that are remembered; the oldest clean one is let go first, since a taint must not be forgotten by flooding. */
const MAX_SESSIONS = 10_000;
/** A tainted conversation is remembered for so long after the taint, across restarts of the broker. */
const TAINT_MS = 7 * 86_400_000;
const PURPOSE = "taints";

export interface Session {
  readonly info: SessionInfo;
}

interface Remembered extends Session {
  info: SessionInfo;
}

/** The agent behind a proxy: the nearest ancestor that is no shell, package runner or launcher of ours. */
export function agentOf(client: ClientInfo): Ancestor {
  const agent = client.ancestors.find(({ name }) => {
    const program = (
      name
        .toLowerCase()
        .replace(/\.exe$/, "")
        .split(/\s/, 1)[0] ?? ""
    ).replace(/^-/, "");
    return !BETWEEN.has(program);
  });
  return agent ?? client.ancestors[0] ?? { pid: client.pid, name: client.name };
}

/** When a process began, where the system tells: pids are used again. */
function birth(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return ""; // another system, or gone: the caller's own start time stands in
  }
}

/** The conversations and agent processes that calls belong to, and which of them are tainted. */
export class Sessions {
  readonly #sessions = new Map<string, Remembered>();
  readonly #taints: Map<string, Taint>;
  readonly #file: string;
  readonly #startedAt: number;
  readonly #seal: Seal;
  /** The file was not what the broker had written. */
  readonly altered: boolean;

  constructor(file: string, now: number, seal: Seal) {
    this.#file = file;
    this.#startedAt = now;
    this.#seal = seal;
    const kept = seal.read(file, PURPOSE);
    this.altered = kept.state === "altered";
    // A taint only tightens: what an altered file still says counts, and what was taken out of it is told.
    const taints = kept.state === "absent" ? [] : taintsOf(kept.value);
    this.#taints = new Map(taints.filter(([, taint]) => taint.at > now - TAINT_MS));
  }

  /** The session of a call: the client's conversation where it names one, else the agent's process. */
  of(client: ClientInfo, conversation: string | undefined): Session {
    const agent = agentOf(client);
    const parts =
      conversation === undefined
        ? { kind: "process", pid: agent.pid, birth: birth(agent.pid) || String(this.#startedAt) }
        : { kind: "conversation", client: agent.name, conversation };
    const id = digest(canonical(parts)).slice(0, 32);
    let session = this.#sessions.get(id);
    if (!session) {
      const taint = this.#taints.get(id);
      const kind = conversation === undefined ? "process" : "conversation";
      const label = kind === "process" ? `${agent.name} (pid ${agent.pid})` : `conversation ${id.slice(0, 8)}`;
      session = { info: { id, kind, label, ...(taint && { taint }) } };
      this.#makeRoom();
      this.#sessions.set(id, session);
    }
    return session;
  }

  /** Marks a session: false where it was marked before; the first cause stays. Throws where it cannot be remembered. */
  taint(session: Session, taint: Taint): boolean {
    const remembered = session as Remembered;
    if (remembered.info.taint) return false;
    remembered.info = { ...remembered.info, taint };
    this.#taints.set(session.info.id, taint);
    this.#seal.write(this.#file, PURPOSE, [...this.#taints]);
    return true;
  }

  #makeRoom(): void {
    if (this.#sessions.size < MAX_SESSIONS) return;
    for (const [id, { info }] of this.#sessions) {
      if (info.taint === undefined) {
        this.#sessions.delete(id);
        return;
      }
    }
  }
}

/** Whatever of it is a taint. */
function taintsOf(value: unknown): [string, Taint][] {
  if (!Array.isArray(value)) return [];
  return (value as unknown[]).filter((entry): entry is [string, Taint] => {
    const [id, taint] = Array.isArray(entry) ? (entry as unknown[]) : [];
    return typeof id === "string" && typeof (taint as Taint | undefined)?.at === "number";
  });
}
