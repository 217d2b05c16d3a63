import { randomBytes } from "node:crypto";
import { isObject, ownString, type Json, type JsonObject } from "../../../src/mcp/json.ts";
import type { Message } from "../../../src/mcp/message.ts";

/** A message, who sends it, and for an answer the method it answers. */
export interface Carried {
  readonly message: Message;
  readonly from: "client" | "server";
  readonly method?: string;
}

/** The list, or the first answer, that has a member of the name. */
const ANSWERS: Readonly<Record<string, string>> = {
  tools: "tools/list",
  prompts: "prompts/list",
  resources: "resources/list",
  resourceTemplates: "resources/templates/list",
  serverInfo: "initialize",
  messages: "prompts/get",
  contents: "resources/read",
  completion: "completion/complete",
};

/** The message that a row of a proof set stands for: its own, or the plainest one that carries its text. */
export function messageOf(row: JsonObject): Carried {
  const { message, tool, argument, text, place } = row;
  if (isObject(message)) return carried(message);
  if (isObject(tool)) return carried({ id: 1, result: { tools: [tool] } });
  if (place === "argument") {
    const named = isObject(argument) ? argument : {};
    const params = { name: named["tool"] ?? "act", arguments: { [ownString(named, "name") ?? "text"]: text ?? "" } };
    return { message: { kind: "request", id: 1, method: "tools/call", params }, from: "client" };
  }
  if (place === "definition") return carried({ id: 1, result: { tools: [{ name: "act", description: text ?? "" }] } });
  return carried({ id: 1, result: { content: [{ type: "text", text: text ?? "" }] } });
}

function carried(raw: JsonObject): Carried {
  const { method, params, result, error } = raw;
  if (typeof method === "string") {
    const given = isObject(params) ? params : undefined;
    const message: Message =
      raw["id"] === undefined
        ? { kind: "notification", method, params: given }
        : { kind: "request", id: 1, method, params: given };
    return { message, from: "server" };
  }
  if (isObject(error)) return { message: { kind: "response", id: 1, error }, from: "server", method: "tools/call" };
  const payload = isObject(result) ? result : {};
  const member = Object.keys(ANSWERS).find((key) => Object.hasOwn(payload, key));
  return {
    message: { kind: "response", id: 1, result: payload },
    from: "server",
    method: ANSWERS[member ?? ""] ?? "tools/call",
  };
}

function drawn(alphabet: string, length: number): string {
  return Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join("");
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Values of the shape of a secret, drawn anew. In JSON strings, so a key's line ends are escapes. */
function secretOf(kind: string): string {
  const part = (value: Json): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  switch (kind) {
    case "github":
      return `ghp_${drawn(LETTERS, 36)}`;
    case "aws-id":
      return `AKIA${drawn(LETTERS.slice(0, 26) + "234567", 16)}`;
    case "aws-secret":
      return drawn(`${LETTERS}/+`, 40);
    case "jwt":
      return `${part({ alg: "HS256", typ: "JWT" })}.${part({ sub: drawn(LETTERS, 8), iat: 1 })}.${drawn(LETTERS, 43)}`;
    case "private-key":
      return ["BEGIN PRIVATE", drawn(LETTERS, 64), drawn(LETTERS, 64), "END PRIVATE"]
        .map((line) => (line.endsWith("PRIVATE") ? `-----${line} KEY-----` : line))
        .join("\\n");
    default:
      return drawn(LETTERS, 20);
  }
}

/** Puts made-up values where a proof set has `{{SECRET:kind}}`. */
export function withSecrets(text: string): string {
  return text.replace(/\{\{SECRET:([a-z-]{1,20})\}\}/g, (_, kind: string) => secretOf(kind));
}
