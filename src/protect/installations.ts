import { existsSync } from "node:fs";
import path from "node:path";
import { SallyportError } from "../core/errors.ts";
import { readOwn } from "../link/paths.ts";

/** One installation of Sallyport: a version of the extension, or of the npm package. */
export interface Installation {
  readonly version: string;
  /** Absolute path of its `dist/sallyport.js`. */
  readonly program: string;
  /** Absolute path of the Node that it was registered with. */
  readonly runtime: string;
  /** The runtime is an editor, which is Node only with ELECTRON_RUN_AS_NODE. */
  readonly electron: boolean;
}

function isInstallation(value: unknown): value is Installation {
  if (typeof value !== "object" || value === null) return false;
  const { version, program, runtime, electron } = value as Record<string, unknown>;
  return [version, program, runtime].every((one) => typeof one === "string") && typeof electron === "boolean";
}

/** What is registered. A file that does not read back is as good as none: every installation registers itself anew. */
export function readInstallations(file: string): Installation[] {
  let value: unknown;
  try {
    value = JSON.parse(readOwn(file) ?? "[]");
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
  return Array.isArray(value) ? value.filter(isInstallation) : [];
}

function numbers(version: string): number[] {
  return (version.split(/[-+]/, 1)[0] ?? "").split(".").map(Number);
}

/** Newer versions first; a release before its own previews. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [numbers(a), numbers(b)];
  for (let i = 0; i < 3; i++) {
    const difference = (right[i] || 0) - (left[i] || 0);
    if (difference !== 0) return difference;
  }
  const previews = Number(a.includes("-")) - Number(b.includes("-"));
  return previews !== 0 ? previews : a < b ? 1 : a > b ? -1 : 0;
}

/** A path that a launcher may hold: absolute, and one line. */
function checked(file: string, what: string): string {
  if (!path.isAbsolute(file) || /[\0\r\n]/.test(file)) {
    throw new SallyportError("USAGE", `${JSON.stringify(file)} is no absolute path of ${what}`);
  }
  return file;
}

/** Adds one, drops those that are gone, newest first; of one version the one that was registered last. */
export function withInstallation(known: readonly Installation[], one: Installation): Installation[] {
  checked(one.program, "a program");
  checked(one.runtime, "a runtime");
  const others = known.filter((other) => other.program !== one.program && existsSync(other.program));
  return [one, ...others].toSorted((a, b) => compareVersions(a.version, b.version));
}
