import path from "node:path";
import type { ConfigFile, ServerEntry, VariableSyntax } from "../clients/config.ts";
import { type Variable, variablesIn } from "../clients/variables.ts";
import type { Environment } from "../core/environment.ts";

/** What starts, with the client's variables put in. */
export interface InspectLaunch {
  readonly command: string;
  readonly args: readonly string[];
  /** Command and arguments as they are written: no value of a variable is in them. */
  readonly written: readonly string[];
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

/** What an editor knows itself, beside its folder. */
function ofEditor(name: string, folder: string, environment: Environment): string | undefined {
  const paths = environment.os === "windows" ? path.win32 : path.posix;
  switch (name) {
    case "workspaceFolder":
    case "CLAUDE_PROJECT_DIR":
      return folder;
    case "workspaceFolderBasename":
      return paths.basename(folder);
    case "userHome":
      return environment.home;
    case "pathSeparator":
    case "/":
      return paths.sep;
    default:
      return undefined;
  }
}

/** VS Code puts nothing where a variable of the environment is not set; others keep its name, or do not start. */
const EMPTY_WHERE_UNSET: ReadonlySet<VariableSyntax> = new Set(["vscode-input", "vscode-env"]);

/**
 * The entry's command as its client would start it. Undefined for an entry that starts nothing here: it has a URL. What
 * the client leaves as it is written stays so.
 */
export function inspectLaunch(options: LaunchOptions): InspectLaunch | undefined {
  const { file, entry, environment, folder, inputs } = options;
  if (!entry.command) return undefined;
  const syntax = file.kind.variables;
  const unknown = new Set<string>();
  const wanted = new Set<string>();

  const valueOf = ({ source, name, otherwise }: Variable): string | undefined => {
    if (source === "environment") {
      const unset = ofEditor(name, folder, environment) ?? otherwise;
      return environment.variable(name) ?? unset ?? (EMPTY_WHERE_UNSET.has(syntax) ? "" : undefined);
    }
    if (source === "other") return ofEditor(name, folder, environment);
    // A secret store, a file, a command of the editor: not ours to open.
    if (source !== "input") return undefined;
    wanted.add(name);
    return inputs?.get(name);
  };
  const expand = (text: string): string => {
    let result = "";
    let at = 0;
    for (const variable of variablesIn(text, syntax)) {
      const { start, end, text: written, expanded } = variable;
      if (expanded === false) continue;
      const value = valueOf(variable);
      if (value === undefined) unknown.add(written);
      result += text.slice(at, start) + (value ?? written);
      at = end;
    }
    return result + text.slice(at);
  };

  const paths = environment.os === "windows" ? path.win32 : path.posix;
  const command = expand(entry.command.value);
  const args = entry.args.map((arg) => expand(arg.value));
  const written = [entry.command, ...entry.args].map((word) => word.value);
  const writtenEnv = new Map(entry.env.map((one) => [one.name, one.value]));
  const env = new Map([...writtenEnv].map(([name, value]) => [name, expand(value)]));
  const cwd = paths.resolve(folder, entry.cwd ? expand(entry.cwd.value) : ".");
  return { command, args, written, cwd, env, writtenEnv, unknown: [...unknown], inputs: [...wanted] };
}
