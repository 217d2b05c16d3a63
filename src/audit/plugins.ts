import type { ConfigFile } from "../clients/config.ts";
import { isCommitted, type PluginReference } from "../clients/permissions/model.ts";
import { pluginsOf } from "../clients/permissions/permissions.ts";
import type { Fix, Severity } from "../core/finding.ts";
import { partOfString } from "../documents/data.ts";
import type { Found, RuleContext } from "./rule.ts";
import { textFix } from "./textFix.ts";

const WHAT: Readonly<Record<PluginReference["kind"], string>> = {
  npm: "Plugins load whatever version was published last",
  git: "Plugins are loaded from repositories, at no fixed commit",
  file: "",
  marketplace: "Plugins are offered by marketplaces that are at no fixed commit",
  plugin: "Plugins are installed for everybody who trusts the folder, in whatever version there is",
  feature: "Features of the container are installed in whatever version there is",
};

/** Writes the version that this machine has behind the name. */
function pin({ file, installed }: RuleContext, plugin: PluginReference): Fix[] {
  const version = plugin.kind === "npm" ? installed(plugin.name) : undefined;
  if (version === undefined || !plugin.node) return [];
  const span = partOfString(file.document.text, plugin.node, 0, plugin.written.length);
  const text = `${plugin.name}@${version}`;
  return textFix(file, `Pin ${text}`, "safe", { span, text });
}

/** A file beside the settings is code of the same repository, and has no version. A person's own plugins are their choice. */
function isAsked(file: ConfigFile, plugin: PluginReference): boolean {
  return (
    plugin.kind !== "file" &&
    plugin.version === undefined &&
    (plugin.kind === "npm" || plugin.kind === "git" || isCommitted(file))
  );
}

/** The marketplaces that Claude Code's maker runs. */
const OFFICIAL = /@(?:claude-plugins-official|claude-code-plugins|anthropic-agent-skills)$/;

function severityOf(kind: PluginReference["kind"], all: readonly PluginReference[]): Severity {
  if (kind === "feature") return "low";
  return all.every((plugin) => plugin.kind === "plugin" && OFFICIAL.test(plugin.name)) ? "low" : "medium";
}

const NAMED = 5;

/** Plugins, marketplaces and container features without a fixed version: one finding a file and sort. */
export function* unpinnedPlugins(context: RuleContext): Iterable<Found> {
  const { file } = context;
  const asked = pluginsOf(file).filter((plugin) => isAsked(file, plugin));
  for (const kind of new Set(asked.map((plugin) => plugin.kind))) {
    const all = asked.filter((plugin) => plugin.kind === kind);
    const [first, ...rest] = all;
    if (!first) continue;
    const fixes = all.flatMap((plugin) => pin(context, plugin));
    const names = all.slice(0, NAMED).map((plugin) => plugin.written.slice(0, 80));
    const more = all.length > NAMED ? ` and ${all.length - NAMED} more` : "";
    yield {
      span: first.span,
      severity: severityOf(kind, all),
      message: `${WHAT[kind]}: ${names.join(", ")}${more}`,
      related: rest.map((plugin) => ({ file: file.path, span: plugin.span, message: plugin.name.slice(0, 60) })),
      fixes,
    };
  }
}
