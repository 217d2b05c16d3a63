import type { Environment } from "../core/environment.ts";
import type { VariableSyntax } from "./config.ts";
import { pathsOf } from "./client.ts";

/** A variable as it stands in a text. */
export interface Variable {
  /** Offsets into the text. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Where its value is from; `other`: what an editor or a client knows itself. */
  readonly source: "environment" | "file" | "input" | "secret" | "command" | "other";
  /** Of the variable, the input, the secret; the path of a file. */
  readonly name: string;
  /** What stands where the variable is not set. */
  readonly otherwise?: string;
  /** False where the client leaves it as it is written; undefined where nobody says. */
  readonly expanded: boolean | undefined;
}

/** `${{ NAME }}`, `${NAME}`, `{env:NAME}` and `{file:PATH}`: how each differs is in its parts. */
const WRITTEN = /\$\{\{([^{}]*)\}\}|\$\{([^${}]+)\}|\{(env|file):([^{}]+)\}/g;
/** The same, with `$NAME` and `%NAME%`. */
const SHELL = /\$\{([^${}]+)\}|\$([A-Za-z_]\w*)|%([A-Za-z_]\w*)%/g;

const EDITOR = "userHome|workspaceFolder|workspaceFolderBasename|pathSeparator|\\/";
/** What stands between `${` and `}` where a client puts something in; each from its own documentation. */
const EXPANDS: Readonly<Record<VariableSyntax, RegExp | undefined>> = {
  "vscode-input": new RegExp(
    `^(?:(?:input|env|command|config|workspaceFolder):.+|${EDITOR}|file|fileBasename|fileDirname|relativeFile|cwd|execPath|defaultBuildTask)$`,
  ),
  "vscode-env": new RegExp(`^(?:(?:input|env|command|config|workspaceFolder):.+|${EDITOR})$`),
  "cursor-env": new RegExp(`^(?:env:.+|${EDITOR})$`),
  braces: /^[A-Za-z_]\w*(?::-.*)?$/,
  shell: /^(?:[A-Za-z_]\w*(?::-.*)?|\/)$/,
  kilo: /^env:.+$/,
  windsurf: /^(?:env|file):.+$/,
  "env-colon": /^env:.+$/,
  opencode: undefined,
  continue: undefined,
  none: undefined,
  unknown: /./,
};

/** How each client writes a variable of the environment, as a message shows it; empty where it has none. */
const FORM: Readonly<Record<VariableSyntax, string>> = {
  "vscode-input": "${input:id} or ${env:NAME}",
  "vscode-env": "${env:NAME}",
  "cursor-env": "${env:NAME}",
  braces: "${NAME}",
  shell: "${NAME}",
  opencode: "{env:NAME}",
  kilo: "{env:NAME}",
  windsurf: "${env:NAME}",
  continue: "${{ secrets.NAME }}",
  "env-colon": "${env:NAME}",
  none: "",
  unknown: "",
};

/** The client's own form, as a message shows it; empty where it has none or nobody knows. */
export function variableForm(syntax: VariableSyntax): string {
  return FORM[syntax];
}

/** A variable of the environment in the client's own form; undefined where it has none, or nobody knows. */
export function environmentReference(syntax: VariableSyntax, name: string): string | undefined {
  switch (syntax) {
    case "vscode-input":
    case "vscode-env":
    case "cursor-env":
    case "windsurf":
    case "env-colon":
      return `\${env:${name}}`;
    case "braces":
    case "shell":
      return `\${${name}}`;
    case "opencode":
    case "kilo":
      return `{env:${name}}`;
    case "continue":
      return `\${{ secrets.${name} }}`;
    case "none":
    case "unknown":
      return undefined;
  }
}

type Meaning = Pick<Variable, "source" | "name" | "otherwise">;

/** What the words between the braces say. */
function meaningOf(inner: string): Meaning {
  const colon = inner.indexOf(":");
  const [prefix, rest] = colon < 0 ? ["", inner] : [inner.slice(0, colon), inner.slice(colon + 1)];
  if (prefix === "env") return { source: "environment", name: rest };
  if (prefix === "input") return { source: "input", name: rest };
  if (prefix === "file") return { source: "file", name: rest };
  if (prefix === "command") return { source: "command", name: rest };
  if (prefix === "" && /^[A-Z_][A-Z0-9_]*$/.test(rest)) return { source: "environment", name: rest };
  if (/^[A-Za-z_]\w*$/.test(prefix) && rest.startsWith("-")) {
    return { source: "environment", name: prefix, otherwise: rest.slice(1) };
  }
  return { source: "other", name: inner };
}

/** `secrets.NAME` and `inputs.NAME` of Continue. */
function meaningOfExpression(inner: string): Meaning {
  const words = inner.trim();
  if (words.startsWith("secrets.")) return { source: "secret", name: words.slice("secrets.".length) };
  if (words.startsWith("inputs.")) return { source: "input", name: words.slice("inputs.".length) };
  return { source: "other", name: words };
}

/** Every variable in a text, in whichever client's form, with whether this client puts a value in its place. */
export function* variablesIn(text: string, syntax: VariableSyntax): Iterable<Variable> {
  const unknown = syntax === "unknown";
  const inBraces = (inner: string): boolean | undefined =>
    unknown ? undefined : EXPANDS[syntax]?.test(inner) === true;
  for (const match of text.matchAll(syntax === "shell" ? SHELL : WRITTEN)) {
    const where = { start: match.index, end: match.index + match[0].length, text: match[0] };
    if (syntax === "shell") {
      const [, braced, ...bare] = match;
      const name = bare.find((one) => one !== undefined);
      if (braced !== undefined) yield { ...where, ...meaningOf(braced), expanded: inBraces(braced) };
      else if (name !== undefined) yield { ...where, source: "environment", name, expanded: true };
      continue;
    }
    const [, expression, braced, prefix, rest] = match;
    if (expression !== undefined) {
      yield { ...where, ...meaningOfExpression(expression), expanded: unknown ? undefined : syntax === "continue" };
    } else if (braced !== undefined) {
      yield { ...where, ...meaningOf(braced), expanded: inBraces(braced) };
    } else if (prefix !== undefined && rest !== undefined) {
      const known = syntax === "opencode" || (syntax === "kilo" && prefix === "env");
      yield { ...where, ...meaningOf(`${prefix}:${rest}`), expanded: unknown ? undefined : known };
    }
  }
}

/** A variable and whether this machine has a value for it. The value itself is never part of it. */
export interface ResolvedName {
  readonly text: string;
  readonly source: Variable["source"];
  readonly name: string;
  /** Undefined where only the client can tell. */
  readonly set: boolean | undefined;
}

/** The variables that a client puts into a text, by name, with whether they are set: for people to see, without a secret. */
export function resolvedNames(text: string, syntax: VariableSyntax, environment: Environment): ResolvedName[] {
  return [...variablesIn(text, syntax)]
    .filter((one) => one.expanded !== false)
    .map(({ text: written, source, name }) => ({
      text: written,
      source,
      name,
      set: source === "environment" ? environment.variable(name) !== undefined : undefined,
    }));
}

/** Names that stand for the home folder, and are no secret. */
const HOMES = new Set(["HOME", "USERPROFILE"]);

/**
 * A text with the folders put in that a client knows: the home folder, the workspace's, the path separator. Every other
 * variable stays as it is written, so that no value of the environment is shown or compared.
 */
export function withFolders(
  text: string,
  syntax: VariableSyntax,
  environment: Environment,
  root: string | undefined,
): string {
  let result = "";
  let at = 0;
  for (const { start, end, text: written, source, name, expanded } of variablesIn(text, syntax)) {
    let value: string | undefined;
    if (expanded !== false) {
      if (name === "userHome" || (source === "environment" && HOMES.has(name))) value = environment.home;
      else if (name === "workspaceFolder" || name === "CLAUDE_PROJECT_DIR") value = root;
      else if (name === "pathSeparator" || name === "/") value = pathsOf(environment).join("a", "b").charAt(1);
    }
    result += text.slice(at, start) + (value ?? written);
    at = end;
  }
  return result + text.slice(at);
}
