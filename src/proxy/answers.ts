import { MCP_ERRORS, type McpErrorName } from "../mcp/errors.ts";
import type { Id } from "../mcp/message.ts";
import type { Era } from "../mcp/methods.ts";
import type { DenialCode } from "../link/messages.ts";

/** Why something was refused, in the words that the caller gets. */
export interface Refusal {
  readonly error: McpErrorName;
  /** `layer/rule` of a decision; what the gate calls it otherwise. */
  readonly rule: string;
  readonly reason: string;
  readonly remedy: string;
}

/** The wire's error for each kind of denial. */
export const DENIALS: Readonly<Record<DenialCode, McpErrorName>> = {
  policy: "DENIED",
  person: "DECLINED",
  "no-reviewer": "NO_REVIEWER",
  expired: "EXPIRED",
  cancelled: "CLOSED",
  overload: "TOO_MANY",
  ledger: "NO_BROKER",
  "broker-lost": "NO_BROKER",
};

const line = (message: object): Buffer => Buffer.from(`${JSON.stringify(message)}\n`);

const sentence = ({ reason, remedy }: Refusal): string => (remedy === "" ? reason : `${reason} ${remedy}`);

/** A JSON-RPC error. `id` null: the message it is about had none that can be answered. */
export function errorAnswer(id: Id | null, refusal: Refusal): Buffer {
  const { error, rule, reason, remedy } = refusal;
  return line({
    jsonrpc: "2.0",
    id,
    error: {
      code: MCP_ERRORS[error].code,
      message: `Sallyport: ${sentence(refusal)}`,
      data: { refusedBy: "sallyport", error, rule, reason, remedy },
    },
  });
}

/**
 * The answer to a refused request: of a tools/call a result that the model can read, of any other a JSON-RPC error.
 * `what` names the call: `notes/delete_note`.
 */
export function refusalAnswer(method: string, era: Era, id: Id, what: string, refusal: Refusal): Buffer {
  if (method !== "tools/call") return errorAnswer(id, refusal);
  const text = [
    `Sallyport refused the call ${what}.`,
    `Rule: ${refusal.rule}`,
    `Reason: ${refusal.reason}`,
    ...(refusal.remedy === "" ? [] : [`Remedy: ${refusal.remedy}`]),
  ].join("\n");
  const result = { content: [{ type: "text", text }], isError: true };
  return line({ jsonrpc: "2.0", id, result: era === "modern" ? { ...result, resultType: "complete" } : result });
}

/** Tells a caller who asked for progress that its call waits for a person. */
export function progressNote(token: Id, progress: number, message: string): Buffer {
  return line({
    jsonrpc: "2.0",
    method: "notifications/progress",
    params: { progressToken: token, progress, message },
  });
}
