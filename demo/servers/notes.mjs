// An MCP server over the office's notes: Markdown files in ../notes.
import { lstat, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { serve, text, ToolError } from "./stdio.mjs";

const FOLDER = fileURLToPath(new URL("../notes/", import.meta.url));
const MAX_NOTE = 65_536;
// No dot and no slash: a name can never leave the folder.
const NAME = { type: "string", description: "The note's name", pattern: "^[a-z0-9][a-z0-9-]{0,63}$" };
const fileOf = (name) => path.join(FOLDER, `${name}.md`);

async function names() {
  const entries = await readdir(FOLDER, { withFileTypes: true }).catch((error) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".md"))
    .map((entry) => entry.name.slice(0, -3))
    .sort();
}

async function listNotes() {
  const notes = await names();
  return { ...text(notes.join("\n") || "There are no notes."), structuredContent: { notes } };
}

async function readNote({ name }) {
  const file = fileOf(name);
  const stats = await lstat(file).catch(() => undefined);
  if (!stats?.isFile()) throw new ToolError(`there is no note "${name}"`);
  if (stats.size > MAX_NOTE) throw new ToolError(`the note "${name}" is larger than ${MAX_NOTE} bytes`);
  return text(await readFile(file, "utf8"));
}

async function writeNote({ name, content }) {
  const file = fileOf(name);
  const stats = await lstat(file).catch(() => undefined);
  if (stats && !stats.isFile()) throw new ToolError(`"${name}" is not a plain file`);
  await mkdir(FOLDER, { recursive: true });
  const scratch = path.join(FOLDER, `.${name}.${process.pid}.tmp`);
  try {
    await writeFile(scratch, content, { flag: "wx" });
    await rename(scratch, file);
  } finally {
    await rm(scratch, { force: true });
  }
  return text(`${stats ? "Replaced" : "Wrote"} the note "${name}" (${Buffer.byteLength(content)} bytes).`);
}

serve({
  name: "harbor-notes",
  title: "Harbor notes",
  version: "1.0.0",
  instructions: "The harbor office's notes. List them first, then read the one you need.",
  tools: [
    {
      name: "list_notes",
      title: "List notes",
      description: "Names of all notes of the harbor office.",
      inputSchema: { type: "object", properties: {}, additionalProperties: false },
      outputSchema: {
        type: "object",
        properties: { notes: { type: "array", items: { type: "string" } } },
        required: ["notes"],
      },
      annotations: { readOnlyHint: true, openWorldHint: false },
      run: listNotes,
    },
    {
      name: "read_note",
      title: "Read a note",
      description: "The text of one note.",
      inputSchema: { type: "object", properties: { name: NAME }, required: ["name"], additionalProperties: false },
      annotations: { readOnlyHint: true, openWorldHint: false },
      run: readNote,
    },
    {
      name: "write_note",
      title: "Write a note",
      description: "Creates a note, or replaces its text.",
      inputSchema: {
        type: "object",
        properties: {
          name: NAME,
          content: { type: "string", description: "The whole new text, Markdown", maxLength: 16_000 },
        },
        required: ["name", "content"],
        additionalProperties: false,
      },
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
      run: writeNote,
    },
  ],
});
