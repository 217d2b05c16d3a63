// The server that is measured through: as little of its own as can be. Answers read_size with a text of that many bytes.
const words =
  "the harbour master noted each berth and tide while the small boats came in before the evening wind rose".split(" ");
const texts = new Map();

/** Plain prose of `bytes` bytes, with line feeds. */
function prose(bytes) {
  let text = texts.get(bytes);
  if (text === undefined) {
    const parts = [];
    for (let i = 0, length = 0; length < bytes; i++) {
      const word = words[(i * 7 + (i >> 3)) % words.length];
      parts.push(word, i % 13 === 12 ? ".\n" : " ");
      length += word.length + (i % 13 === 12 ? 2 : 1);
    }
    text = parts.join("").slice(0, bytes);
    texts.set(bytes, text);
  }
  return text;
}

const tool = {
  name: "read_size",
  description: "Reads a text of a given size.",
  inputSchema: { type: "object", properties: { bytes: { type: "integer" } } },
  annotations: { readOnlyHint: true },
};

function answer({ id, method, params }) {
  if (id === undefined) return;
  let result = {};
  if (method === "initialize") {
    const serverInfo = { name: "bench", version: "1" };
    result = { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo };
  } else if (method === "tools/list") result = { tools: [tool] };
  else if (method === "tools/call") result = { content: [{ type: "text", text: prose(params.arguments.bytes) }] };
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", id, result })}\n`);
}

let held = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (chunk) => {
  held += chunk;
  for (let end = held.indexOf("\n"); end !== -1; end = held.indexOf("\n")) {
    answer(JSON.parse(held.slice(0, end)));
    held = held.slice(end + 1);
  }
});
