import type { ClientId, ConfigFile } from "../clients/config.ts";
import type { Grant, Permission } from "../clients/permissions/model.ts";
import { permissionsOf } from "../clients/permissions/permissions.ts";
import type { Location } from "../core/finding.ts";
import type { Ability } from "./data/capabilities.ts";
import { reachOf } from "./reach.ts";
import { countsTo, type Loaded, type Placed } from "./together.ts";

interface Standing {
  readonly file: ConfigFile;
  readonly permission: Permission;
}

const isEveryCommand = (grant: Grant): boolean =>
  grant.kind === "command" && grant.syntax !== "exact" && /^(?:\^?\.?[*+]\$?)?$/.test(grant.pattern);

/** What a client's files let its agent do without a question, for one set of servers that it loads together. */
export class Approvals {
  readonly #everything: Standing | undefined;
  readonly #shell: Standing | undefined;
  readonly #servers = new Map<string, Standing>();
  readonly #tools = new Map<string, Standing>();

  constructor(all: readonly ConfigFile[], client: ClientId, { root }: Pick<Loaded, "root">) {
    const standing = all
      .filter((file) => file.kind.client === client && countsTo(file, root))
      .flatMap((file) => permissionsOf(file).map((permission): Standing => ({ file, permission })))
      .filter(({ permission }) => permission.withoutEffect === undefined && permission.entry?.enabled !== false);
    this.#everything = standing.find(({ permission }) => permission.grant.kind === "everything");
    this.#shell = this.#everything ?? standing.find(({ permission }) => isEveryCommand(permission.grant));
    for (const one of standing) {
      const { grant } = one.permission;
      if (grant.kind === "server") this.#servers.set(grant.server, one);
      if (grant.kind === "tool") this.#tools.set(`${grant.server ?? ""}\0${grant.tool}`, one);
    }
  }

  /** What lets a server do this without a question: a permission for its tools, its all, or everything. */
  of({ file, entry }: Placed, ability: Ability): Location | undefined {
    const tools = reachOf(file, entry).server?.tools?.[ability] ?? [];
    const own = tools.map((tool) => this.#tools.get(`${entry.name}\0${tool}`) ?? this.#tools.get(`\0${tool}`));
    return placeOf(
      this.#servers.get(entry.name) ??
        this.#servers.get("*") ??
        own.find((one) => one !== undefined) ??
        this.#everything,
    );
  }

  /** What lets the agent run any command of its own shell. */
  shell(): Location | undefined {
    return placeOf(this.#shell);
  }
}

function placeOf(one: Standing | undefined): Location | undefined {
  return one && { file: one.file.path, span: one.permission.span, message: `the agent ${one.permission.title}` };
}
