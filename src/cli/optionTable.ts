import { parseArgs } from "node:util";
import { SallyportError } from "../core/errors.ts";
import { wrap } from "../report/plain.ts";

/** One option of a command: the same entry parses it, checks it and prints its line of `--help`. */
export interface OptionRow {
  /** Long form, without dashes. */
  readonly name: string;
  /** What its value is called, `FILE`; an option without one is a flag. */
  readonly value?: string;
  /** It may be given more than once, and each value may be several with commas between them. */
  readonly list?: boolean;
  /** The values that it may have. */
  readonly choices?: readonly string[];
  /** The value that it has where it is not given. */
  readonly fallback?: string;
  /** What it does, for `--help`. */
  readonly summary: string;
}

export interface CommandTable {
  /** `sallyport audit [path…] [options]`. */
  readonly usage: string;
  /** What the command does: paragraphs. */
  readonly about: readonly string[];
  /** What its positional arguments are; a command without them takes none. */
  readonly operands?: string;
  readonly options: readonly OptionRow[];
  /** Paragraphs after the options. */
  readonly notes?: readonly string[];
}

export interface ParsedOptions {
  readonly operands: readonly string[];
  flag(name: string): boolean;
  value(name: string): string | undefined;
  /** The values of an option that is a list; empty where it is not given. */
  values(name: string): readonly string[];
}

const HELP: OptionRow = { name: "help", summary: "Print this" };
const HELP_WIDTH = 100;
/** More of them are named elsewhere. */
const SHOWN_CHOICES = 8;

/**
 * Reads a command line by its table; undefined when help was asked for. Throws USAGE for a value that is not among the
 * choices, and Node's own argument errors for what is not in the table.
 */
export function parseOptions(table: CommandTable, argv: readonly string[]): ParsedOptions | undefined {
  const rows = [...table.options, HELP];
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: table.operands !== undefined,
    options: Object.fromEntries(
      rows.map(({ name, value, list = false }) => [
        name,
        {
          type: value === undefined ? ("boolean" as const) : ("string" as const),
          multiple: list,
          ...(name === "help" && { short: "h" }),
        },
      ]),
    ),
  });
  if (values["help"] === true) return undefined;
  const listed = (name: string): string[] =>
    [values[name] ?? []].flat().flatMap((one) => (typeof one === "string" ? one.split(",") : []));
  for (const { name, choices, list } of rows) {
    const given = list ? listed(name) : [values[name]].filter((one) => typeof one === "string");
    const wrong = choices && given.find((one) => !choices.includes(one));
    if (wrong !== undefined) {
      throw new SallyportError("USAGE", `--${name} ${JSON.stringify(wrong)} is not one of ${choices?.join(", ")}`);
    }
  }
  return {
    operands: positionals,
    flag: (name) => values[name] === true,
    value: (name) => {
      const given = values[name];
      return typeof given === "string" ? given : rows.find((row) => row.name === name)?.fallback;
    },
    values: listed,
  };
}

/** The command's `--help`, with a final line feed. */
export function helpOf(table: CommandTable, width = HELP_WIDTH): string {
  const room = Math.min(width, HELP_WIDTH);
  const rows = [...table.options, HELP].map(({ name, value, choices, fallback, summary }) => {
    const shown = choices && (fallback !== undefined || choices.length <= SHOWN_CHOICES);
    const values = [...(shown ? [choices.join(", ")] : []), ...(fallback ? [`default ${fallback}`] : [])].join("; ");
    return {
      head: `--${name}${value === undefined ? "" : ` ${value}`}${name === "help" ? ", -h" : ""}`,
      summary: values === "" ? summary : `${summary} (${values})`,
    };
  });
  const column = Math.max(...rows.map((row) => row.head.length)) + 4;
  const lines = rows.flatMap(({ head, summary }) =>
    wrap(summary, Math.max(20, room - column)).map(
      (line, i) => `${(i === 0 ? `  ${head}` : "").padEnd(column)}${line}`,
    ),
  );
  const prose = (paragraph: string): string => wrap(paragraph, room).join("\n");
  return `${[
    `Usage: ${table.usage}`,
    ...table.about.map(prose),
    ...(table.operands === undefined ? [] : [prose(table.operands)]),
    `Options:\n${lines.join("\n")}`,
    ...(table.notes ?? []).map(prose),
  ].join("\n\n")}\n`;
}
