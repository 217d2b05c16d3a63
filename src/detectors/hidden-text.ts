import type { Confidence, RuleInfo, Severity } from "../core/finding.ts";
import type { Detection, Detector, ScanContext } from "./detector.ts";
import type { InvisibleRun } from "./invisible.ts";
import { invisibleRuns } from "./invisible.ts";
import { shown } from "./shown.ts";

const rule: RuleInfo = {
  id: "hidden-text",
  title: "Text that a person does not see",
  summary:
    "Characters or controls that a screen does not draw but a model reads: tag characters, direction overrides, zero-width characters inside words, runs of variation selectors, concealed terminal text, text pushed out of sight.",
  why: "A person approves what they see. Hidden text lets somebody else speak to the model behind their back.",
  remedy: "Remove the characters, and treat whatever came from the same source as hostile.",
  severity: "high",
  persona: "regular",
  references: ["MCP03:2025", "MCP06:2025", "ASI01", "CWE-1007"],
};

/** Runs closer than this belong to one finding. */
const CLUSTER_GAP = 64;
/** Units of hidden text that are decoded to be shown. More would not fit into the evidence. */
const MAX_DECODED = 8192;
/** Invisible characters in a row from which they are a message, not a slip. */
const MESSAGE_RUN = 8;

export const hiddenText: Detector = {
  rule,
  scan(text, context) {
    const found: Detection[] = [];
    let cluster: InvisibleRun[] = [];
    const flush = (): void => {
      if (cluster.length > 0) found.push(...judge(text, cluster, context));
      cluster = [];
    };
    for (const run of invisibleRuns(text)) {
      const last = cluster.at(-1);
      if (last && (last.kind !== run.kind || run.span.start - last.span.end > CLUSTER_GAP)) flush();
      cluster.push(run);
    }
    flush();
    return found.concat(terminal(text, context), padding(text));
  },
};

function detection(
  variant: string,
  severity: Severity,
  confidence: Confidence,
  start: number,
  end: number,
  evidence: string,
): Detection {
  return { rule: rule.id, variant, severity, confidence, span: { start, end }, evidence };
}

/** Judges runs of one kind that stand close together. */
function judge(text: string, runs: readonly InvisibleRun[], context: ScanContext): Detection[] {
  const start = runs[0]?.span.start ?? 0;
  const end = runs.at(-1)?.span.end ?? start;
  const hidden = text.slice(start, Math.min(end, start + MAX_DECODED));
  const count = runs.reduce((sum, run) => sum + run.count, 0);
  const longest = runs.reduce((most, run) => Math.max(most, run.count), 0);
  const splits = runs.filter((run) => run.insideWord).length;
  // What a person wrote by hand (a config, an instruction file) or approves as a whole (a definition) has no honest use
  // for these; a web page may.
  const strict = context.place === "definition" || context.place === "config" || context.place === "instructions";
  const of = (one: string): string => (count === 1 ? `One ${one}` : `${count} ${one}s`);
  switch (runs[0]?.kind) {
    case "tag": {
      const message = decodeTags(hidden);
      const says = message === "" ? "" : `; they spell ${shown(message)}`;
      return [detection("unicode-tags", "high", "high", start, end, `${of("invisible tag character")}${says}`)];
    }
    case "selector": {
      const message = decodeSelectors(hidden);
      if (longest < 2 && count < MESSAGE_RUN) {
        return [detection("variation-selectors", "low", "low", start, end, `${of("variation selector")} on nothing`)];
      }
      const says = message === "" ? "" : `; as bytes they spell ${shown(message)}`;
      const severity = longest >= 4 || message !== "" ? "high" : "medium";
      return [
        detection(
          "variation-selectors",
          severity,
          "high",
          start,
          end,
          `A run of ${of("variation selector").toLowerCase()}${says}`,
        ),
      ];
    }
    case "bidi": {
      const override = /[\u202d\u202e]/.test(text.slice(start, end));
      const what = override ? "direction override" : "direction control";
      return [
        detection(
          "bidi-controls",
          "high",
          override ? "high" : "medium",
          start,
          end,
          `${of(what)}: the text is drawn in another order than it is read`,
        ),
      ];
    }
    case "private-use":
      if (!strict) return [];
      return [
        detection(
          "private-use",
          "medium",
          "medium",
          start,
          end,
          `${of("private-use character")}, which no two fonts draw alike`,
        ),
      ];
    case "zero-width": {
      const message = decodeBinary(hidden);
      if (longest >= MESSAGE_RUN || message !== "") {
        const says = message === "" ? "" : `; as bits they spell ${shown(message)}`;
        return [detection("zero-width", "high", "high", start, end, `${of("zero-width character")} in a row${says}`)];
      }
      // Soft hyphens split words by design.
      const soft = /^\u00ad+$/.test(runs.map((run) => text.slice(run.span.start, run.span.end)).join(""));
      const severity = soft
        ? "low"
        : isSpelt(runs)
          ? "high"
          : strict || splits >= 2 || count >= MESSAGE_RUN
            ? "medium"
            : "low";
      const where = splits > 0 ? ` inside ${splits === 1 ? "a word" : `${splits} words`}` : "";
      return [
        detection(
          "zero-width",
          severity,
          "medium",
          start,
          end,
          `${of("zero-width character")}${where}: ${names(text, runs)}`,
        ),
      ];
    }
    case undefined:
      return [];
  }
}

/** Runs between letter and letter from which somebody cut words up: a break for long words comes once in a while. */
const SPELT = 8;

function isSpelt(runs: readonly InvisibleRun[]): boolean {
  let near = 0;
  for (let i = 1; i < runs.length; i++) {
    if ((runs[i]?.span.start ?? 0) - (runs[i - 1]?.span.end ?? 0) <= 2) near++;
  }
  return near >= SPELT;
}

function names(text: string, runs: readonly InvisibleRun[]): string {
  const seen = new Set<string>();
  for (const run of runs) {
    for (const character of text.slice(run.span.start, run.span.end)) {
      seen.add(`U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`);
      if (seen.size === 5) return [...seen].join(" ");
    }
  }
  return [...seen].join(" ");
}

function decodeTags(text: string): string {
  let result = "";
  for (const character of text) {
    const value = (character.codePointAt(0) ?? 0) - 0xe0000;
    if (value >= 0x20 && value < 0x7f) result += String.fromCharCode(value);
  }
  return result;
}

function decodeSelectors(text: string): string {
  const bytes: number[] = [];
  for (const character of text) {
    const value = character.codePointAt(0) ?? 0;
    if (value >= 0xfe00 && value <= 0xfe0f) bytes.push(value - 0xfe00);
    else if (value >= 0xe0100 && value <= 0xe01ef) bytes.push(value - 0xe0100 + 16);
  }
  return printable(bytes);
}

/** Bits written as two zero-width characters, eight to a byte, in either order of meaning. */
function decodeBinary(text: string): string {
  for (const [zero, one] of ["\u200b\u200c", "\u200c\u200b", "\u200b\u200d", "\u200c\u200d", "\u200d\u200c"]) {
    const bits = Array.from(text).filter((character) => character === zero || character === one);
    if (bits.length < 32) continue;
    const bytes: number[] = [];
    for (let i = 0; i + 8 <= bits.length; i += 8) {
      bytes.push(bits.slice(i, i + 8).reduce((value, bit) => value * 2 + (bit === one ? 1 : 0), 0));
    }
    const message = printable(bytes);
    if (message !== "") return message;
  }
  return "";
}

function printable(bytes: readonly number[]): string {
  if (bytes.length < 3 || bytes.some((byte) => byte < 9 || (byte > 13 && byte < 32))) return "";
  const text = Buffer.from(bytes).toString("utf8");
  return text.includes("\ufffd") ? "" : text;
}

/** SGR 8 conceals; SGR with equal foreground and background does as much. In a definition no escape has an honest use. */
function terminal(text: string, context: ScanContext): Detection[] {
  if (!text.includes("\u001b[") && !text.includes("\u009b")) return [];
  const found: Detection[] = [];
  const pattern = /(?:\u001b\[|\u009b)([0-9;]{0,40})m/g;
  let first = -1;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    if (first < 0) first = match.index;
    // The 8 of an indexed colour (38;5;8) conceals nothing.
    const codes = (match[1] ?? "").replace(/[34]8;(?:5;\d*|2(?:;\d*){3})/g, "").split(";");
    const conceals = codes.includes("8");
    const same = codes.some((code) => /^3[0-7]$/.test(code) && codes.includes(`4${code[1]}`));
    if (!conceals && !same) continue;
    const next = text.indexOf("\u001b[", pattern.lastIndex);
    const end = next < 0 ? text.length : next;
    const hidden = shown(text.slice(pattern.lastIndex, Math.min(end, pattern.lastIndex + 400)));
    found.push(
      detection("terminal-concealment", "high", "high", match.index, end, `A terminal code conceals ${hidden}`),
    );
    pattern.lastIndex = end;
  }
  if (found.length === 0 && first >= 0 && context.place === "definition") {
    found.push(
      detection("terminal-escape", "medium", "medium", first, first + 2, "Terminal escape codes in a definition"),
    );
  }
  return found;
}

/** Columns beyond which no window shows a line, and rows beyond which nobody scrolls. */
const PADDING_COLUMNS = 160;
const PADDING_ROWS = 50;

/** Text behind so many blanks or blank lines that it is out of sight. Indentation is not: the eye follows it. */
function padding(text: string): Detection[] {
  const found: Detection[] = [];
  for (const { start, end } of blankRuns(text, PADDING_ROWS)) {
    if (start === 0 || end === text.length) continue;
    const blanks = text.slice(start, end);
    const rows = countOf(blanks, "\n");
    const columns = rows > 0 ? blanks.indexOf("\n") : blanks.length;
    const hides = rows === 0 ? columns >= PADDING_COLUMNS && text[start - 1] !== "\n" : rows >= PADDING_ROWS;
    const line = text.slice(end, end + 400).split("\n", 1)[0] ?? "";
    // A wide table is no hiding place as long as its next cells are drawn where the eye expects them.
    if (!hides || !/\p{L}/u.test(line) || (line.startsWith("|") && isTableRow(text, start))) continue;
    const what = rows === 0 ? `${columns} blanks push` : `${rows} blank lines push`;
    found.push(
      detection("padding", "medium", "medium", start, end + line.length, `${what} ${shown(line)} out of sight`),
    );
  }
  return found;
}

/** True when the line around a place begins with a table's bar. Looks back over what a row may reasonably hold. */
function isTableRow(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 2000), at);
  return /^\s{0,8}\|/.test(before.slice(before.lastIndexOf("\n") + 1));
}

function isBlank(unit: number): boolean {
  return (
    unit === 0x20 || (unit >= 9 && unit <= 13) || unit === 0xa0 || (unit >= 0x2000 && unit <= 0x200a) || unit === 0x3000
  );
}

/** Stretches of at least `min` blanks. Looks at every `min`-th unit, so that text is passed over quickly. */
function* blankRuns(text: string, min: number): Generator<{ start: number; end: number }> {
  for (let at = min - 1; at < text.length; at += min) {
    if (!isBlank(text.charCodeAt(at))) continue;
    let start = at;
    while (start > 0 && isBlank(text.charCodeAt(start - 1))) start--;
    let end = at + 1;
    while (end < text.length && isBlank(text.charCodeAt(end))) end++;
    if (end - start >= min) yield { start, end };
    at = Math.max(at, end - 1);
  }
}

function countOf(text: string, unit: string): number {
  let count = 0;
  for (let at = text.indexOf(unit); at >= 0; at = text.indexOf(unit, at + 1)) count++;
  return count;
}
