import { existsSync, watch } from "node:fs";
import { parseArgs } from "node:util";
import { SallyportError } from "../../core/errors.ts";
import { dayFiles, lineNumberAt } from "../../ledger/files.ts";
import { readVerifyingKey } from "../../ledger/keys.ts";
import { beginning, type Cursor, type Entry, lastEntries, matches, type Query, readOn } from "../../ledger/query.ts";
import { verifyLedger } from "../../ledger/verify.ts";
import { readWitnesses } from "../../ledger/witness.ts";
import { pathsFor } from "../../link/paths.ts";
import { realEnvironment } from "../../system/environment.ts";
import { jsonLine, localDay, type Look, recordLine, verdictText } from "../ledgerText.ts";
import { plain } from "../terminal.ts";

const HELP = `Show what agents did, and what was decided about it.

Usage: sallyport log [options]
       sallyport log verify [--witness FILE]... [--format text|json]
       sallyport log path

Options:
  --follow, -f         Go on as records are written, until Ctrl-C
  --server NAME        Only this server
  --tool NAME          Only this tool
  --session ID         Only this session
  --decision D         Only decisions: allow, deny, or ask
  --since WHEN         Only from then on: 30s, 10m, 2h, 7d, or a date such as 2026-11-25T14:00
  --limit N, -n N      At most the last N records (default 50; with --follow 10; 0: all)
  --format text|json   json: one record a line, as the ledger holds it
  --witness FILE       verify: a file or folder of heads that were kept elsewhere

In the text: → request, ✓ allowed, ✗ denied, ? a person is asked, = the answer, ← result, ⇠ from the server, ! look at this.

Exit codes of verify: 0 intact, 1 broken (the first bad place is printed), 2 usage, 3 something could not be read.
`;

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function parseSince(text: string, now: number): number {
  const span = /^(\d{1,9})([smhd])$/.exec(text);
  const at = span ? now - Number(span[1]) * (UNITS[span[2] ?? ""] ?? 0) : Date.parse(text);
  if (Number.isNaN(at))
    throw new SallyportError("USAGE", `--since ${JSON.stringify(text)} is no time: 10m, 2h, 7d, or a date`);
  return at;
}

function parseLimit(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new SallyportError("USAGE", `--limit ${JSON.stringify(text)} is no number`);
  return Number(text) || Number.POSITIVE_INFINITY;
}

function parseFormat(text: string): "text" | "json" {
  if (text === "text" || text === "json") return text;
  throw new SallyportError("USAGE", `--format ${JSON.stringify(text)}: text or json`);
}

function parseDecision(text: string): NonNullable<Query["decision"]> {
  if (text === "allow" || text === "deny" || text === "ask") return text;
  throw new SallyportError("USAGE", `--decision ${JSON.stringify(text)}: allow, deny or ask`);
}

/** Writes entries as they come, with a heading where the day changes. */
class Printer {
  #day = "";
  readonly #format: "text" | "json";
  readonly #look: Look;

  constructor(format: "text" | "json") {
    this.#format = format;
    const { isTTY, columns } = process.stdout;
    const colour = isTTY && process.env["NO_COLOR"] === undefined;
    this.#look = { colour, width: isTTY ? columns : 240 };
  }

  print({ file, start, content }: Entry): void {
    if ("problem" in content) {
      const what = content.problem === "edited" ? "was changed after it was written" : "is no record";
      process.stderr.write(
        plain(`sallyport: ${file}:${lineNumberAt(file, start)}: this line ${what}; see sallyport log verify\n`),
      );
      return;
    }
    const { record } = content;
    if (this.#format === "json") {
      process.stdout.write(`${jsonLine(record)}\n`);
      return;
    }
    const text = recordLine(record, this.#look);
    if (text === undefined) return;
    const day = localDay(record.time);
    if (day !== this.#day) process.stdout.write(`── ${day} ──\n`);
    this.#day = day;
    process.stdout.write(`${text}\n`);
  }
}

/** Prints what comes behind the cursor until the process is told to end or nobody reads any more. */
function follow(dir: string, cursor: Cursor, query: Query, printer: Printer): Promise<number> {
  return new Promise((resolve, reject) => {
    const more = (): void => {
      try {
        for (const entry of readOn(dir, cursor)) {
          if ("problem" in entry.content || matches(query, entry.content.record)) printer.print(entry);
        }
      } catch (error) {
        watcher.close();
        reject(error);
      }
    };
    const watcher = watch(dir, more);
    watcher.on("error", reject);
    const end = (): void => {
      watcher.close();
      resolve(0);
    };
    process.once("SIGINT", end);
    process.once("SIGTERM", end);
    process.stdout.once("error", end);
    // What was written between the first look and the watch.
    more();
  });
}

function verify(dir: string, keys: string, places: readonly string[], format: "text" | "json"): number {
  for (const place of places) {
    if (!existsSync(place)) throw new SallyportError("UNREADABLE", `${place}: there is no such witness`);
  }
  const key = readVerifyingKey(keys);
  const witnesses = places.flatMap((place) => readWitnesses(place));
  if (!key && witnesses.length === 0 && dayFiles(dir).length === 0) throw nothingYet(dir);
  const verdict = verifyLedger(dir, { witnesses, ...(key && { key }) });
  process.stdout.write(
    format === "json" ? `${JSON.stringify({ version: 1, dir, ...verdict })}\n` : verdictText(dir, verdict),
  );
  return verdict.problem ? 1 : 0;
}

function nothingYet(dir: string): SallyportError {
  return new SallyportError("UNAVAILABLE", `${dir}: nothing has been recorded yet`);
}

/** `sallyport log`: reads the ledger's files, and nothing else. */
export async function run(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      help: { type: "boolean", short: "h" },
      follow: { type: "boolean", short: "f" },
      server: { type: "string" },
      tool: { type: "string" },
      session: { type: "string" },
      decision: { type: "string" },
      since: { type: "string" },
      limit: { type: "string", short: "n" },
      format: { type: "string", default: "text" },
      witness: { type: "string", multiple: true, default: [] },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const { ledger: dir, keys } = pathsFor(realEnvironment());
  const format = parseFormat(values.format);
  const [what, ...rest] = positionals;
  if (rest.length > 0) throw new SallyportError("USAGE", `${JSON.stringify(rest[0])}: one word too many; see --help`);
  if (what === "path") {
    process.stdout.write(`${plain(dir)}\n`);
    return 0;
  }
  if (what === "verify") return verify(dir, keys, values.witness, format);
  if (what !== undefined) throw new SallyportError("USAGE", `log ${JSON.stringify(what)}: verify or path; see --help`);
  if (dayFiles(dir).length === 0) throw nothingYet(dir);

  const { server, tool, session, decision, since } = values;
  const query: Query = {
    ...(server !== undefined && { server }),
    ...(tool !== undefined && { tool }),
    ...(session !== undefined && { session }),
    ...(decision !== undefined && { decision: parseDecision(decision) }),
    ...(since !== undefined && { since: parseSince(since, Date.now()) }),
  };
  const limit = parseLimit(values.limit ?? (values.follow ? "10" : "50"));
  const printer = new Printer(format);
  const cursor = beginning();
  // A reader that has had enough (head, less) closes the pipe: that is no error.
  process.stdout.on("error", () => undefined);
  if (Number.isFinite(limit)) {
    for (const entry of lastEntries(dir, query, limit, cursor)) printer.print(entry);
  } else {
    for (const entry of readOn(dir, cursor)) {
      if ("problem" in entry.content || matches(query, entry.content.record)) printer.print(entry);
    }
  }
  return values.follow ? await follow(dir, cursor, query, printer) : 0;
}
