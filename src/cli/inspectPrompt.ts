import process from "node:process";
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { markKnown } from "../audit/marks.ts";
import type { AskedLaunch } from "../inspect/consent.ts";
import { plainLine } from "../report/plain.ts";

/** True where a person can be asked: both ends are a terminal. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/** One line from the terminal; undefined where it was closed or interrupted. Hidden: what is typed is not shown. */
export function ask(question: string, { hidden = false } = {}): Promise<string | undefined> {
  return new Promise((resolve) => {
    process.stderr.write(question);
    const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
    const lines = createInterface({
      input: process.stdin,
      output: hidden ? silent : process.stderr,
      terminal: true,
      historySize: 0,
    });
    let answer: string | undefined;
    lines.once("line", (line) => {
      answer = line;
      lines.close();
    });
    lines.once("SIGINT", () => lines.close());
    lines.once("close", () => {
      if (hidden || answer === undefined) process.stderr.write("\n");
      resolve(answer);
    });
  });
}

/** A word as it is started, so that nobody mistakes where it ends: quoted where it has blanks or is empty. */
function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : JSON.stringify(plainLine(text));
}

/** Variables that change what runs: of these a person has to see the value too. */
const CHANGES_WHAT_RUNS =
  /^(?:NODE_OPTIONS|PATH|BASH_ENV|ENV|JAVA_TOOL_OPTIONS|PERL5OPT|RUBYOPT|(?:LD|DYLD|PYTHON|UV|PIP)_?[A-Z_]+|npm_config_\w+)$/i;

/** What is about to start, for a person: every word on a line of its own, nothing that a terminal would act on. */
export function describeLaunch({ launch, program }: AskedLaunch, where: string): string {
  const { cwd, written, writtenEnv } = launch;
  const [command = "", ...args] = written;
  const rows: [string, string][] = [
    ["command", word(command)],
    ...args.map((arg, i): [string, string] => [i === 0 ? "arguments" : "", word(markKnown(arg))]),
    ["runs", word(program)],
    ["in", word(cwd)],
  ];
  if (writtenEnv.size > 0) {
    const shown = (name: string, value: string): string =>
      CHANGES_WHAT_RUNS.test(name) ? `${word(name)}=${word(markKnown(value))}` : word(name);
    rows.push(["sets", [...writtenEnv].map(([name, value]) => shown(name, value)).join(", ")]);
  }
  const width = Math.max(...rows.map(([title]) => title.length));
  const lines = rows.map(([title, text]) => `  ${title.padEnd(width)}  ${text}`);
  return `${plainLine(where)} starts this:\n\n${lines.join("\n")}\n`;
}
