import type { Severity } from "../core/finding.ts";
import { parseUrl } from "./hosts.ts";

/** How a variable changes what code runs. */
export interface Hijack {
  readonly severity: Severity;
  readonly what: string;
}

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

/** What a variable changes of what is run, as a predicate; undefined for one that changes nothing. */
export function hijackOf(name: string, value: string): Hijack | undefined {
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
