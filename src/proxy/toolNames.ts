import { skeleton } from "../mcp/methods.ts";

/** Names that one server may list before more are not remembered. */
const MAX_NAMES = 20_000;

/**
 * The tools that a server has listed. A name that is none of them but looks like one (another case, a hyphen for an
 * underscore) is what a server might take for it, and no rule about it would.
 */
export class ToolNames {
  readonly #exact = new Set<string>();
  readonly #skeletons = new Set<string>();

  learn(names: readonly string[]): void {
    for (const name of names) {
      if (this.#exact.size >= MAX_NAMES) return;
      this.#exact.add(name);
      this.#skeletons.add(skeleton(name));
    }
  }

  isVariant(name: string): boolean {
    return !this.#exact.has(name) && this.#skeletons.has(skeleton(name));
  }
}
