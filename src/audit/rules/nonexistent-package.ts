import type { ConfigFile, ServerEntry } from "../../clients/config.ts";
import type { Fix } from "../../core/finding.ts";
import { property } from "../../documents/data.ts";
import { deleteElements } from "../../documents/edits.ts";
import { replaceText } from "../../documents/textEdits.ts";
import { successorOf } from "../archived.ts";
import { inHouseOf, registryOf } from "../inHouse.ts";
import { launchesOf } from "../launch.ts";
import { type PackageRef, packagesOf } from "../packages.ts";
import { renamePackage } from "../renamePackage.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

/** What is meant by a made-up name: a package of npm or PyPI, or something else, in words. */
type Meant = { readonly npm: string } | { readonly pypi: string } | { readonly is: string };

/**
 * Names that models and guides make up. Each stands for a server that exists elsewhere: as a package of PyPI, under
 * another name, or as a remote server of the vendor. From the registries and the vendors' own documentation.
 */
const INVENTED: Readonly<Record<string, Meant>> = {
  "@modelcontextprotocol/server-fetch": { pypi: "mcp-server-fetch" },
  "@modelcontextprotocol/server-time": { pypi: "mcp-server-time" },
  "@modelcontextprotocol/server-git": { pypi: "mcp-server-git" },
  "@modelcontextprotocol/server-sqlite": { pypi: "mcp-server-sqlite" },
  "@modelcontextprotocol/server-sentry": { is: "Sentry's own server at https://mcp.sentry.dev" },
  "@modelcontextprotocol/server-sequentialthinking": { npm: "@modelcontextprotocol/server-sequential-thinking" },
  "@modelcontextprotocol/server-google-drive": { npm: "@modelcontextprotocol/server-gdrive" },
  "@modelcontextprotocol/server-gmail": { is: "no server of the protocol's project" },
  "@modelcontextprotocol/server-notion": { npm: "@notionhq/notion-mcp-server" },
  "@modelcontextprotocol/server-playwright": { npm: "@playwright/mcp" },
  "@modelcontextprotocol/server-docker": { is: "no server of the protocol's project" },
  "@github/github-mcp-server": { is: "ghcr.io/github/github-mcp-server, an image" },
  "github-mcp-server": { is: "ghcr.io/github/github-mcp-server, an image" },
  "mcp-server-fetch": { pypi: "mcp-server-fetch" },
  "mcp-server-git": { pypi: "mcp-server-git" },
  "mcp-server-time": { pypi: "mcp-server-time" },
};
/** The vendors' own registries, beside the public one, for their scopes. */
const VENDORS: Readonly<Record<string, string>> = { "@github": "npm.pkg.github.com" };
/** Scopes under which nobody publishes servers, though the name says so. */
const INVENTED_SCOPE = /^@anthropic(?:-ai)?\/(?:mcp|server|mcp-server)-/;

function wordsOf(meant: Meant): string {
  if ("is" in meant) return meant.is;
  return "npm" in meant ? meant.npm : `${meant.pypi} on PyPI (uvx)`;
}

/** `npx -y @x/y arguments` as `uvx z arguments`, where it is written so: no other runner between, no options beside `-y`. */
function byUvx(file: ConfigFile, entry: ServerEntry, ref: PackageRef, to: string): Fix[] {
  const { command, args } = entry;
  const list = property(entry.object, "args")?.value;
  const at = args.findIndex((arg) => arg.node.span.start <= ref.span.start && ref.span.end <= arg.node.span.end);
  const own = args[at];
  // A version of npm says nothing of PyPI's.
  if (command?.value !== "npx" || list?.kind !== "array" || !own || own.value !== ref.name) return [];
  const before = args.slice(0, at);
  if (!before.every((arg) => /^(?:-y|--yes)$/.test(arg.value))) return [];
  const gone = deleteElements(
    file.document,
    list,
    before.map((arg) => arg.node),
  );
  const put = replaceText(file.document, { span: command.node.span, text: "uvx" }, { span: own.node.span, text: to });
  if (put.length === 0 || (before.length > 0 && gone.length === 0)) return [];
  return [{ title: `Start ${to} by uvx`, safety: "unsafe", edits: [...put, ...gone] }];
}

function fixesOf(file: ConfigFile, entry: ServerEntry, ref: PackageRef, meant: Meant): readonly Fix[] {
  if ("npm" in meant) return renamePackage(file, ref, meant.npm);
  return "pypi" in meant && successorOf("pypi", meant.pypi) === undefined ? byUvx(file, entry, ref, meant.pypi) : [];
}

/** What the name is, where the registry that it is asked of does not make it one's own. */
function* ofNpm({ file, facts }: RuleContext, entry: ServerEntry, ref: PackageRef): Iterable<Found> {
  const meant = Object.hasOwn(INVENTED, ref.name) ? INVENTED[ref.name] : undefined;
  if (meant === undefined && !INVENTED_SCOPE.test(ref.name)) return;
  const registry = registryOf(inHouseOf(facts.inHouse, file), ref.name);
  const [scope = ""] = ref.name.split("/");
  // The person has set up a registry of their own for it, or the vendor's: there the name is given out by somebody.
  if (registry?.shared === false || (registry?.host !== undefined && registry.host === VENDORS[scope])) return;
  const from = registry?.host === undefined ? "" : `, from the registry ${registry.host} that this repository names`;
  const fixes = meant ? fixesOf(file, entry, ref, meant) : [];
  yield {
    entry,
    span: ref.span,
    confidence: "medium",
    message: `The server ${JSON.stringify(entry.name)} starts ${ref.name}${from}, which its supposed maker does not publish${meant === undefined ? "" : `; what is meant is ${wordsOf(meant)}`}`,
    ...(fixes.length > 0 && { fixes }),
  };
}

function* check(context: RuleContext): Iterable<Found> {
  const { file } = context;
  for (const entry of file.entries) {
    for (const ref of launchesOf(file, entry).flatMap(packagesOf)) {
      if (ref.source === "npm") yield* ofNpm(context, entry, ref);
      else if (ref.source === "pypi" && ref.name === "run" && ref.runner === "uvx") {
        const message = `The server ${JSON.stringify(entry.name)} starts the package "run": uvx takes its first word for a package`;
        yield { entry, span: ref.span, message, fixes: withoutRun(file, entry, ref) };
      }
    }
  }
}

/** `uvx run x` as `uvx x`. */
function withoutRun(file: ConfigFile, entry: ServerEntry, ref: PackageRef): Fix[] {
  const list = property(entry.object, "args")?.value;
  const at = entry.args.findIndex(
    (arg) => arg.value === "run" && arg.node.span.start <= ref.span.start && ref.span.end <= arg.node.span.end,
  );
  const [own, next] = entry.args.slice(at, at + 2);
  if (at < 0 || !own || !next || next.value.startsWith("-") || list?.kind !== "array") return [];
  const edits = deleteElements(file.document, list, [own.node]);
  return edits.length === 0 ? [] : [{ title: `Start ${next.value.slice(0, 60)} itself`, safety: "unsafe", edits }];
}

export const nonexistentPackage: AuditRule = {
  info: {
    id: "nonexistent-package",
    title: "Package that its maker does not publish",
    summary:
      "Reports npm names that models and guides make up for known servers (`@modelcontextprotocol/server-fetch`, `@anthropic-ai/mcp-server-…`), and `uvx run X`, which starts the package named `run`. The list comes with Sallyport; no registry is asked. A name that the person's own `.npmrc` takes from another registry is none; one that a repository's does is told with it.",
    why: "Whoever registers such a name is executed on every machine whose configuration has it.",
    remedy: "Use the package or address that the maker's own documentation names.",
    severity: "high",
    persona: "regular",
    needsOwnConsent: true,
    references: ["MCP04:2025", "ASI04", "CWE-1357"],
  },
  fix: "Writes the package that is meant where it is known: another name of npm, or `uvx` with the package of PyPI.",
  example: {
    before: `"command": "npx", "args": ["-y", "@modelcontextprotocol/server-fetch@1.0.0"]`,
    after: `"command": "uvx", "args": ["mcp-server-fetch==2025.4.7"]`,
  },
  check,
};
