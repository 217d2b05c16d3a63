// A client that the official client suite starts with the URL of its server: it speaks stdio to the proxy, which speaks HTTP
// for it. What it does is what the scenario wants done; how that looks over HTTP is the proxy's.
//   node client.mjs URL
import { spawn } from "node:child_process";

const url = process.argv.at(-1);
const scenario = process.env.MCP_CONFORMANCE_SCENARIO ?? "";
const version = process.env.MCP_CONFORMANCE_PROTOCOL_VERSION ?? "2025-11-25";
const { toolCalls = [] } = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? "{}");
const MODERN = "2026-07-28";
const modern = version === MODERN;
const META = "io.modelcontextprotocol/";

const proxy = spawn(process.execPath, [process.env.SALLYPORT, "proxy", "--server", "suite", "--url", url], {
  stdio: ["pipe", "pipe", "inherit"],
});
const waiting = new Map();
let next = 1;
const write = (message) => proxy.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);

/** An answer to what a server wants to know: the schema's defaults. */
function input({ method, params }) {
  if (method !== "elicitation/create") return method === "roots/list" ? { roots: [] } : {};
  const properties = Object.entries(params.requestedSchema?.properties ?? {});
  const content = Object.fromEntries(
    properties.filter(([, one]) => "default" in one).map(([name, one]) => [name, one.default]),
  );
  for (const [name, { type }] of properties) content[name] ??= type === "boolean" ? true : "said";
  return { action: "accept", content };
}

async function ask(method, params = {}) {
  const id = next++;
  const capabilities = { elicitation: { form: { applyDefaults: true } }, sampling: {}, roots: {} };
  const meta = {
    [`${META}protocolVersion`]: version,
    [`${META}clientInfo`]: { name: "conformance", version: "1" },
    [`${META}clientCapabilities`]: capabilities,
  };
  const answered = new Promise((resolve) => waiting.set(id, resolve));
  write({ id, method, params: modern ? { ...params, _meta: meta } : params });
  const answer = await answered;
  if (answer.result?.resultType !== "input_required") return answer;
  const { inputRequests = {}, requestState } = answer.result;
  const inputResponses = Object.fromEntries(Object.entries(inputRequests).map(([name, one]) => [name, input(one)]));
  return await ask(method, { ...params, inputResponses, ...(requestState !== undefined && { requestState }) });
}

let held = "";
proxy.stdout.setEncoding("utf8");
proxy.stdout.on("data", (chunk) => {
  const lines = (held + chunk).split("\n");
  held = lines.pop();
  for (const line of lines) {
    const message = JSON.parse(line);
    if (message.method === undefined) waiting.get(message.id)?.(message);
    else if (message.id !== undefined) write({ id: message.id, result: input(message) });
  }
});

/** Arguments that a schema asks for. */
const made = ({ properties = {}, required = [] } = {}) =>
  Object.fromEntries(
    required.map((name) => {
      const { type } = properties[name] ?? {};
      return [name, type === "number" || type === "integer" ? 1 : type === "boolean" ? true : "x"];
    }),
  );

if (modern) {
  const { error } = await ask("server/discover");
  if (error?.code === -32022) await ask("server/discover");
} else {
  const capabilities = { elicitation: { form: { applyDefaults: true } }, sampling: {}, roots: {} };
  await ask("initialize", {
    protocolVersion: version,
    capabilities,
    clientInfo: { name: "conformance", version: "1" },
  });
  write({ method: "notifications/initialized" });
}
const { result } = await ask("tools/list");
const tools = result?.tools ?? [];
if (toolCalls.length > 0) for (const call of toolCalls) await ask("tools/call", call);
else
  for (const { name, inputSchema } of tools) {
    const args = scenario === "tools_call" ? { a: 5, b: 3 } : made(inputSchema);
    await ask("tools/call", { name, arguments: args });
  }
if (scenario === "http-standard-headers") {
  const { result: listed } = await ask("resources/list");
  for (const { uri } of listed?.resources ?? []) await ask("resources/read", { uri });
  const { result: prompts } = await ask("prompts/list");
  for (const { name } of prompts?.prompts ?? []) await ask("prompts/get", { name });
}
proxy.stdin.end();
