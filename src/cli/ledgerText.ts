import { styleText } from "node:util";
import type { LedgerRecord, RecordedFinding, RecordedPayload } from "../ledger/records.ts";
import type { Verdict } from "../ledger/verify.ts";
import { plain } from "./terminal.ts";

type Style = Parameters<typeof styleText>[0];

export interface Look {
  readonly colour: boolean;
  /** Columns to keep within; longer text is cut and says so. */
  readonly width: number;
}

const two = (n: number): string => String(n).padStart(2, "0");

/** Local day and time of a record: people read their own clock. */
export function localDay(time: string): string {
  const at = new Date(time);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

function localTime(time: string): string {
  const at = new Date(time);
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${String(at.getMilliseconds()).padStart(3, "0")}`;
}

export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** Text from outside on one line. */
const flat = (text: string): string =>
  plain(text)
    .replace(/[\n\t]+ */g, " ")
    .trim();

function found(findings: readonly RecordedFinding[]): string {
  if (findings.length === 0) return "";
  return `  [${findings.map(({ rule, variant, severity }) => `${rule}${variant ? `/${variant}` : ""} ${severity}`).join(", ")}]`;
}

const payload = (one: RecordedPayload): string => `${one.preview}${one.cut ? "…" : ""}`;

const ANSWERS = {
  allow: "a person allowed it",
  deny: "a person refused it",
  expired: "nobody answered in time",
  cancelled: "the caller went away",
  "no-reviewer": "nobody was there to be asked",
  refused: "an answer was refused",
};

/** Mark, colour and words of a record; undefined for what only a machine wants to see. */
function words(record: LedgerRecord): { mark: string; style: Style; text: string } | undefined {
  const grey = (text: string) => ({ mark: "·", style: "gray" as const, text });
  switch (record.kind) {
    case "checkpoint":
      return undefined;
    case "open":
      return grey(record.state === "unclosed" ? "the ledger was opened after an unclean end" : "the ledger was opened");
    case "gap": {
      const text = `${record.bytes} bytes that were no record were set aside in ${record.aside}`;
      return { mark: "!", style: "yellow", text };
    }
    case "clock":
      return { mark: "!", style: "yellow", text: `the clock went back from ${record.from} to ${record.to}` };
    case "broker-start":
      return grey(`broker ${record.version} started (pid ${record.pid})`);
    case "broker-stop":
      return grey(`broker stopped: ${record.reason}`);
    case "session": {
      const why = record.reason ? `: ${record.reason}` : "";
      const text = `${record.client} · ${record.server}: session ${record.session} ${record.action}${why}`;
      return record.action === "taint" ? { mark: "!", style: "yellow", text } : grey(text);
    }
    case "request":
    case "server-request": {
      const mark = record.kind === "request" ? "→" : "⇠";
      return { mark, style: "cyan", text: `${about(record)}  ${payload(record.params)}${found(record.findings)}` };
    }
    case "notification":
      return {
        mark: record.direction === "to-server" ? "→" : "⇠",
        style: "yellow",
        text: `${record.server} ${record.method}  ${payload(record.params)}${found(record.findings)}`,
      };
    case "decision": {
      const text = `${about(record)}  ${record.layer}/${record.rule}: ${record.reason}`;
      return record.effect === "allow" ? { mark: "✓", style: "green", text } : { mark: "✗", style: "red", text };
    }
    case "ask":
      return {
        mark: "?",
        style: "yellow",
        text: `${about(record)}  a person is asked (${record.rule}): ${record.reason}`,
      };
    case "answer": {
      const scope = record.scope ? ` (${record.scope})` : "";
      const text = `${about(record)}  ${ANSWERS[record.answer]}${scope}${record.reason ? `: ${record.reason}` : ""}`;
      return { mark: "=", style: record.answer === "allow" ? "green" : "red", text };
    }
    case "result": {
      const took = record.serverMs === undefined ? "" : `  ${record.serverMs.toFixed(1)} ms`;
      const body = record.payload ? `  ${size(record.payload.bytes)}  ${payload(record.payload)}` : "";
      const style = record.outcome === "result" ? "blue" : "red";
      return { mark: "←", style, text: `${about(record)}  ${record.outcome}${took}${body}${found(record.findings)}` };
    }
    case "definitions":
      return {
        mark: "≡",
        style: "blue",
        text: `${record.server} offers ${record.items.length} (${record.method}): ${record.items.map(({ name }) => name).join(", ")}${found(record.findings)}`,
      };
    case "counts":
      return grey(`${record.server}  ${record.entries.map(({ method, count }) => `${count} × ${method}`).join(", ")}`);
    case "grant":
      return {
        mark: "+",
        style: "magenta",
        text: `grant ${record.grant} ${record.action}${record.server ? ` for ${record.server}` : ""}${record.tool ? ` ${record.tool}` : ""}`,
      };
    case "policy": {
      const layers = record.layers.map(
        ({ layer, state, problem }) => `${layer} ${state}${problem ? ` (${problem})` : ""}`,
      );
      return { mark: "§", style: "magenta", text: `policy in force: ${layers.join(", ")}` };
    }
    case "state":
      return { mark: "!", style: "red", text: `the file of ${record.file} was ${record.state}: ${record.reason}` };
    case "reviewer": {
      const name = record.label ? ` (${record.label})` : "";
      const style = record.action === "refused" ? "red" : "magenta";
      const why = record.reason ? `: ${record.reason}` : "";
      return { mark: "@", style, text: `reviewer ${record.reviewer}${name} ${record.action}${why}` };
    }
  }
}

function about(record: { server: string; method: string; tool?: string; target?: string }): string {
  return `${record.server} ${record.tool ?? record.method}${record.target ? ` ${record.target}` : ""}`;
}

/** A record of a kind that this version does not know, or whose parts are not what its kind says. */
function strange(record: LedgerRecord): { mark: string; style: Style; text: string } {
  return { mark: "·", style: "gray", text: `${record.kind}: see --format json` };
}

function wordsOrKind(record: LedgerRecord): ReturnType<typeof words> {
  try {
    return record.kind === "checkpoint" ? undefined : (words(record) ?? strange(record));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return strange(record);
  }
}

/** One record on one line; undefined for a record that people need not see. */
export function recordLine(record: LedgerRecord, look: Look): string | undefined {
  const said = wordsOrKind(record);
  if (!said) return undefined;
  const room = Math.max(20, look.width - 16);
  const text = flat(said.text);
  // Not between the halves of a surrogate pair.
  const shown = text.length > room ? `${text.slice(0, room - 1).replace(/[\ud800-\udbff]$/, "")}…` : text;
  const time = localTime(record.time);
  if (!look.colour) return `${time}  ${said.mark} ${shown}`;
  return `${styleText("gray", time)}  ${styleText(said.style, `${said.mark} ${shown}`)}`;
}

/**
 * A record's JSON as it may go to a terminal: what could reorder, hide or command is escaped, which changes no value. Only
 * strings can hold such characters, so that the escapes are always inside one.
 */
export function jsonLine(record: LedgerRecord): string {
  return JSON.stringify(record).replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu,
    (c) => [...Array(c.length).keys()].map((i) => `\\u${c.charCodeAt(i).toString(16).padStart(4, "0")}`).join(""),
  );
}

const plural = (n: number, one: string): string => `${n} ${one}${n === 1 ? "" : "s"}`;

/** What `log verify` says, one paragraph of plain sentences. */
export function verdictText(dir: string, verdict: Verdict): string {
  const { problem, head, gaps } = verdict;
  const lines: string[] = [];
  if (problem) {
    lines.push(
      `BROKEN  ${problem.file}:${problem.line}  ${problem.code}`,
      `  ${problem.message}.`,
      problem.code === "damaged"
        ? "  The chain before and after it holds."
        : `  What stands before it holds, ${plural(head.seq, "record")} up to ${verdict.last ?? "none"}; what follows is not vouched for.`,
    );
  } else {
    lines.push(
      `intact  ${dir}`,
      `  ${plural(head.seq, "record")} in ${plural(verdict.files, "file")} (${size(verdict.bytes)}), ${verdict.first ?? ""} to ${verdict.last ?? ""}`,
    );
  }
  lines.push(`  head ${head.seq} ${head.hash}`);
  if (!problem) {
    const tail = verdict.unsigned === 0 ? "all signed" : `the last ${verdict.unsigned} not signed yet`;
    lines.push(`  ${plural(verdict.checkpoints, "checkpoint")}, ${tail}`);
    if (!verdict.trustedKey) {
      lines.push("  The key that signed them was taken from the ledger itself: keys/ledger.pub is missing.");
    }
    lines.push(
      verdict.witnessed
        ? `  A witness confirms it up to record ${verdict.confirmed}.`
        : "  Whether records were cut off its end cannot be known without a witness (--witness FILE).",
    );
  }
  for (const { seq, time, reason, bytes, aside } of gaps) {
    lines.push(`  gap before record ${seq} (${time}): ${bytes} bytes, ${reason}, kept in ${aside}`);
  }
  return plain(`${lines.join("\n")}\n`);
}
