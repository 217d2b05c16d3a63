import path from "node:path";
import type { ConfigFile, ServerEntry } from "../clients/config.ts";
import type { Environment } from "../core/environment.ts";

/** What starts, with the client's variables put in. */
export interface InspectLaunch {
  readonly command: string;
  readonly args: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  /** What the entry sets, by name. */
  readonly env: ReadonlyMap<string, string>;
  /** The same as they are written: what a person agrees to does not change with the values of their own variables. */
  readonly writtenEnv: ReadonlyMap<string, string>;
  /** Variables that nothing here can give a value: `${input:token}`. */
  readonly unknown: readonly string[];
  /** Ids of the inputs among them, which a person can type. */
  readonly inputs: readonly string[];
}

export interface LaunchOptions {
  readonly file: ConfigFile;
  readonly entry: ServerEntry;
  readonly environment: Environment;
  /** The folder that the client would have open. */
  readonly folder: string;
  /** Values of inputs that a person has typed. */
  readonly inputs?: ReadonlyMap<string, string>;
}

const NAME = /^[A-Za-z_]\w*$/;

/**
 * The entry's command as its client would start it. Undefined for an entry that starts nothing here: it has a URL. What no
 * client is known to expand stays as it is written.
 */
export function inspectLaunch(options: LaunchOptions): InspectLaunch | undefined {
  const { file, entry, environment, folder, inputs } = options;
  if (!entry.command) return undefined;
  const unknown = new Set<string>();
  const wanted = new Set<string>();
  const paths = environment.os === "windows" ? path.win32 : path.posix;

  const valueOf = (name: string): string | undefined => {
    switch (name) {
      case "workspaceFolder":
      case "workspaceRoot":
        return folder;
      case "workspaceFolderBasename":
        return paths.basename(folder);
      case "userHome":
        return environment.home;
      case "pathSeparator":
      case "/":
        return paths.sep;
    }
    if (name.startsWith("env:")) return environment.variable(name.slice("env:".length)) ?? "";
    if (name.startsWith("input:")) {
      const id = name.slice("input:".length);
      wanted.add(id);
      return inputs?.get(id);
    }
    const [own = "", ...fallback] = name.split(":-");
    if (file.kind.variables !== "braces" || !NAME.test(own)) return undefined;
    return environment.variable(own) ?? (fallback.length > 0 ? fallback.join(":-") : undefined);
  };
  const expand = (text: string): string =>
    file.kind.variables === "none"
      ? text
      : text.replace(/\$\{([^{}]{1,1000})\}/g, (whole, name: string) => {
          const value = valueOf(name);
          if (value === undefined) unknown.add(whole);
          return value ?? whole;
        });

  const command = expand(entry.command.value);
  const args = entry.args.map((arg) => expand(arg.value));
  const writtenEnv = new Map(entry.env.map((one) => [one.name, one.value]));
  const env = new Map([...writtenEnv].map(([name, value]) => [name, expand(value)]));
  const cwd = paths.resolve(folder, entry.cwd ? expand(entry.cwd.value) : ".");
  return { command, args, cwd, env, writtenEnv, unknown: [...unknown], inputs: [...wanted] };
}
