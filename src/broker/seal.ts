import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { SallyportError } from "../core/errors.ts";
import { createExclusive, readOwn, replaceFile } from "../link/paths.ts";
import { canonical } from "../link/signature.ts";

/** What stands in a file of the broker's state. */
export type Sealed =
  | { readonly state: "absent" }
  /** As the broker wrote it. */
  | { readonly state: "intact"; readonly value: unknown }
  /** Not what the broker wrote. `value` is what it says all the same, where it is JSON: good for what only tightens. */
  | { readonly state: "altered"; readonly value: unknown };

/**
 * Seals the files that hold what people have answered: grants, reviewers, pins, taints. An edit by hand is seen, and not
 * taken for a person's word. The key is a file of the same user (`keys/state.key`), so that whoever reads that too and
 * knows this format can seal anew: it is a hurdle for a careless edit, not for a process with all rights.
 */
export class Seal {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  /** The key in `file`, made where there is none. Throws MALFORMED for a file that holds none. */
  static load(file: string): Seal {
    if (readOwn(file) === undefined) createExclusive(file, `${randomBytes(32).toString("hex")}\n`);
    const text = readOwn(file)?.trim() ?? "";
    if (!/^[0-9a-f]{64}$/.test(text)) throw new SallyportError("MALFORMED", `${file} holds no key; delete it`);
    return new Seal(Buffer.from(text, "hex"));
  }

  /** `purpose` keeps the content of one file from passing as another's. Throws REFUSED, TOO_LARGE as `readOwn`. */
  read(file: string, purpose: string): Sealed {
    const text = readOwn(file);
    if (text === undefined) return { state: "absent" };
    try {
      const parsed = JSON.parse(text) as { seal?: unknown; value?: unknown } | null;
      const value = parsed?.value;
      const given = Buffer.from(typeof parsed?.seal === "string" ? parsed.seal : "", "hex");
      const right = this.#over(purpose, value);
      const intact = value !== undefined && given.length === right.length && timingSafeEqual(given, right);
      return { state: intact ? "intact" : "altered", value };
    } catch {
      return { state: "altered", value: undefined }; // no JSON: not ours
    }
  }

  /** Whole or not at all, and on the disk before it returns. */
  write(file: string, purpose: string, value: unknown): void {
    const seal = this.#over(purpose, value).toString("hex");
    replaceFile(file, `${JSON.stringify({ seal, value }, null, 1)}\n`);
  }

  #over(purpose: string, value: unknown): Buffer {
    return createHmac("sha256", this.#key)
      .update(`sallyport ${purpose} 1\n${canonical(value ?? null)}`)
      .digest();
  }
}
