import type { JsonObject } from "../../../src/mcp/json.ts";

/**
 * One full message of every kind by which a server's text reaches a model: fields as the schemas of revisions 2025-11-25
 * and 2026-07-28 have them, and some that neither has.
 */
export interface Sample {
  readonly name: string;
  /** `method` with `params` of what the server sends, or the payload of its answer to `method`. */
  readonly method: string;
  readonly params?: JsonObject;
  readonly result?: JsonObject;
  readonly error?: JsonObject;
}

const meta: JsonObject = { "com.example/origin": "ferry office", trace: ["a1", { span: "b2" }] };
const icons = [{ src: "https://icons.example/boat.svg", mimeType: "image/svg+xml", sizes: ["48x48"], theme: "light" }];
const annotations: JsonObject = { audience: ["user"], priority: 0.5, lastModified: "2026-11-02T08:00:00Z" };

const content = [
  { type: "text", text: "The ferry leaves at six.", annotations, _meta: meta },
  { type: "image", data: "aGVsbG8gYm9hdA==", mimeType: "image/png", annotations },
  { type: "audio", data: "aGVsbG8gaG9ybg==", mimeType: "audio/wav" },
  {
    type: "resource_link",
    uri: "file:///tides.txt",
    name: "tides",
    title: "Tides",
    description: "Of this week",
    icons,
  },
  {
    type: "resource",
    resource: { uri: "file:///a.txt", mimeType: "text/plain", text: "High water at nine", _meta: meta },
  },
  { type: "resource", resource: { uri: "file:///a.bin", mimeType: "application/x-tide", blob: "aGVsbG8gdGlkZQ==" } },
  { type: "hologram", layers: [{ caption: "A pier" }] },
];
const schema: JsonObject = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  title: "Crossing",
  description: "Which crossing",
  required: ["port"],
  properties: {
    port: {
      type: "string",
      title: "Port",
      description: "Where from",
      enum: ["Aber", "Bryn"],
      default: "Aber",
      examples: ["Bryn"],
    },
    day: { oneOf: [{ const: "mon", title: "Monday" }], $comment: "Of the week", pattern: "^[a-z]+$", format: "date" },
  },
  $defs: { seat: { description: "Where to sit" } },
};
const elicitation: JsonObject = {
  mode: "form",
  message: "Which deck do you want?",
  requestedSchema: schema,
  elicitationId: "e-7",
  url: "https://forms.example/deck",
  _meta: meta,
};
const sampling: JsonObject = {
  messages: [
    { role: "user", content: { type: "text", text: "Sum up the log" } },
    { role: "assistant", content: [{ type: "tool_use", id: "t1", name: "log", input: { day: "mon" } }] },
    {
      role: "user",
      content: [{ type: "tool_result", toolUseId: "t1", content: [{ type: "text", text: "Calm sea" }] }],
    },
  ],
  systemPrompt: "You write reports.",
  modelPreferences: { hints: [{ name: "small" }], costPriority: 0.3 },
  stopSequences: ["THE END"],
  includeContext: "none",
  tools: [{ name: "log", description: "Reads the log", inputSchema: schema }],
  toolChoice: { mode: "auto" },
  metadata: { purpose: "report" },
};
const inputRequired: JsonObject = {
  resultType: "input_required",
  requestState: "opaque-5",
  inputRequests: {
    deck: { method: "elicitation/create", params: elicitation },
    report: { method: "sampling/createMessage", params: sampling },
  },
};
const task: JsonObject = {
  taskId: "k-9",
  status: "working",
  statusMessage: "Counting boats",
  createdAt: "2026-11-02T08:00:00Z",
};
const server: JsonObject = {
  name: "ferry",
  title: "Ferry",
  version: "2.1",
  description: "Timetables",
  websiteUrl: "https://ferry.example",
  icons,
};
const capabilities: JsonObject = { experimental: { "com.example/x": { note: "New" } }, tools: { listChanged: true } };
const nothing: JsonObject = { _meta: meta };

const answers: Readonly<Record<string, readonly JsonObject[]>> = {
  initialize: [
    {
      protocolVersion: "2025-11-25",
      capabilities,
      serverInfo: server,
      instructions: "Ask for the port first.",
      _meta: meta,
    },
  ],
  ping: [nothing],
  "server/discover": [
    {
      supportedVersions: ["2026-07-28"],
      capabilities,
      serverInfo: server,
      instructions: "Ports are in Welsh.",
      ...nothing,
    },
  ],
  "subscriptions/listen": [nothing],
  "tools/list": [
    {
      tools: [
        {
          name: "sail",
          title: "Sail",
          description: "Books a crossing",
          inputSchema: schema,
          outputSchema: schema,
          icons,
          annotations: { title: "Sail now", readOnlyHint: false },
          execution: { taskSupport: "optional" },
          _meta: meta,
        },
        { name: "moor", description: "Ties up", inputSchema: { type: "object" }, future: { hint: "Soon" } },
      ],
      nextCursor: "page-2",
      _meta: meta,
    },
  ],
  "tools/call": [
    { content, structuredContent: { boats: [{ skipper: "Nia", "log/book": "Calm" }] }, isError: false, _meta: meta },
    { content: [{ type: "text", text: "No such port" }], isError: true },
    inputRequired,
    { task, _meta: meta },
  ],
  "resources/list": [
    {
      resources: [
        {
          uri: "file:///a",
          name: "a",
          title: "A",
          description: "First",
          mimeType: "text/plain",
          icons,
          annotations,
          _meta: meta,
        },
      ],
      nextCursor: "n",
    },
  ],
  "resources/templates/list": [
    {
      resourceTemplates: [
        { uriTemplate: "file:///{day}", name: "day", title: "Day", description: "Of a day", icons, annotations },
      ],
    },
  ],
  "resources/read": [
    {
      contents: [
        { uri: "file:///a", mimeType: "text/plain", text: "Gale warning", _meta: meta },
        { uri: "file:///b", blob: "aGVsbG8gZ2FsZQ==" },
      ],
    },
    inputRequired,
  ],
  "resources/subscribe": [nothing],
  "resources/unsubscribe": [nothing],
  "prompts/list": [
    {
      prompts: [
        {
          name: "plan",
          title: "Plan",
          description: "Plans a trip",
          icons,
          arguments: [{ name: "port", title: "Port", description: "Where from" }],
          _meta: meta,
        },
      ],
    },
  ],
  "prompts/get": [
    {
      description: "A plan",
      messages: [
        { role: "user", content: content[0] ?? {} },
        { role: "assistant", content: content[4] ?? {} },
      ],
      _meta: meta,
    },
    inputRequired,
  ],
  "completion/complete": [{ completion: { values: ["Aber", "Bryn"], total: 2, hasMore: false } }],
  "logging/setLevel": [nothing],
  "tasks/get": [task],
  "tasks/result": [
    {
      content,
      structuredContent: { count: "nine" },
      _meta: { "io.modelcontextprotocol/related-task": { taskId: "k-9" } },
    },
  ],
  "tasks/list": [{ tasks: [task], nextCursor: "n" }],
  "tasks/update": [{ ...task, ...inputRequired }],
  "tasks/cancel": [task],
  "com.example/unknown": [{ anything: [["deep", { er: "still" }]] }],
};

const sent: Readonly<Record<string, JsonObject>> = {
  ping: nothing,
  "roots/list": nothing,
  "sampling/createMessage": sampling,
  "elicitation/create": elicitation,
  "tasks/get": { taskId: "k-9" },
  "tasks/result": { taskId: "k-9" },
  "tasks/list": { cursor: "n" },
  "tasks/cancel": { taskId: "k-9" },
  "notifications/cancelled": { requestId: "r-1", reason: "The harbour is closed" },
  "notifications/progress": { progressToken: "p-1", progress: 1, total: 2, message: "Half way over" },
  "notifications/message": { level: "info", logger: "bridge", data: { text: "Fog", list: ["a", ["b"]] }, _meta: meta },
  "notifications/tools/list_changed": nothing,
  "notifications/prompts/list_changed": nothing,
  "notifications/resources/list_changed": nothing,
  "notifications/resources/updated": { uri: "file:///a", title: "A" },
  "notifications/subscriptions/acknowledged": { notifications: { tools: ["sail"] }, _meta: meta },
  "notifications/elicitation/complete": { elicitationId: "e-7" },
  "notifications/tasks/status": task,
  "notifications/tasks": task,
  "com.example/unknown": { anything: "else" },
};

const failure: JsonObject = {
  code: -32042,
  message: "Not today",
  data: { elicitations: [elicitation], hint: "Try Bryn" },
};

/** What servers send by themselves, and what they answer, well and with an error. */
export const samples: readonly Sample[] = [
  ...Object.entries(sent).map(([method, params]): Sample => ({ name: method, method, params })),
  ...Object.entries(answers).flatMap(([method, results]) => [
    ...results.map((result, i): Sample => ({ name: `answer ${i + 1} to ${method}`, method, result })),
    { name: `error for ${method}`, method, error: failure },
  ]),
];
