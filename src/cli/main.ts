import { parseArgs } from "node:util";
import { exitCodeOf, isSallyportError, SallyportError } from "../core/errors.ts";
import { COMMANDS, type Command } from "./commands.ts";
import { plain } from "./terminal.ts";
import { VERSION } from "./version.ts";

function overview(): string {
  const width = Math.max(...COMMANDS.map((command) => command.name.length));
  return [
    "Sallyport: zero trust for the AI agents in your editor. Offline, no account, no telemetry.",
    "",
    "Usage: sallyport <command> [options]",
    "",
    ...COMMANDS.filter((command) => !command.hidden).map((c) => `  ${c.name.padEnd(width)}  ${c.summary}`),
    "",
    "sallyport <command> --help says more; sallyport --version prints the version.",
    "Exit codes: 0 clean, 1 findings, 2 usage, 3 something could not be read, 4 internal error.",
    "",
  ].join("\n");
}

function find(name: string): Command {
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (!command) throw new SallyportError("USAGE", `there is no command ${JSON.stringify(name)}; see sallyport --help`);
  return command;
}

async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined) {
    process.stderr.write(overview());
    return 2;
  }
  if (!name.startsWith("-")) return await (await find(name).load()).run(rest);
  const { values } = parseArgs({
    args: [...argv],
    options: { version: { type: "boolean", short: "v" }, help: { type: "boolean", short: "h" } },
  });
  process.stdout.write(values.version ? `${VERSION}\n` : overview());
  return 0;
}

function isArgumentError(error: unknown): error is Error {
  return error instanceof Error && String((error as NodeJS.ErrnoException).code).startsWith("ERR_PARSE_ARGS");
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    if (isArgumentError(error)) {
      process.stderr.write(`sallyport: ${plain(error.message)}\n`);
      process.exitCode = 2;
      return;
    }
    const text = isSallyportError(error)
      ? error.message
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error);
    process.stderr.write(`sallyport: ${isSallyportError(error) ? "" : "internal error: "}${plain(text)}\n`);
    process.exitCode = exitCodeOf(error);
  },
);
