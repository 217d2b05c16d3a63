import { randomBytes } from "node:crypto";
import { readOwn, replaceFile } from "../link/paths.ts";
import { appendRule } from "../policy/append.ts";
import type { PolicyRule } from "../policy/schema.ts";
import type { Call } from "./enforcement.ts";

/** Writes *Always allow* into the user's policy: the only thing that ever appends to that file. */
export class AlwaysRule {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** Throws where the file is not understood or cannot be written; it then stays as it was. */
  write(call: Call, reviewer: string, now: number): PolicyRule {
    const { message, server } = call;
    const day = new Date(now).toISOString().slice(0, 10);
    const rule: PolicyRule = {
      id: `always-${randomBytes(6).toString("hex")}`,
      match: {
        launch: server.open.identity.id,
        direction: message.direction,
        method: literal(message.method),
        ...(message.tool !== undefined && { tool: literal(message.tool) }),
      },
      // A standing answer is none to what only shows in the call, the conversation or the tool itself.
      except: [{ finding: { severity: "high" } }, { session: "tainted" }, { definition: ["changed", "flagged"] }],
      effect: "allow",
      reason: `you allowed ${message.tool ?? message.method} of ${server.open.server} always`.slice(0, 500),
    };
    const comment = `${message.tool ?? message.method} of ${server.open.server}: Always allow, in ${reviewer}, ${day}`;
    replaceFile(this.#file, appendRule(readOwn(this.#file), rule, comment));
    return rule;
  }
}

/** A name as a glob that fits it alone. */
function literal(name: string): string {
  return name.replace(/[\\*?[\]{}()!]/g, "\\$&");
}
