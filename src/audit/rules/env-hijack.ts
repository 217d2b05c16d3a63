import type { Severity } from "../../core/finding.ts";
import { deleteProperty } from "../../documents/edits.ts";
import { variablesOf } from "../environments.ts";
import { parseUrl } from "../hosts.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

/** Variables that make a program load or run something else, whatever their value. */
const ALWAYS = new Set(
  "LD_PRELOAD LD_AUDIT DYLD_INSERT_LIBRARIES DYLD_LIBRARY_PATH DYLD_FRAMEWORK_PATH BASH_ENV ENV PROMPT_COMMAND PYTHONSTARTUP PYTHONHOME PERL5OPT PERL5DB PERL5LIB GIT_SSH_COMMAND GIT_SSH GIT_EXTERNAL_DIFF GIT_EXEC_PATH GIT_PROXY_COMMAND GIT_ASKPASS JDK_JAVA_OPTIONS_FILE SALLYPORT_HOME".split(
    " ",
  ),
);
/** Variables that do so with some values. */
const SOMETIMES: Readonly<Record<string, RegExp>> = {
  NODE_OPTIONS: /(?:^|\s)(?:-r|--require|--import|--loader|--experimental-loader|--inspect(?:-brk|-wait)?)(?:[=\s]|$)/,
  BUN_OPTIONS: /(?:^|\s)(?:-r|--preload|--require|--import|--inspect)/,
  RUBYOPT: /(?:^|\s)-[rI]/,
  JAVA_TOOL_OPTIONS: /-(?:javaagent|agentlib|agentpath)/,
  JDK_JAVA_OPTIONS: /-(?:javaagent|agentlib|agentpath)/,
  _JAVA_OPTIONS: /-(?:javaagent|agentlib|agentpath)/,
};
/** Search paths: legitimate, and worth a look. */
const PATHS = new Set(["PATH", "PYTHONPATH", "NODE_PATH", "LD_LIBRARY_PATH", "RUBYLIB", "CLASSPATH"]);
const REGISTRY =
  /^(?:NPM_CONFIG_REGISTRY|YARN_NPM_REGISTRY_SERVER|BUN_CONFIG_REGISTRY|UV_INDEX_URL|UV_DEFAULT_INDEX|UV_EXTRA_INDEX_URL|UV_INDEX|PIP_INDEX_URL|PIP_EXTRA_INDEX_URL)$/;
/** Who runs the indexes that the package managers use by themselves. */
const USUAL = ["npmjs.org", "yarnpkg.com", "pypi.org", "pythonhosted.org"];
const isUsual = (host: string): boolean => USUAL.some((domain) => host === domain || host.endsWith(`.${domain}`));

function judge(name: string, value: string): { severity: Severity; what: string } | undefined {
  const upper = name.toUpperCase();
  if (ALWAYS.has(upper)) return { severity: "high", what: "makes the program load or run something else" };
  if (Object.hasOwn(SOMETIMES, upper)) {
    return SOMETIMES[upper]?.test(value)
      ? { severity: "high", what: "makes the program load or run something else" }
      : undefined;
  }
  if (REGISTRY.test(upper)) {
    const host = parseUrl(value)?.hostname;
    if (value.includes("${") || (host !== undefined && isUsual(host))) return undefined;
    return { severity: "high", what: `takes packages from ${host ?? "another registry"}` };
  }
  if (PATHS.has(upper)) return { severity: "low", what: "says where programs and modules are looked for" };
  return undefined;
}

function* check({ file }: RuleContext): Iterable<Found> {
  for (const { field, entry, of } of variablesOf(file)) {
    const verdict = judge(field.name, field.value);
    if (!verdict) continue;
    const edits = deleteProperty(file.document, field.parent, field.property);
    yield {
      span: field.property.span,
      severity: verdict.severity,
      message: `The variable ${field.name} ${of} ${verdict.what}`,
      ...(entry && { entry }),
      fixes: [{ title: `Remove ${field.name}`, safety: "unsafe", edits }],
    };
  }
}

export const envHijack: AuditRule = {
  info: {
    id: "env-hijack",
    title: "Variable that changes what code runs",
    summary:
      "Reports variables that a file sets for a server or for all of Claude Code's commands and that load a library, a module or an agent first, replace a helper program, or take packages from another registry: `LD_PRELOAD`, `NODE_OPTIONS` with `--require`, `BASH_ENV`, `GIT_SSH_COMMAND`, `npm_config_registry` and others. Search paths such as `PATH` weigh little.",
    why: "The command looks right, and something else runs: a reviewer reads `npx server` and not the module that is loaded before it.",
    remedy: "Remove the variable; set what the server needs in its own configuration.",
    severity: "high",
    persona: "regular",
    needsOwnConsent: true,
    references: ["MCP05:2025", "ASI05", "CWE-426", "CWE-427"],
  },
  fix: "Removes the variable.",
  example: {
    before: `"env": { "NODE_OPTIONS": "--require ./setup.js", "API_HOST": "mcp.example.com" }`,
    after: `"env": { "API_HOST": "mcp.example.com" }`,
  },
  check,
};
