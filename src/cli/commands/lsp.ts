import path from "node:path";
import { serveProcess } from "../../lsp/server.ts";
import { VERSION } from "../version.ts";

const HELP = `Usage: sallyport lsp [--stdio]

The language server, for any editor that speaks LSP: diagnostics, quick fixes and lenses for MCP configurations, agent
settings and call sites.

  --stdio     speak over standard input and output (the default)
  -h, --help  this text
`;

/** Runs until the editor ends the connection; an editor of ours names its own transport. */
export async function run(argv: readonly string[]): Promise<number> {
  if (argv.includes("--help") || argv.includes("-h")) {
    process.stdout.write(HELP);
    return 0;
  }
  if (argv.length === 0) process.argv.push("--stdio");
  serveProcess({ version: VERSION, program: path.resolve(__dirname, "../sallyport.js") });
  return await new Promise<number>(() => {
    // The connection itself ends the process, as LSP says: exit code 0 after a shutdown request, else 1.
  });
}
