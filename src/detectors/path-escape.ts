import type { Confidence, RuleInfo, Severity } from "../core/finding.ts";
import type { Detection, Detector, ScanContext } from "./detector.ts";
import { knownPath, plainPath } from "./sensitivePaths.ts";
import { shown } from "./shown.ts";

const rule: RuleInfo = {
  id: "path-escape",
  title: "A path that leads out of the workspace",
  summary:
    "An argument that climbs out of the folder it is for, hides how it does, or names a place of secrets, of the system, of what starts by itself or of an agent's configuration.",
  why: "A server that joins an argument to a folder reads and writes whatever the argument reaches.",
  remedy: "Refuse the call, unless you asked for this file.",
  severity: "high",
  persona: "regular",
  references: ["MCP05:2025", "ASI02", "CWE-22", "CWE-73"],
};

/** A longer value is no path. */
const MAX_PATH = 4096;
/** Keys whose values are prose or code, where a path is only mentioned. */
const PROSE_KEY =
  /(?:^|[_-])(?:content|contents|text|body|message|description|comment|prompt|question|summary|code|script|command|cmd|sql|query|title|note|notes|diff|patch|new_?string|old_?string|replacement|answer|markdown|html)$/i;

export const pathEscape: Detector = {
  rule,
  scan(text, context) {
    if (context.place !== "argument" || text.length > MAX_PATH || text.length < 2) return [];
    if (PROSE_KEY.test(context.key ?? "") || !/[\\/.~%$]/.test(text) || /[\n\r]/.test(text)) return [];
    if (/^[a-z][a-z0-9+.-]{1,20}:\/\//i.test(text) && !/^file:/i.test(text)) return inUrl(text);
    return judge(text, context);
  },
};

function detection(
  text: string,
  variant: string,
  severity: Severity,
  confidence: Confidence,
  evidence: string,
): Detection {
  return { rule: rule.id, variant, severity, confidence, span: { start: 0, end: text.length }, evidence };
}

/** Spellings of `../` that a check for `../` does not see, decoded; the text itself where there are none. */
function decoded(text: string): { readonly path: string; readonly disguised: boolean } {
  let path = text;
  for (let i = 0; i < 2; i++) {
    path = path
      .replace(/%(?:c0%ae|e0%80%ae|u002e)/gi, ".")
      .replace(/%(?:c0%af|c1%9c|u2215|u2216)/gi, "/")
      .replace(/%(25)?2e/gi, (_, twice: string | undefined) => (twice ? "%2e" : "."))
      .replace(/%(25)?(?:2f|5c)/gi, (_, twice: string | undefined) => (twice ? "%2f" : "/"));
  }
  path = path.replace(/[\uff0e\u2024]/g, ".").replace(/[\uff0f\u2215\u2044\u29f8]/g, "/");
  // `....//` is `../` once a filter took `../` out of it.
  const doubled = path.replace(/\.{4}(?:\/\/|\\\\)/g, "../").replace(/\.\.(?:\/;|;\/)/g, "../");
  return { path: doubled, disguised: doubled !== text && doubled.includes("..") };
}

function judge(text: string, context: ScanContext): Detection[] {
  const { path, disguised } = decoded(text);
  const before = path.split(/\0|%00/)[0] ?? "";
  if (before.length < path.length) {
    return [detection(text, "null-byte", "high", "high", `A path with an end that checks do not see: ${shown(text)}`)];
  }
  if (!isPath(path)) return [];
  const climbs = /(?:^|[\\/])\.\.(?:[\\/]|$)/.test(path);
  const { ups, rooted } = plainPath(path);
  if (disguised && climbs) {
    return [detection(text, "traversal", "high", "high", `A path that hides how it climbs: ${shown(text)}`)];
  }
  const known = knownPath(path);
  if (known) {
    const severity = known.kind === "secrets" || (climbs && ups > 0) || known.kind === "system" ? "high" : "medium";
    const variant =
      known.kind === "agent-config" ? "agent-config" : known.kind === "autostart" ? "autostart" : "sensitive-path";
    return [detection(text, variant, severity, "medium", `The path leads to ${known.what}: ${shown(text)}`)];
  }
  if (context.roots !== undefined && context.roots.length > 0 && rooted && !isWithin(path, context.roots)) {
    return [
      detection(
        text,
        "outside-roots",
        "medium",
        "high",
        `The path leads out of the folders that the server may use: ${shown(text)}`,
      ),
    ];
  }
  if (climbs && (ups >= 2 || (rooted && ups > 0) || /^[\\/].*\.\.[\\/].*\.\.[\\/]/.test(path))) {
    return [
      detection(text, "traversal", "medium", "medium", `The path climbs out of the folder it is for: ${shown(text)}`),
    ];
  }
  return [];
}

/** A text that is a path as a whole: no sentence, no code. */
function isPath(text: string): boolean {
  if (/^file:/i.test(text)) return true;
  if (/^(?:~|\$HOME|\$\{HOME\}|%USERPROFILE%|\$env:USERPROFILE|\.{1,2}|[A-Za-z]:)?[\\/]/i.test(text))
    return !/\s(?:and|the|to|is|&&|\|)\s/.test(text);
  return !/\s/.test(text) || /^[\w .-]{1,80}(?:[\\/][\w .()-]{1,80})+$/.test(text);
}

function isWithin(path: string, roots: readonly string[]): boolean {
  const asSteps = (one: string): string => plainPath(one.replace(/^file:\/\//i, "")).path.replace(/^\//, "");
  const target = asSteps(path);
  return roots.some((root) => {
    const folder = asSteps(root);
    return target === folder || target.startsWith(`${folder}/`) || folder === "";
  });
}

/** A URL's own path, where a server takes it for a file's. */
function inUrl(text: string): Detection[] {
  const { path, disguised } = decoded(text.replace(/^[^:]{1,20}:\/\/[^/]{0,300}/, ""));
  if (!disguised || plainPath(path).ups === 0) return [];
  return [detection(text, "traversal", "medium", "medium", `An address that hides how it climbs: ${shown(text)}`)];
}
