import { type PathTrouble, pathsIn, type PluginPath, troubleIn, wordsOutside } from "../pluginPaths.ts";
import type { Severity } from "../../core/finding.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

const WHAT: Readonly<Record<PathTrouble, { readonly severity: Severity; readonly says: string }>> = {
  outside: { severity: "medium", says: "leads out of the plugin's folder, and is not followed" },
  remote: { severity: "medium", says: "is fetched from elsewhere: what it holds can change, and nobody has seen it" },
  link: { severity: "medium", says: "leads through a symbolic link, and is not followed" },
  circular: { severity: "medium", says: "leads back to a file that led to it" },
  deep: { severity: "medium", says: "is one file too many in a row that name each other, and is not followed" },
  missing: { severity: "low", says: "is not there" },
};

function found({ node, key }: Pick<PluginPath, "node" | "key">, trouble: PathTrouble): Found {
  const { severity, says } = WHAT[trouble];
  return {
    span: node.span,
    severity,
    message: `The plugin's ${key} ${JSON.stringify(node.value.slice(0, 100))} ${says}`,
  };
}

function* check({ file, facts }: RuleContext): Iterable<Found> {
  const known = facts.pluginPaths.get(file.path);
  // Of a file that a manifest leads to, only the run knows whose it is.
  for (const one of pathsIn(file, "")) {
    const trouble = known?.get(one.node.value) ?? (one.folder === "" ? undefined : troubleIn(one));
    if (trouble !== undefined) yield found(one, trouble);
  }
  for (const node of wordsOutside(file)) yield found({ node, key: "command" }, "outside");
}

export const pluginPath: AuditRule = {
  info: {
    id: "plugin-path",
    title: "Path of a plugin that cannot be followed",
    summary:
      "Reports paths in the manifest of a plugin or marketplace, and in the files that they lead to, that leave the plugin's folder, go through a symbolic link, are addresses, lead in a circle or through more than five files, or to nothing. All others are followed and what is there is audited.",
    why: "A manifest that names a file elsewhere makes the client load what a reviewer of the plugin never sees; one that nobody can follow to its end hides what the plugin starts.",
    remedy: "Keep every file of a plugin inside its folder, and name it directly.",
    severity: "medium",
    persona: "regular",
    references: ["MCP04:2025", "ASI04", "CWE-22", "CWE-59", "CWE-674"],
  },
  example: {
    before: `"mcpServers": "../../shared/servers.json"`,
    after: `"mcpServers": "./servers.json"`,
  },
  check,
};
