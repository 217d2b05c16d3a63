import { randomBytes } from "node:crypto";
import { chmodSync, closeSync, existsSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import path from "node:path";
import type { Environment } from "../core/environment.ts";
import { SallyportError } from "../core/errors.ts";
import { ensureFolder, pathsFor, readOwn, replaceFile } from "../link/paths.ts";
import { type Installation, readInstallations, withInstallation } from "./installations.ts";
import { nodeLauncher, shellLauncher } from "./launcherText.ts";
import { NODE_LAUNCHER, SHELL_LAUNCHER } from "./words.ts";

const REGISTRY = "installations.json";

/** Replaces a program whole or not at all; leaves one that is right alone, so that a running start never sees a change. */
function writeProgram(file: string, text: string, mode: number): void {
  if (readOwn(file) === text && (process.platform === "win32" || (statSync(file).mode & 0o777) === mode)) return;
  const draft = `${file}.${process.pid}.${randomBytes(6).toString("hex")}`;
  const handle = openSync(draft, "wx", mode);
  try {
    writeSync(handle, text);
  } finally {
    closeSync(handle);
  }
  try {
    // The mask may have taken bits away.
    chmodSync(draft, mode);
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/**
 * Registers an installation and writes the launchers into `~/.sallyport/bin/`, which start the newest one that is there.
 * Called whenever the extension is activated and before an entry is protected; cheap where nothing changed. Throws a
 * SallyportError: UNAVAILABLE (the program is missing), REFUSED (the folder is not ours), USAGE.
 */
export function installLauncher(environment: Environment, installation: Installation): void {
  if (!existsSync(installation.program)) {
    throw new SallyportError("UNAVAILABLE", `${installation.program}: this installation has no program to launch`);
  }
  const { home, bin } = pathsFor(environment);
  ensureFolder(home);
  ensureFolder(bin);
  const registry = path.join(bin, REGISTRY);
  const installations = withInstallation(readInstallations(registry), installation);
  const text = `${JSON.stringify(installations, undefined, 2)}\n`;
  if (readOwn(registry) !== text) replaceFile(registry, text);
  const node = path.join(bin, NODE_LAUNCHER);
  writeProgram(node, nodeLauncher(home, installations), 0o600);
  writeProgram(path.join(bin, SHELL_LAUNCHER), shellLauncher(home, node, installations), 0o700);
}
