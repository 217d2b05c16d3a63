// An MCP server that stands for the web: it "fetches" the pages in ../pages, and nothing else. Two of them are hostile
// on purpose, as pages on the web are: see the demo's README.
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { serve, text, ToolError } from "./stdio.mjs";

const FOLDER = fileURLToPath(new URL("../pages/", import.meta.url));
const ORIGIN = "https://harbor.example";

async function pages() {
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith(".html")).sort();
  return files.map((file) => ({ file, url: `${ORIGIN}/${file.slice(0, -5)}` }));
}

async function fetchPage({ url }) {
  if (!URL.canParse(url)) throw new ToolError("that is no URL");
  const { origin, pathname } = new URL(url);
  const wanted = `${origin}${pathname.replace(/\/$/, "").replace(/\.html$/, "")}`;
  // Only a URL that equals a page's own is served: a path never reaches the disk.
  const page = (await pages()).find((candidate) => candidate.url === wanted);
  if (!page) throw new ToolError(`404: there is no such page; this web has only what search_pages finds at ${ORIGIN}`);
  return text(await readFile(path.join(FOLDER, page.file), "utf8"));
}

async function searchPages({ query }) {
  const words = query.toLowerCase().split(/\s+/u).filter(Boolean);
  const found = [];
  for (const page of await pages()) {
    const html = await readFile(path.join(FOLDER, page.file), "utf8");
    const title = /<title>([^<]*)<\/title>/u.exec(html)?.[1] ?? page.url;
    const body = html.toLowerCase();
    if (words.every((word) => body.includes(word))) found.push(`${title}: ${page.url}`);
  }
  return text(found.join("\n") || "Nothing was found.");
}

serve({
  name: "harbor-web",
  title: "Harbor web",
  version: "1.0.0",
  instructions: "Search for a page, then fetch it.",
  tools: [
    {
      name: "search_pages",
      title: "Search the web",
      description: "Titles and addresses of the pages that hold all the words.",
      inputSchema: {
        type: "object",
        properties: { query: { type: "string", description: "Words to look for", maxLength: 200 } },
        required: ["query"],
        additionalProperties: false,
      },
      annotations: { readOnlyHint: true, openWorldHint: true },
      run: searchPages,
    },
    {
      name: "fetch_page",
      title: "Fetch a page",
      description: "The HTML of one page.",
      inputSchema: {
        type: "object",
        properties: { url: { type: "string", description: "The page's address", minLength: 1, maxLength: 2_000 } },
        required: ["url"],
        additionalProperties: false,
      },
      annotations: { readOnlyHint: true, openWorldHint: true },
      run: fetchPage,
    },
  ],
});
