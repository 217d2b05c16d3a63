import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { kindOf, readConfig } from "../../../src/clients/clients.ts";
import type { ServerEntry } from "../../../src/clients/config.ts";
import type { Environment } from "../../../src/core/environment.ts";

export interface Home {
  readonly folder: string;
  /** An empty folder below it, or one with files of the test's. */
  readonly work: string;
  readonly env: NodeJS.ProcessEnv;
  /** What our reader says of the files, in their order. */
  readonly entries: readonly ServerEntry[];
  remove(): void;
}

/**
 * A home of its own with files of a client in it, by their paths from there, each read by us. A text may name the folder
 * `work` that it gets: below it a file is of the workspace.
 */
export async function homeWith(texts: Readonly<Record<string, (work: string) => string>>): Promise<Home> {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "sallyport-clients-")));
  const work = path.join(folder, "work");
  mkdirSync(work);
  const environment: Environment = {
    os: process.platform === "darwin" ? "macos" : "linux",
    home: folder,
    cwd: work,
    variable: () => undefined,
  };
  const entries: ServerEntry[] = [];
  for (const [name, textOf] of Object.entries(texts)) {
    const file = path.join(folder, name);
    const text = textOf(work);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    entries.push(...(await readConfig({ path: file, text, ...kindOf(file, environment) })).entries);
  }
  // A proxy that nobody answers at: what these programs list is in the file, and nothing of it leaves the machine.
  const nowhere = "http://127.0.0.1:9";
  return {
    folder,
    work,
    entries,
    env: { HOME: folder, PATH: process.env["PATH"], HTTPS_PROXY: nowhere, HTTP_PROXY: nowhere },
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** What an entry starts or connects to, in words as a list shows it. */
export const words = (entry: ServerEntry): string =>
  entry.command ? [entry.command.value, ...entry.args.map((arg) => arg.value)].join(" ") : (entry.url?.value ?? "");
