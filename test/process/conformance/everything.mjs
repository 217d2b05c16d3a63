// An MCP server with everything that the official suites ask a server for, in both eras, over stdio or HTTP. Made of plain
// messages, without an SDK, so that what it does on the wire is what is written here.
//   node everything.mjs              stdio
//   node everything.mjs --http       HTTP on a free port of 127.0.0.1; the first line of output is its URL
import { createHmac, randomBytes } from "node:crypto";
import { createServer } from "node:http";

const MODERN = "2026-07-28";
const LEGACY = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];
const META = "io.modelcontextprotocol/";
const INFO = { name: "everything", version: "1.0.0" };
const CAPABILITIES = {
  tools: { listChanged: true },
  resources: { subscribe: true, listChanged: true },
  prompts: { listChanged: true },
  completions: {},
  logging: {},
};
// One red pixel, and one sample of silence.
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";
const WAV = Buffer.concat([
  Buffer.from(
    "RIFF\x26\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\x02\0\0\0\0\0",
    "latin1",
  ),
]).toString("base64");

class RpcError extends Error {
  constructor(code, message, data) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const text = (said) => ({ content: [{ type: "text", text: said }] });
const image = { type: "image", data: PNG, mimeType: "image/png" };
const object = (properties = {}, required = []) => ({
  type: "object",
  properties,
  ...(required.length > 0 && { required }),
});
const string = { type: "string" };

// ── tools

const key = randomBytes(32);
const seal = (state) => `${state}.${createHmac("sha256", key).update(state).digest("base64url")}`;
function unseal(sealed) {
  const state = typeof sealed === "string" ? sealed.slice(0, sealed.lastIndexOf(".")) : "";
  if (seal(state) !== sealed) throw new RpcError(-32602, "the request state is not ours");
  return state;
}

const needs = (inputRequests, state) => ({
  resultType: "input_required",
  inputRequests,
  ...(state !== undefined && { requestState: state }),
});
const elicit = (message, properties, required) => ({
  method: "elicitation/create",
  params: { mode: "form", message, requestedSchema: object(properties, required) },
});
const sample = (question, maxTokens) => ({
  method: "sampling/createMessage",
  params: { messages: [{ role: "user", content: { type: "text", text: question } }], maxTokens },
});
const ROOTS = { method: "roots/list", params: {} };
const NAME = { user_name: elicit("What is your name?", { name: string }, ["name"]) };
const accepted = (response, field) =>
  response?.action === "accept" && response.content?.[field] !== undefined ? response.content[field] : undefined;

/** Of the requests for input those that the client can answer. */
function answerable(requests, capabilities) {
  const wanted = { "elicitation/create": "elicitation", "sampling/createMessage": "sampling", "roots/list": "roots" };
  return Object.fromEntries(
    Object.entries(requests).filter(([, { method }]) => capabilities[wanted[method]] !== undefined),
  );
}

async function asked(context, request) {
  const answer = await context.ask(request.method, request.params);
  return `action=${answer.action}, content=${JSON.stringify(answer.content ?? {})}`;
}

const choice = (value, title) => ({ const: value, title });

const TOOLS = {
  test_simple_text: { run: () => text("This is a simple text response for testing.") },
  test_image_content: { run: () => ({ content: [image] }) },
  test_audio_content: { run: () => ({ content: [{ type: "audio", data: WAV, mimeType: "audio/wav" }] }) },
  test_embedded_resource: {
    run: () => ({
      content: [
        {
          type: "resource",
          resource: {
            uri: "test://embedded-resource",
            mimeType: "text/plain",
            text: "This is an embedded resource content.",
          },
        },
      ],
    }),
  },
  test_multiple_content_types: {
    run: () => ({
      content: [
        { type: "text", text: "Multiple content types test:" },
        image,
        {
          type: "resource",
          resource: {
            uri: "test://mixed-content-resource",
            mimeType: "application/json",
            text: JSON.stringify({ test: "data", value: 123 }),
          },
        },
      ],
    }),
  },
  test_tool_with_logging: {
    run: async ({ log }) => {
      log("Tool execution started");
      await pause(50);
      log("Tool processing data");
      await pause(50);
      log("Tool execution completed");
      return text("Logged three times.");
    },
  },
  test_logging_tool: {
    run: ({ log }) => {
      log("Said while a tool runs");
      return text("Logged once, if that was asked for.");
    },
  },
  test_error_handling: {
    run: () => ({ isError: true, ...text("This tool intentionally returns an error for testing") }),
  },
  test_tool_with_progress: {
    run: async ({ progress }) => {
      for (const done of [0, 50, 100]) {
        progress(done, 100);
        await pause(50);
      }
      return text("Done in three steps.");
    },
  },
  test_sampling: {
    schema: object({ prompt: string }, ["prompt"]),
    run: async (context, { prompt }) => {
      const answer = await context.ask("sampling/createMessage", sample(prompt, 100).params);
      return text(`LLM response: ${answer.content?.text}`);
    },
  },
  test_elicitation: {
    schema: object({ message: string }, ["message"]),
    run: async (context, { message }) => {
      const wanted = {
        username: { type: "string", description: "User's response" },
        email: { type: "string", description: "User's email address" },
      };
      return text(`User response: ${await asked(context, elicit(message, wanted, ["username", "email"]))}`);
    },
  },
  test_elicitation_sep1034_defaults: {
    run: async (context) => {
      const wanted = {
        name: { type: "string", default: "John Doe" },
        age: { type: "integer", default: 30 },
        score: { type: "number", default: 95.5 },
        status: { type: "string", enum: ["active", "inactive", "pending"], default: "active" },
        verified: { type: "boolean", default: true },
      };
      return text(`Elicitation completed: ${await asked(context, elicit("Defaults", wanted))}`);
    },
  },
  test_elicitation_sep1330_enums: {
    run: async (context) => {
      const options = ["option1", "option2", "option3"];
      const titled = ["First", "Second", "Third"].map((which, i) => choice(`value${i + 1}`, `${which} Option`));
      const wanted = {
        untitledSingle: { type: "string", enum: options },
        titledSingle: { type: "string", oneOf: titled },
        legacyEnum: {
          type: "string",
          enum: ["opt1", "opt2", "opt3"],
          enumNames: ["Option One", "Option Two", "Option Three"],
        },
        untitledMulti: { type: "array", items: { type: "string", enum: options } },
        titledMulti: {
          type: "array",
          items: { anyOf: ["First", "Second", "Third"].map((which, i) => choice(`value${i + 1}`, `${which} Choice`)) },
        },
      };
      return text(`Elicitation completed: ${await asked(context, elicit("Choices", wanted))}`);
    },
  },
  json_schema_2020_12_tool: {
    schema: {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      $defs: { address: { $anchor: "addressDef", type: "object", properties: { street: string, city: string } } },
      properties: {
        name: string,
        address: { $ref: "#/$defs/address" },
        contactMethod: { type: "string", enum: ["phone", "email"] },
        phone: string,
        email: string,
      },
      allOf: [{ anyOf: [{ required: ["phone"] }, { required: ["email"] }] }],
      if: { properties: { contactMethod: { const: "phone" } }, required: ["contactMethod"] },
      // eslint-disable-next-line unicorn/no-thenable -- the keyword of JSON Schema
      then: { required: ["phone"] },
      else: { required: ["email"] },
      additionalProperties: false,
    },
    run: () => text("Schema"),
  },
  test_headers: {
    schema: object({ region: { type: "string", "x-mcp-header": "Region" } }, ["region"]),
    run: (_context, { region }) => text(`region ${region}`),
  },
  test_missing_capability: {
    run: ({ capabilities }) => {
      if (capabilities.sampling === undefined)
        throw new RpcError(-32021, "the client has no sampling", { requiredCapabilities: { sampling: {} } });
      return text("The client has sampling.");
    },
  },
  test_streaming_elicitation: {
    run: async (context, _args, { inputResponses }) => {
      if (!inputResponses) return needs(answerable(NAME, context.capabilities));
      return text("Done");
    },
  },
  test_trigger_tool_change: {
    run: () => {
      changed("tools");
      return text("Changed.");
    },
  },
  test_trigger_prompt_change: {
    run: () => {
      changed("prompts");
      return text("Changed.");
    },
  },
  test_input_required_result_elicitation: {
    run: (context, _args, { inputResponses }) => {
      const name = accepted(inputResponses?.user_name, "name");
      return typeof name === "string" ? text(`Hello, ${name}!`) : needs(NAME);
    },
  },
  test_input_required_result_sampling: {
    run: (_context, _args, { inputResponses }) => {
      const answer = inputResponses?.capital_question;
      if (!answer) return needs({ capital_question: sample("What is the capital of France?", 100) });
      return text(`It is said: ${answer.content?.text ?? JSON.stringify(answer.content)}`);
    },
  },
  test_input_required_result_list_roots: {
    run: (_context, _args, { inputResponses }) => {
      const roots = inputResponses?.client_roots?.roots;
      return roots ? text(`Roots: ${roots.map(({ uri }) => uri).join(", ")}`) : needs({ client_roots: ROOTS });
    },
  },
  test_input_required_result_request_state: {
    run: (_context, _args, { inputResponses, requestState }) => {
      const request = { confirm: elicit("Please confirm", { ok: { type: "boolean" } }, ["ok"]) };
      if (!inputResponses?.confirm) return needs(request, seal("confirm"));
      unseal(requestState);
      return text("state-ok");
    },
  },
  test_input_required_result_multiple_inputs: {
    run: (_context, _args, { inputResponses, requestState }) => {
      const requests = { ...NAME, greeting: sample("Generate a greeting", 50), client_roots: ROOTS };
      if (!Object.keys(requests).every((one) => inputResponses?.[one])) return needs(requests, seal("multiple"));
      unseal(requestState);
      return text("All three came.");
    },
  },
  test_input_required_result_multi_round: {
    run: (_context, _args, { inputResponses, requestState }) => {
      const first = { step1: elicit("Step 1: What is your name?", { name: string }, ["name"]) };
      const second = { step2: elicit("Step 2: What is your favorite color?", { color: string }, ["color"]) };
      if (inputResponses?.step2 && unseal(requestState) === "round 2") return text("Both steps are done.");
      if (inputResponses?.step1 && unseal(requestState) === "round 1") return needs(second, seal("round 2"));
      return needs(first, seal("round 1"));
    },
  },
  test_input_required_result_tampered_state: {
    run: (_context, _args, { inputResponses, requestState }) => {
      const request = { confirm: elicit("Please confirm", { ok: { type: "boolean" } }, ["ok"]) };
      if (requestState === undefined && !inputResponses) return needs(request, seal("untouched"));
      unseal(requestState);
      return text("The state is whole.");
    },
  },
  test_input_required_result_capabilities: {
    run: (context, _args, { inputResponses }) => {
      if (inputResponses) return text("Answered.");
      const requests = answerable(
        { ...NAME, capital_question: sample("What is the capital of France?", 100) },
        context.capabilities,
      );
      return Object.keys(requests).length > 0 ? needs(requests) : text("Nothing can be asked.");
    },
  },
};

const titles = (name) => `The tool ${name} of the test server.`;
const listed = () =>
  Object.entries(TOOLS).map(([name, { schema }]) => ({
    name,
    description: titles(name),
    inputSchema: schema ?? object(),
  }));

// ── prompts and resources

const say = (content) => ({ role: "user", content });
const PROMPTS = {
  test_simple_prompt: { run: () => [say({ type: "text", text: "This is a simple prompt for testing." })] },
  test_prompt_with_arguments: {
    args: ["arg1", "arg2"],
    run: ({ arg1, arg2 }) => [say({ type: "text", text: `Prompt with arguments: arg1='${arg1}', arg2='${arg2}'` })],
  },
  test_prompt_with_embedded_resource: {
    args: ["resourceUri"],
    run: ({ resourceUri }) => [
      say({
        type: "resource",
        resource: { uri: resourceUri, mimeType: "text/plain", text: "Embedded resource content for testing." },
      }),
      say({ type: "text", text: "Please process the embedded resource above." }),
    ],
  },
  test_prompt_with_image: {
    run: () => [say(image), say({ type: "text", text: "Please analyze the image above." })],
  },
  test_input_required_result_prompt: {
    run: (_args, { inputResponses }) => {
      const request = { user_context: elicit("What context should the prompt use?", { context: string }, ["context"]) };
      const context = accepted(inputResponses?.user_context, "context");
      return context === undefined ? needs(request) : [say({ type: "text", text: `In the context of ${context}` })];
    },
  },
};

const RESOURCES = {
  "test://static-text": { mimeType: "text/plain", text: "This is the content of the static text resource." },
  "test://static-binary": { mimeType: "image/png", blob: PNG },
  "test://watched-resource": { mimeType: "text/plain", text: "Watch this." },
};

function read(uri) {
  const known = Object.hasOwn(RESOURCES, uri) ? RESOURCES[uri] : undefined;
  if (known) return { contents: [{ uri, ...known }] };
  const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1];
  if (id === undefined) throw new RpcError(-32602, "Resource not found", { uri });
  const said = JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` });
  return { contents: [{ uri, mimeType: "application/json", text: said }] };
}

// ── methods

/** Streams of `subscriptions/listen`, and what each wants to hear. */
const subscriptions = new Set();
function changed(list) {
  for (const { wants, tell } of subscriptions)
    if (wants?.[`${list}ListChanged`] === true) tell(`notifications/${list}/list_changed`);
}

const COMMON = {
  "tools/list": () => ({ tools: listed() }),
  "tools/call": async (context, params) => {
    const tool = Object.hasOwn(TOOLS, params.name) ? TOOLS[params.name] : undefined;
    if (!tool) throw new RpcError(-32602, `there is no tool ${params.name}`);
    return await tool.run(context, params.arguments ?? {}, params);
  },
  "resources/list": () => ({
    resources: Object.entries(RESOURCES).map(([uri, { mimeType }]) => ({
      uri,
      name: uri.slice(7),
      description: `The resource ${uri}`,
      mimeType,
    })),
  }),
  "resources/templates/list": () => ({
    resourceTemplates: [
      {
        uriTemplate: "test://template/{id}/data",
        name: "template",
        description: "Data by id",
        mimeType: "application/json",
      },
    ],
  }),
  "resources/read": (_context, { uri }) => read(uri),
  "prompts/list": () => ({
    prompts: Object.entries(PROMPTS).map(([name, { args = [] }]) => ({
      name,
      description: `The prompt ${name}`,
      arguments: args.map((one) => ({ name: one, description: one, required: true })),
    })),
  }),
  "prompts/get": (_context, params) => {
    const prompt = Object.hasOwn(PROMPTS, params.name) ? PROMPTS[params.name] : undefined;
    if (!prompt) throw new RpcError(-32602, `there is no prompt ${params.name}`);
    const messages = prompt.run(params.arguments ?? {}, params);
    return Array.isArray(messages) ? { messages } : messages;
  },
  "completion/complete": () => ({ completion: { values: ["paris", "park", "party"], total: 3, hasMore: false } }),
};

const LEGACY_METHODS = {
  initialize: ({ session }, { protocolVersion, capabilities }) => {
    session.capabilities = capabilities ?? {};
    return {
      protocolVersion: LEGACY.includes(protocolVersion) ? protocolVersion : LEGACY[0],
      capabilities: CAPABILITIES,
      serverInfo: INFO,
      instructions: "Everything that a test asks for.",
    };
  },
  ping: () => ({}),
  "logging/setLevel": () => ({}),
  "resources/subscribe": () => ({}),
  "resources/unsubscribe": () => ({}),
  ...COMMON,
};

const MODERN_METHODS = {
  "server/discover": () => ({
    supportedVersions: [MODERN],
    capabilities: { ...CAPABILITIES, logging: {} },
    instructions: "Everything that a test asks for.",
    ttlMs: 0,
    cacheScope: "public",
  }),
  "subscriptions/listen": async (context, params) => {
    const { id } = context;
    const wants = params.notifications ?? {};
    const granted = Object.fromEntries(
      Object.entries(wants).filter(([name]) => /^(?:tools|prompts|resources)ListChanged$/.test(name)),
    );
    const tell = (method, more = {}) =>
      context.send({ method, params: { ...more, _meta: { [`${META}subscriptionId`]: id } } });
    tell("notifications/subscriptions/acknowledged", { notifications: granted });
    const one = { wants: granted, tell };
    subscriptions.add(one);
    await context.over;
    subscriptions.delete(one);
    return { _meta: { [`${META}subscriptionId`]: id } };
  },
  ...COMMON,
};

const CACHED = ["tools/list", "prompts/list", "resources/list", "resources/templates/list", "resources/read"];

/** The version that a request of the modern era names. */
const versionOf = (message) => message.params?.["_meta"]?.[`${META}protocolVersion`];

/** Answers a request. `modern`: its transport says so; else it is what the request says. */
async function answer(message, session, context, modern) {
  const { id, method, params = {} } = message;
  const meta = params?.["_meta"] ?? {};
  const isModern = modern || versionOf(message) !== undefined || (!session.initialized && method !== "initialize");
  try {
    if (isModern) {
      if (typeof versionOf(message) !== "string" || typeof meta[`${META}clientCapabilities`] !== "object")
        throw new RpcError(-32602, "the request's _meta lacks its version or capabilities");
      if (versionOf(message) !== MODERN)
        throw new RpcError(-32022, "no such version", { supported: [MODERN], requested: versionOf(message) });
    }
    const methods = isModern ? MODERN_METHODS : LEGACY_METHODS;
    if (!Object.hasOwn(methods, method)) throw new RpcError(-32601, `there is no method ${method}`);
    if (method === "initialize") session.initialized = true;
    const token = meta.progressToken;
    const level = meta[`${META}logLevel`];
    const full = {
      ...context,
      id,
      session,
      capabilities: (isModern ? meta[`${META}clientCapabilities`] : session.capabilities) ?? {},
      log: (data) => {
        if (!isModern || level !== undefined)
          context.send({ method: "notifications/message", params: { level: "info", logger: "everything", data } });
      },
      progress: (progress, total) => {
        if (token !== undefined)
          context.send({ method: "notifications/progress", params: { progressToken: token, progress, total } });
      },
    };
    const result = await methods[method](full, params);
    if (!isModern) return { jsonrpc: "2.0", id, result };
    const more = {
      resultType: "complete",
      ...(CACHED.includes(method) && { ttlMs: 0, cacheScope: "public" }),
    };
    const named = { ...result["_meta"], [`${META}serverInfo`]: INFO };
    return { jsonrpc: "2.0", id, result: { ...more, ...result, _meta: named } };
  } catch (error) {
    const { code = -32603, message: said, data } = error;
    return { jsonrpc: "2.0", id, error: { code, message: said, ...(data !== undefined && { data }) } };
  }
}

/** Requests of ours to a client that are not answered. */
class Asking {
  #next = 1;
  #waiting = new Map();
  ask(send, method, params) {
    const id = `ask-${this.#next++}`;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      send({ id, method, params });
    });
  }
  take({ id, result, error }) {
    const one = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) one?.reject(new RpcError(error.code, error.message));
    else one?.resolve(result);
  }
}

// ── stdio

function overStdio() {
  const session = {};
  const asking = new Asking();
  const open = new Map();
  const write = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  const take = async (message) => {
    if (message.method === undefined) return asking.take(message);
    if (message.method === "notifications/cancelled") open.get(message.params?.requestId)?.();
    if (message.id === undefined) return;
    const over = new Promise((resolve) => open.set(message.id, resolve));
    const context = { send: write, ask: (method, params) => asking.ask(write, method, params), over };
    const said = await answer(message, session, context, false);
    open.delete(message.id);
    write(said);
  };
  let held = "";
  process.stdin.setEncoding("utf8");
  process.stdin.on("data", (chunk) => {
    const lines = (held + chunk).split("\n");
    held = lines.pop();
    for (const line of lines) if (line.trim() !== "") void take(JSON.parse(line));
  });
}

// ── HTTP

const decode = (value) => {
  const coded = /^=\?base64\?(.*)\?=$/.exec(value)?.[1];
  if (coded === undefined) return value;
  const bytes = Buffer.from(coded, "base64");
  return bytes.toString("base64") === coded ? bytes.toString("utf8") : undefined;
};

/** What a header says that the body does not; undefined where they agree. */
function mismatch(headers, { method, params }) {
  if (headers["mcp-protocol-version"] !== versionOf({ params })) return "MCP-Protocol-Version";
  if (headers["mcp-method"]?.trim() !== method) return "Mcp-Method";
  const named = { "tools/call": "name", "prompts/get": "name", "resources/read": "uri" }[method];
  if (named && decode(headers["mcp-name"]?.trim() ?? "") !== params?.[named]) return "Mcp-Name";
  const schema = method === "tools/call" && Object.hasOwn(TOOLS, params.name) ? TOOLS[params.name].schema : undefined;
  for (const [property, { "x-mcp-header": header }] of Object.entries(schema?.properties ?? {})) {
    if (header === undefined) continue;
    const value = params.arguments?.[property];
    const given = headers[`mcp-param-${header.toLowerCase()}`];
    if ((value === undefined) !== (given === undefined)) return header;
    if (value !== undefined && decode(given) !== String(value)) return header;
  }
  return undefined;
}

function overHttp() {
  const sessions = new Map();
  const json = (response, status, body, headers = {}) =>
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));

  const post = async (message, request, response) => {
    const { headers } = request;
    const name = headers["mcp-session-id"];
    const header = headers["mcp-protocol-version"];
    const modern =
      header === MODERN || versionOf(message) !== undefined || (header !== undefined && !LEGACY.includes(header));
    const opens = message.method === "initialize" && !modern;
    const session = opens ? { asking: new Asking() } : modern ? { asking: new Asking() } : sessions.get(name);
    if (!session)
      return json(response, name === undefined ? 400 : 404, {
        jsonrpc: "2.0",
        id: null,
        error: { code: -32000, message: "no such session" },
      });
    if (message.method === undefined) session.asking.take(message);
    if (message.method === undefined || message.id === undefined) return response.writeHead(202).end();
    if (modern && typeof versionOf(message) === "string") {
      const wrong = mismatch(headers, message);
      if (wrong !== undefined)
        return json(response, 400, {
          jsonrpc: "2.0",
          id: message.id,
          error: { code: -32020, message: `header mismatch: ${wrong}` },
        });
    }
    const more = {};
    if (opens) {
      more["mcp-session-id"] = randomBytes(16).toString("hex");
      sessions.set(more["mcp-session-id"], session);
    }
    const send = (sent) => {
      if (!response.headersSent) response.writeHead(200, { "content-type": "text/event-stream", ...more });
      response.write(`event: message\ndata: ${JSON.stringify({ jsonrpc: "2.0", ...sent })}\n\n`);
    };
    const over = new Promise((resolve) => response.once("close", resolve));
    const context = { send, ask: (method, params) => session.asking.ask(send, method, params), over };
    const said = await answer(message, session, context, modern);
    if (message.method === "tools/call" && !said.error) send(said);
    if (response.headersSent) return response.end();
    const status = { [-32601]: 404, [-32020]: 400, [-32021]: 400, [-32022]: 400 }[said.error?.code];
    const bare = modern && typeof versionOf(message) !== "string" ? 400 : undefined;
    const lacks =
      modern &&
      said.error?.code === -32602 &&
      typeof message.params?.["_meta"]?.[`${META}clientCapabilities`] !== "object"
        ? 400
        : undefined;
    json(response, said.error && modern ? (status ?? bare ?? lacks ?? 200) : 200, said, more);
  };

  const server = createServer((request, response) => {
    const { headers, method } = request;
    const local = /^(?:https?:\/\/)?(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/;
    if (!local.test(headers.host ?? "") || (headers.origin !== undefined && !local.test(headers.origin)))
      return response.writeHead(403).end();
    const name = headers["mcp-session-id"];
    if (method === "GET") {
      if (!sessions.has(name)) return response.writeHead(name === undefined ? 405 : 404).end();
      response.writeHead(200, { "content-type": "text/event-stream" });
      return response.write(": open\n\n");
    }
    if (method === "DELETE") return response.writeHead(sessions.delete(name) ? 200 : 404).end();
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk) => (body += chunk));
    request.on("end", () => {
      let message;
      try {
        message = JSON.parse(body);
      } catch {
        return json(response, 400, { jsonrpc: "2.0", id: null, error: { code: -32700, message: "no JSON" } });
      }
      void post(message, request, response);
    });
  });
  server.listen(0, "127.0.0.1", () => process.stdout.write(`http://127.0.0.1:${server.address().port}/mcp\n`));
}

if (process.argv.includes("--http")) overHttp();
else overStdio();
