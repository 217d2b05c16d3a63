import { createHash } from "node:crypto";
import path from "node:path";
import type { Edit, Finding, Fix, Location } from "../core/finding.ts";
import type { LineIndex, Span } from "../core/text.ts";
import { below, lineIndexes, type Report } from "./report.ts";

/** Code units around a place in which the secret of the same entry stands. */
const NEAR = 4000;

/** One-based lines and columns, columns in UTF-16 code units; the end is exclusive. */
export interface Region {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** What it takes to name a place. */
export type Placed = Pick<Report, "base" | "home" | "texts" | "secrets">;

/** A path as a relative URI reference. */
function uriOf(relative: string): string {
  return relative.split(path.sep).map(encodeURIComponent).join("/");
}

/** Turns offsets into regions and files into portable names, for the formats that machines read. */
export class Places {
  readonly #index: (file: string) => LineIndex | undefined;

  constructor(readonly report: Placed) {
    this.#index = lineIndexes(report);
  }

  /** Undefined where the text of the file is not known. */
  region(file: string, span: Span): Region | undefined {
    const index = this.#index(file);
    if (!index) return undefined;
    const { start, end } = index.range(span);
    return {
      startLine: start.line + 1,
      startColumn: start.character + 1,
      endLine: end.line + 1,
      endColumn: end.character + 1,
    };
  }

  /** Relative to where the person stands or to their home; else absolute. */
  uri(file: string): { uri: string; base: "SRCROOT" | "HOME" | undefined } {
    const here = below(this.report.base, file);
    if (here !== undefined) return { uri: uriOf(here), base: "SRCROOT" };
    const fromHome = below(this.report.home, file);
    if (fromHome !== undefined) return { uri: uriOf(fromHome), base: "HOME" };
    return { uri: fileUri(file), base: undefined };
  }

  /** True when the new text of an edit would repeat a secret that stands near one of the places. */
  #repeatsSecret(edit: Edit, places: readonly Location[]): boolean {
    return places.some(({ file, span }) => {
      const text = this.report.texts.get(file) ?? "";
      const near = this.report.secrets.get(file)?.within(span.start - NEAR, span.end + NEAR) ?? [];
      return near.some(({ start, end }) => {
        const secret = text.slice(start, end).replace(/^["']|["']$/g, "");
        return secret !== "" && edit.newText.includes(secret);
      });
    });
  }

  /** Fixes as they may leave the machine: those that would carry a secret stay out. */
  fixes(found: Finding): Fix[] {
    return found.fixes.filter(
      (fix) => !fix.edits.some((edit) => this.#repeatsSecret(edit, [found.primary, ...fix.edits])),
    );
  }

  /**
   * What stays the same when lines move, unique in each file: the finding's own, else one of the rule and of the line's
   * text without blanks and secrets; equal ones are told apart by their order, from 1.
   */
  fingerprints(findings: readonly Finding[]): Map<Finding, string> {
    const seen = new Map<string, number>();
    const result = new Map<Finding, string>();
    for (const found of findings) {
      if (found.fingerprint !== undefined) {
        result.set(found, found.fingerprint);
        continue;
      }
      const { file, span } = found.primary;
      const parts = [found.rule.id, this.#maskedLine(file, span)];
      const hash = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
      const nth = (seen.get(`${file}\0${hash}`) ?? 0) + 1;
      seen.set(`${file}\0${hash}`, nth);
      result.set(found, `${hash}:${nth}`);
    }
    return result;
  }

  #maskedLine(file: string, span: Span): string {
    const index = this.#index(file);
    if (!index) return "";
    const { line } = index.position(span.start);
    const lineStart = index.lineStart(line);
    const lineEnd = lineStart + index.lineText(line).length;
    // A file of one long line: what stands around the place tells more than the whole.
    const long = lineEnd - lineStart > 1000;
    const from = long ? Math.max(lineStart, span.start - 100) : lineStart;
    const to = long ? Math.min(lineEnd, span.start + 400) : lineEnd;
    let masked = "";
    let at = from;
    for (const secret of this.report.secrets.get(file)?.within(from, to) ?? []) {
      masked += `${index.text.slice(at, Math.max(at, secret.start))}\u0000`;
      at = secret.end;
    }
    return (masked + index.text.slice(at, Math.max(at, to))).replace(/\s+/g, "");
  }
}

/** An absolute path as a `file:` URI. */
export function fileUri(file: string): string {
  const forward = path.sep === "\\" ? file.replaceAll("\\", "/") : file;
  const encoded = forward
    .split("/")
    .map((part, i) => (i === 0 && /^[A-Za-z]:$/.test(part) ? part : encodeURIComponent(part)))
    .join("/");
  if (encoded.startsWith("//")) return `file:${encoded}`;
  return encoded.startsWith("/") ? `file://${encoded}` : `file:///${encoded}`;
}
