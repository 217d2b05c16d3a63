import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { SallyportError } from "../../core/errors.ts";
import { installLauncher } from "../../protect/launcher.ts";
import { protectFile } from "../../protect/protect.ts";
import { realEnvironment } from "../../system/environment.ts";
import { plain } from "../terminal.ts";
import { VERSION } from "../version.ts";

const HELP = `Make a server of an MCP configuration start through Sallyport.

Usage: sallyport protect FILE NAME [--project FOLDER]

  FILE               a client's configuration: .vscode/mcp.json, .mcp.json, .cursor/mcp.json, ~/.claude.json, ...
  NAME               the server's name in it
  --project FOLDER   of ~/.claude.json: the project whose server it is

The entry's command becomes Sallyport's launcher; the original command and its arguments follow after --. Every other byte
of the file stays. The client must start the server anew. Taking the protection off is done in the editor, by a person.

Exit codes: 0 protected (or it was already), 2 usage, 3 the file could not be read or this entry cannot be protected.
`;

/** `dist/sallyport.js` of the installation that this bundle belongs to. */
function ownProgram(): string {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const places = ["../sallyport.js", "../../../dist/sallyport.js"].map((place) => path.resolve(here, place));
  const found = places.find((place) => existsSync(place));
  if (!found)
    throw new SallyportError("UNAVAILABLE", `there is no sallyport.js beside ${here}: the installation is broken`);
  return found;
}

/** `sallyport protect`: tightens only. */
export async function run(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { project: { type: "string" }, help: { type: "boolean", short: "h" } },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const [file, server, ...rest] = positionals;
  if (file === undefined || server === undefined || rest.length > 0) {
    throw new SallyportError("USAGE", "protect needs a file and a server's name; see sallyport protect --help");
  }
  const environment = realEnvironment();
  const runtime = process.execPath;
  const electron = process.versions["electron"] !== undefined;
  installLauncher(environment, { version: VERSION, program: ownProgram(), runtime, electron });
  const { project } = values;
  const place = { file: path.resolve(environment.cwd, file), server, ...(project !== undefined && { project }) };
  const { status, shared } = await protectFile(place, environment, runtime);
  const name = plain(server);
  if (status === "unchanged") process.stdout.write(`${name} starts through Sallyport already.\n`);
  else process.stdout.write(`${name} starts through Sallyport from its next start on.\n`);
  if (status === "rewritten" && shared) {
    process.stdout.write("This file is shared with everyone who works on the project: they need Sallyport too.\n");
  }
  return 0;
}
