import type { ServerEntry } from "../../clients/config.ts";
import type { Fix, Severity } from "../../core/finding.ts";
import type { TextChange } from "../../documents/textEdits.ts";
import { launchesOf } from "../launch.ts";
import { type PackageRef, packagesOf } from "../packages.ts";
import { unpinnedPlugins } from "../plugins.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";
import { textFix } from "../textFix.ts";

interface Unpinned {
  readonly entry: ServerEntry;
  readonly ref: PackageRef;
}

/** An image without a registry, namespace or tag is one that was built on this machine. */
function isLocalImage(ref: PackageRef): boolean {
  return ref.source === "image" && ref.range === undefined && !ref.name.includes("/");
}

/** Runners that start what the project itself has installed, before they ask a registry. */
const TAKES_LOCAL = new Set(["npx", "npm exec", "bunx", "bun x"]);

/** The project's own lock file or `node_modules` hold it, unless a tag has the registry asked all the same. */
function isLocked({ locked }: RuleContext, { ref }: Unpinned): boolean {
  if (ref.source !== "npm" || !TAKES_LOCAL.has(ref.runner) || locked(ref.name) === undefined) return false;
  return ref.range === undefined || /^[~^<>=\dv]/.test(ref.range);
}

function weight(context: RuleContext, one: Unpinned): Severity {
  const { source, range } = one.ref;
  if (source === "image") return range !== undefined && range !== "latest" ? "low" : "medium";
  return isLocked(context, one) ? "low" : "medium";
}

function pin({ installed }: RuleContext, { ref }: Unpinned): TextChange | undefined {
  const version = ref.source === "npm" ? installed(ref.name) : undefined;
  return version === undefined ? undefined : { span: ref.span, text: `${ref.name}@${version}` };
}

/** One fix for each package whose version is known on this machine, and one for all of them. */
function fixes(context: RuleContext, all: readonly Unpinned[]): Fix[] {
  const pins = all.flatMap((one) => {
    const change = pin(context, one);
    return change ? [change] : [];
  });
  const { file } = context;
  const single = pins.flatMap((change) => textFix(file, `Pin ${change.text}`, "safe", change));
  if (pins.length < 2) return single;
  return [...textFix(file, `Pin the ${pins.length} packages that are installed`, "safe", ...pins), ...single];
}

const NAMED = 5;

function* ofServers(context: RuleContext): Iterable<Found> {
  const { file } = context;
  const found: Unpinned[] = file.entries.flatMap((entry) =>
    launchesOf(file, entry)
      .flatMap(packagesOf)
      .filter((ref) => ref.source !== "remote" && ref.version === undefined && !isLocalImage(ref))
      .map((ref) => ({ entry, ref })),
  );
  const enabled = found.filter((one) => one.entry.enabled);
  const all = enabled.length > 0 ? enabled : found;
  const [first, ...rest] = all;
  if (!first) return;
  const shown = all.slice(0, NAMED).map(({ entry, ref }) => `${entry.name} (${ref.written.slice(0, 100)})`);
  const servers = new Set(all.map((one) => one.entry)).size;
  const lockedAll = all.every((one) => isLocked(context, one));
  const more = all.length > NAMED ? ` and ${all.length - NAMED} more` : "";
  const heaviest = all.some((one) => weight(context, one) === "medium") ? "medium" : "low";
  yield {
    span: first.ref.span,
    severity: enabled.length > 0 ? heaviest : "info",
    message: `${servers === 1 ? "A server starts" : `${servers} servers start`} ${lockedAll ? "the version that the project has installed or locked, and elsewhere the last one published" : "whatever version was published last"}: ${shown.join(", ")}${more}`,
    related: rest.map(({ ref, entry }) => ({ file: file.path, span: ref.span, message: entry.name })),
    fixes: fixes(context, all),
  };
}

function* check(context: RuleContext): Iterable<Found> {
  yield* ofServers(context);
  yield* unpinnedPlugins(context);
}

export const unpinned: AuditRule = {
  info: {
    id: "unpinned",
    title: "Server or plugin without a fixed version",
    summary:
      "Reports, once a file, the servers whose package or image has no exact version: `npx`, `bunx`, `pnpm dlx`, `deno run npm:`, `uvx`, `pipx run`, `uv run --with` without one, with a range or with `@latest`; images without a digest. A tag weighs less than none, and so does a package that the project's own lock file holds. `uvx --with` and every `npx -p` count too. Plugins of an agent, marketplaces of plugins and features of a container are told in the same way, each sort by itself.",
    why: "Whoever takes over the package, or its maintainer's account, runs code on this machine at the next start: postmark-mcp and the npm worms spread that way.",
    remedy: "Write the exact version, and raise it when you have looked at the new one.",
    severity: "medium",
    persona: "regular",
    references: ["MCP04:2025", "ASI04", "CWE-494", "CWE-1357"],
  },
  fix: "Writes the version that is installed, locked by package-lock.json, pnpm-lock.yaml, yarn.lock or bun.lock, or in npx's cache; without one of these no fix is offered, since asking the registry would need the network.",
  example: {
    before: `"args": ["-y", "@upstash/context7-mcp@latest"]`,
    after: `"args": ["-y", "@upstash/context7-mcp@2.1.4"]`,
  },
  check,
};
