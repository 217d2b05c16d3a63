import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/**
 * The folder in which `npm install @modelcontextprotocol/conformance@0.2.0-alpha.12` was run, and a Node of 22 or later for
 * it. It is no dependency of the project: it needs a newer Node than we do, and brings a hundred packages.
 */
const SUITE = process.env["CONFORMANCE"];
const NODE = process.env["CONFORMANCE_NODE"] ?? process.execPath;
export const skip = SUITE === undefined ? "CONFORMANCE names no folder with the official suite" : false;
/** Everything passes: what is compared is the protocol. */
export const POLICY = `version: 1
rules:
  - { id: all, match: {}, effect: allow, reason: a test }
`;

export interface Check {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly status: string;
  readonly errorMessage?: string;
}

/** Runs the suite's command. Its exit code says whether all passed, which is not what is asked here. */
export async function conformance(args: readonly string[], more: Record<string, string> = {}): Promise<void> {
  const cli = path.join(SUITE ?? "", "node_modules/.bin/conformance");
  assert.ok(existsSync(cli), `${cli} is not there`);
  const options = { timeout: 120_000, env: { ...process.env, ...more } };
  await new Promise<void>((resolve) => {
    execFile(NODE, [cli, ...args], options, () => resolve());
  });
}

export function checksIn(folder: string): Check[] {
  return JSON.parse(readFileSync(path.join(folder, "checks.json"), "utf8")) as Check[];
}
