import path from "node:path";
import process from "node:process";
import { findCallSites } from "../../callsites/run.ts";
import { Grammars } from "../../parsing/grammars.ts";
import type { CallSitesResult } from "../../callsites/run.ts";
import { renderCallSitesCsv } from "../../report/callSitesCsv.ts";
import { renderCallSitesMarkdown } from "../../report/callSitesMarkdown.ts";
import { renderCycloneDx } from "../../report/cycloneDx.ts";
import { shownPath } from "../../report/report.ts";
import { diskFiles } from "../../system/disk.ts";
import { realEnvironment } from "../../system/environment.ts";
import { readWasm } from "../../system/wasm.ts";
import { renderCallSitesJson, renderCallSitesText } from "../callSitesReport.ts";
import { type CommandTable, helpOf, parseOptions } from "../optionTable.ts";
import { isColoured, widthOf, write } from "../terminal.ts";
import { VERSION } from "../version.ts";
import { writeReport } from "../wholeFile.ts";

const TABLE: CommandTable = {
  usage: "sallyport callsites [path…] [options]",
  about: [
    "Lists every expression that sends data to a language model in Python, TypeScript, JavaScript, Go, Java, Kotlin, C#, Ruby, Rust and PHP, with a verdict on whether its calls leave a record, the evidence, and the cheapest fix. Reads; runs nothing; needs no network.",
  ],
  operands: "A path is a folder or a single file; without one it is the current folder.",
  options: [
    {
      name: "format",
      value: "FORMAT",
      choices: ["text", "json", "csv", "markdown", "cyclonedx"],
      summary:
        "How to report, text unless told: csv for a spreadsheet, markdown for a README or a pull request, cyclonedx for an AI bill of materials (CycloneDX 1.6)",
    },
    { name: "output", value: "FILE", summary: "Write the report to a file instead of the terminal" },
  ],
  notes: [
    "Verdicts: instrumented, logged, partly, unlogged, unknown; docs/callsites says what each means. This is an inventory: findings do not change its exit code (use sallyport audit --only callsites for that).",
    "Exit codes: 0 done; 2 usage; 3 something could not be read; 4 internal error.",
  ],
};

/** `sallyport callsites`: every call site with its verdict. Gives the exit code; throws for usage and for faults. */
export async function run(argv: readonly string[]): Promise<number> {
  const options = parseOptions(TABLE, argv);
  if (!options) {
    await write(process.stdout, helpOf(TABLE, widthOf(process.stdout)));
    return 0;
  }
  const roots = options.operands.length > 0 ? options.operands.map((one) => path.resolve(one)) : [process.cwd()];
  const result = await findCallSites({ files: diskFiles, roots, grammars: new Grammars(readWasm) });
  const text = render(options.value("format") ?? "text", result, roots);
  const output = options.value("output");
  if (output === undefined || output === "-") await write(process.stdout, text);
  else await writeReport(output, text);
  return result.problems.length > 0 ? 3 : 0;
}

function render(format: string, result: CallSitesResult, roots: readonly string[]): string {
  const places = { base: process.cwd(), home: realEnvironment().home };
  const shown = (file: string): string => shownPath(places, file);
  // What machines read is the same on every system.
  const posix = (file: string): string => shown(file).split(path.sep).join("/");
  switch (format) {
    case "json":
      return renderCallSitesJson(result, VERSION);
    case "csv":
      return renderCallSitesCsv(result.sites, posix);
    case "markdown":
      return renderCallSitesMarkdown(result.sites, posix);
    case "cyclonedx":
      return renderCycloneDx(result.sites, {
        name: path.basename(roots[0] ?? process.cwd()),
        version: VERSION,
        shown: posix,
      });
    default: {
      const width = Math.min(120, widthOf(process.stdout));
      return renderCallSitesText(result, { colours: isColoured(process.stdout), width, shown });
    }
  }
}
