import type { DataDocument, Format } from "./data.ts";
import { parseJson } from "./json.ts";

/**
 * Reads a text as its format says. Never rejects; what is broken is in the document's problems. A parser is loaded with the
 * first file of its format: an audit must start without the weight of those that it does not need.
 */
export async function parseDocument(format: Format, file: string, text: string): Promise<DataDocument> {
  switch (format) {
    case "json":
      return parseJson(file, text);
    case "text":
      return { file, format, text, root: undefined, problems: [], comments: [], trailingCommas: [], blank: false };
    case "markdown": {
      const { parseMarkdown } = await import("./markdown.ts");
      return parseMarkdown(file, text);
    }
    case "toml":
      return (await import("./toml.ts")).parseToml(file, text);
    case "yaml":
      return (await import("./yaml.ts")).parseYaml(file, text);
  }
}
