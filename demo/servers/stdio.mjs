// What the three servers share: MCP over stdio (newline-delimited JSON-RPC 2.0), revision 2025-11-25, without any
// dependency. Whatever arrives, the server answers or ignores it as the specification says, and lives on.

/** Revisions we can speak, newest first. 2025-03-26 is left out: it alone asks servers to take batches. */
const REVISIONS = ["2025-11-25", "2025-06-18", "2024-11-05"];
const MAX_LINE_BYTES = 4 * 1024 * 1024;
const PARSE_ERROR = -32700;
const INVALID_REQUEST = -32600;
const METHOD_NOT_FOUND = -32601;
const INVALID_PARAMS = -32602;
const INTERNAL_ERROR = -32603;

class RpcError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** A tool throws this for a failure that the model should read and can act on. */
export class ToolError extends Error {}

export const text = (value) => ({ content: [{ type: "text", text: value }] });

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** Why `args` does not fit the tool's input schema (the small part of JSON Schema that these servers use), if so. */
function misfit(schema, args) {
  if (!isObject(args)) return "arguments must be an object";
  const has = (name) => Object.hasOwn(args, name);
  for (const name of schema.required ?? []) if (!has(name)) return `"${name}" is missing`;
  for (const name of Object.keys(args)) {
    if (!Object.hasOwn(schema.properties, name)) return `"${name.slice(0, 80)}" is no argument of this tool`;
  }
  for (const [name, rule] of Object.entries(schema.properties)) {
    if (!has(name)) continue;
    const value = args[name];
    if (rule.type === "string" && typeof value !== "string") return `"${name}" must be a string`;
    if (rule.type === "string" && value.length < (rule.minLength ?? 0)) return `"${name}" is empty`;
    if (rule.type === "string" && value.length > (rule.maxLength ?? Infinity)) {
      return `"${name}" is longer than ${rule.maxLength} characters`;
    }
    if (rule.type === "integer" && !Number.isInteger(value)) return `"${name}" must be an integer`;
    if (rule.pattern && !new RegExp(rule.pattern, "u").test(value)) return `"${name}" must match ${rule.pattern}`;
  }
  return undefined;
}

/**
 * Serves `tools` on stdin and stdout until stdin ends. A tool is what tools/list shows of it, and
 * `run(arguments): Promise<result>`.
 */
export function serve({ name, title, version, instructions, tools }) {
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  const listed = tools.map(({ run: _, ...shown }) => shown);
  let initialized = false;

  async function call(params) {
    const tool = typeof params.name === "string" ? byName.get(params.name) : undefined;
    if (!tool) throw new RpcError(INVALID_PARAMS, `Unknown tool: ${String(params.name).slice(0, 80)}`);
    const args = params.arguments ?? {};
    const why = misfit(tool.inputSchema, args);
    if (why) return { ...text(`Invalid arguments for ${tool.name}: ${why}.`), isError: true };
    try {
      return await tool.run(args);
    } catch (error) {
      if (!(error instanceof ToolError)) console.error(`${name}: ${tool.name} failed: ${error?.stack ?? error}`);
      const reason = error instanceof ToolError ? error.message : "the server had an internal error";
      return { ...text(`${tool.name}: ${reason}`), isError: true };
    }
  }

  async function answer(method, params) {
    if (method === "ping") return {};
    if (method === "initialize") {
      if (typeof params.protocolVersion !== "string") throw new RpcError(INVALID_PARAMS, "protocolVersion is missing");
      initialized = true;
      return {
        protocolVersion: REVISIONS.includes(params.protocolVersion) ? params.protocolVersion : REVISIONS[0],
        capabilities: { tools: { listChanged: false } },
        serverInfo: { name, title, version },
        instructions,
      };
    }
    if (method !== "tools/list" && method !== "tools/call") {
      throw new RpcError(METHOD_NOT_FOUND, `Method not found: ${method.slice(0, 80)}`);
    }
    if (!initialized) throw new RpcError(INVALID_REQUEST, "The first request must be initialize");
    if (method === "tools/call") return call(params);
    // Everything is on the first page, so no cursor of ours exists.
    if (params.cursor !== undefined) throw new RpcError(INVALID_PARAMS, "Unknown cursor");
    return { tools: listed };
  }

  const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  // Where the id cannot be known, MCP's schema has the error without one.
  const refuse = (id, code, message) => send({ id, error: { code, message } });

  async function receive(line) {
    let message;
    try {
      message = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(line));
    } catch {
      return refuse(undefined, PARSE_ERROR, "The line is not JSON in UTF-8");
    }
    if (!isObject(message) || message.jsonrpc !== "2.0") {
      return refuse(undefined, INVALID_REQUEST, "The message is not a JSON-RPC 2.0 object");
    }
    const { id, method, params = {} } = message;
    // A notification needs no answer, and an answer to a question that we never ask is nobody's.
    if (id === undefined && typeof method === "string") return undefined;
    if (method === undefined && ("result" in message || "error" in message)) return undefined;
    if (!(typeof id === "string" || Number.isInteger(id))) {
      return refuse(undefined, INVALID_REQUEST, "The id must be a string or an integer");
    }
    if (typeof method !== "string") return refuse(id, INVALID_REQUEST, "The method must be a string");
    if (!isObject(params)) return refuse(id, INVALID_PARAMS, "The params must be an object");
    try {
      return send({ id, result: await answer(method, params) });
    } catch (error) {
      if (error instanceof RpcError) return refuse(id, error.code, error.message);
      console.error(`${name}: ${error?.stack ?? error}`);
      return refuse(id, INTERNAL_ERROR, "Internal error");
    }
  }

  // Calls run one after the other, so that a write is seen by the read that was sent after it.
  let turn = Promise.resolve();
  const enqueue = (line) => {
    turn = turn.then(() => receive(line));
  };

  let parts = [];
  let size = 0;
  let skipping = false;
  process.stdin.on("data", (chunk) => {
    let rest = chunk;
    for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
      const line = Buffer.concat([...parts, rest.subarray(0, end)]);
      rest = rest.subarray(end + 1);
      parts = [];
      size = 0;
      if (skipping) skipping = false;
      else if (line.some((byte) => byte > 32)) enqueue(line);
    }
    if (skipping) return;
    size += rest.length;
    if (size <= MAX_LINE_BYTES) {
      parts.push(rest);
      return;
    }
    parts = [];
    skipping = true;
    turn = turn.then(() => refuse(undefined, INVALID_REQUEST, `A message may have ${MAX_LINE_BYTES} bytes`));
  });
  process.stdin.on("end", () => {
    turn = turn.then(() => {
      process.exitCode = 0;
    });
  });
  // The client is gone: nobody to answer any more.
  process.stdout.on("error", () => process.exit(0));
}
