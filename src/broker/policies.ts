import { lstatSync, readFileSync, statSync, type Stats } from "node:fs";
import { userInfo } from "node:os";
import { SallyportError } from "../core/errors.ts";
import { LineIndex } from "../core/text.ts";
import type { PolicyLayerInfo, PolicyProblem } from "../link/messages.ts";
import type { Paths } from "../link/paths.ts";
import { canonical, digest } from "../link/signature.ts";
import { RuleSet, type LayerState } from "../policy/decide.ts";
import { DEFAULT_POLICY, defaultPolicy } from "../policy/defaultPolicy.ts";
import { parsePolicy, type PolicyIssue } from "../policy/parse.ts";

/** What applies to one server's messages. */
export interface Applied {
  readonly rules: RuleSet;
  /** Of every layer's text as it applies. */
  readonly digest: string;
}

interface FileLayer {
  readonly layer: "managed" | "user";
  readonly file: string;
  stamp: string;
  info: PolicyLayerInfo;
  state: LayerState;
  digest: string;
}

export interface WorkspaceLayer {
  readonly state: LayerState;
  readonly digest: string;
  readonly problems: readonly PolicyProblem[];
}

const MAX_POLICY_BYTES = 4 * 1024 * 1024;
/** Workspaces whose policy is held compiled. */
const MAX_WORKSPACES = 64;

export function problemsOf(file: string, text: string, issues: readonly PolicyIssue[]): PolicyProblem[] {
  const index = new LineIndex(text);
  return issues.map(({ message, span }) => ({ file, ...index.position(span.start), message }));
}

/**
 * The policy layers as files and as compiled rules. Before every decision the two files are looked at (a stat each), once
 * for messages that arrived together, so that an edit counts at once.
 */
export class Policies {
  readonly #files: FileLayer[];
  readonly #default = defaultPolicy();
  readonly #defaultDigest = digest(DEFAULT_POLICY);
  readonly #workspaces = new Map<string, WorkspaceLayer>();
  readonly #compiled = new Map<string, Applied>();
  /** Called after a layer changed. */
  onChange: () => void = () => {};

  constructor(paths: Pick<Paths, "managedPolicy" | "userPolicy">) {
    const layer = (name: "managed" | "user", file: string): FileLayer => ({
      layer: name,
      file,
      stamp: "never looked",
      info: { layer: name, file, state: "absent", rules: 0, problems: [] },
      state: "absent",
      digest: "",
    });
    this.#files = [layer("managed", paths.managedPolicy), layer("user", paths.userPolicy)];
    for (const file of this.#files) this.#look(file);
  }

  /** Reads again what changed since the last look. */
  refresh(): void {
    let changed = false;
    for (const file of this.#files) changed = this.#look(file) || changed;
    if (!changed) return;
    this.#compiled.clear();
    this.onChange();
  }

  layers(): PolicyLayerInfo[] {
    const byDefault: PolicyLayerInfo = {
      layer: "default",
      file: "",
      state: "loaded",
      rules: this.#default.rules.length,
      problems: [],
    };
    return [...this.#files.map((file) => file.info), byDefault];
  }

  /** Digests of the file layers, for the ledger's policy record. */
  digests(): { readonly layer: "managed" | "user"; readonly digest: string }[] {
    return this.#files.map(({ layer, digest }) => ({ layer, digest }));
  }

  /**
   * A workspace's policy from its text; undefined: there is none. Gives what is wrong with it. `unreadable`: there is one
   * that nobody could read, and everything is asked.
   */
  workspace(policy: { file: string; text: string } | undefined, unreadable: string | undefined): WorkspaceLayer {
    if (unreadable !== undefined) return { state: "failed", digest: digest(`unreadable ${unreadable}`), problems: [] };
    if (!policy) return { state: "absent", digest: "", problems: [] };
    const key = digest(`${policy.file}\0${policy.text}`);
    let found = this.#workspaces.get(key);
    if (!found) {
      const { policy: parsed, issues } = parsePolicy(policy.text, "workspace");
      const problems = problemsOf(policy.file, policy.text, issues);
      found = { state: parsed ?? "failed", digest: digest(policy.text), problems };
      if (this.#workspaces.size >= MAX_WORKSPACES) this.#workspaces.clear();
      this.#workspaces.set(key, found);
    }
    return found;
  }

  /** What applies with a workspace's layer, compiled once. */
  apply(workspace: WorkspaceLayer): Applied {
    let applied = this.#compiled.get(workspace.digest);
    if (!applied) {
      const [managed, user] = this.#files;
      const rules = new RuleSet({
        managed: managed?.state ?? "failed",
        user: user?.state ?? "failed",
        workspace: workspace.state,
        default: this.#default,
      });
      const parts = [managed?.digest, user?.digest, workspace.digest, this.#defaultDigest];
      applied = { rules, digest: digest(canonical(parts)) };
      if (this.#compiled.size >= MAX_WORKSPACES) this.#compiled.clear();
      this.#compiled.set(workspace.digest, applied);
    }
    return applied;
  }

  /** True where the file is another than at the last look. */
  #look(layer: FileLayer): boolean {
    const { stamp, stat } = stampOf(layer.file);
    if (stamp === layer.stamp) return false;
    layer.stamp = stamp;
    if (!stat && stamp === "absent") {
      layer.state = "absent";
      layer.digest = "";
      layer.info = { layer: layer.layer, file: layer.file, state: "absent", rules: 0, problems: [] };
      return true;
    }
    let text = "";
    let problems: PolicyProblem[];
    try {
      if (!stat) throw new SallyportError("UNREADABLE", stamp);
      text = read(layer.file, stat, layer.layer === "user");
      const { policy, issues } = parsePolicy(text, layer.layer);
      problems = problemsOf(layer.file, text, issues);
      if (policy) {
        layer.state = policy;
        layer.digest = digest(text);
        const rules = policy.rules.length;
        layer.info = { layer: layer.layer, file: layer.file, state: "loaded", rules, problems };
        return true;
      }
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      problems = [{ file: layer.file, line: 0, character: 0, message }];
    }
    // Its last good version applies; a broker that never saw one asks for everything, or denies everything.
    const kept = typeof layer.state === "object";
    if (!kept) {
      layer.state = "failed";
      layer.digest = digest(`failed ${text}`);
    }
    const rules = typeof layer.state === "object" ? layer.state.rules.length : 0;
    layer.info = { layer: layer.layer, file: layer.file, state: kept ? "kept" : "failed", rules, problems };
    return true;
  }
}

function stampOf(file: string): { stamp: string; stat?: Stats } {
  try {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (!stat) return { stamp: "absent" };
    return { stamp: `${stat.ino} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs}`, stat };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // No folder, no file: ENOTDIR is a file in the place of the folder.
    return code === "ENOTDIR" ? { stamp: "absent" } : { stamp: message };
  }
}

/** A user's policy must be the user's own file; a managed one is whoever may write there. */
function read(file: string, stat: Stats, own: boolean): string {
  if (!stat.isFile()) throw new SallyportError("UNREADABLE", `${file} is not a file`);
  if (stat.size > MAX_POLICY_BYTES) throw new SallyportError("TOO_LARGE", `${file} is over ${MAX_POLICY_BYTES} bytes`);
  if (own && process.platform !== "win32" && lstatSync(file).uid !== userInfo().uid) {
    throw new SallyportError("REFUSED", `${file} belongs to another user`);
  }
  return readFileSync(file, "utf8");
}
