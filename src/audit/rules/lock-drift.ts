import type { ConfigFile, ServerEntry } from "../../clients/config.ts";
import type { Location } from "../../core/finding.ts";
import { LOCK_FILE, LOCK_NAME, type LockedAt, lockedPath, lockFileFor } from "../lock.ts";
import { differences, identityOf, isLockable, lockable, lockedServer, versionDrift } from "../lockEntry.ts";
import { lockOf } from "../lockRead.ts";
import { SNAPSHOT_FILE, snapshotOf, titleOf } from "../snapshot.ts";
import { surfaceDifferences } from "../surface.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

/** Differences that the message names; the others are related places. */
const NAMED = 3;

function inLock(lockFile: ConfigFile, at: LockedAt): Location {
  return { file: lockFile.path, span: at.span, message: "as it was locked" };
}

/** An entry that is in the lock, held against it. */
function* changed(context: RuleContext, entry: ServerEntry, lockFile: ConfigFile, at: LockedAt): Iterable<Found> {
  const { file, installed } = context;
  if (!isLockable(file)) return;
  const now = lockedServer(file, entry, installed);
  const found = differences(at.server, now, entry);
  const [first, ...rest] = found;
  const name = JSON.stringify(entry.name);
  if (first) {
    const named = found.slice(0, NAMED).map((one) => one.what);
    const more = found.length > NAMED ? [`${found.length - NAMED} more`] : [];
    yield {
      entry,
      span: first.span,
      message: `The server ${name} is not the one in ${LOCK_NAME}: ${[...named, ...more].join("; ")}`,
      related: [
        inLock(lockFile, at),
        ...rest.slice(0, 20).map((one) => ({ file: file.path, span: one.span, message: one.what })),
      ],
    };
    return;
  }
  for (const drift of versionDrift(at.server, now)) {
    yield {
      entry,
      span: entry.nameSpan,
      message: `The server ${name} starts ${drift.name} ${drift.now} on this machine; ${LOCK_NAME} has ${drift.before}`,
      related: [inLock(lockFile, at)],
    };
  }
}

/** The servers of a configuration, held against the lock. */
function* servers(context: RuleContext, lockFile: ConfigFile): Iterable<Found> {
  const { file } = context;
  const result = lockOf(lockFile.document);
  // A damaged lock is a problem of its own, and says nothing.
  if (!isLockable(file) || "problem" in result) return;
  const place = lockedPath(file.root, file.path);
  for (const { entry, others } of lockable(file)) {
    const at = result.lock.find(place, entry.name);
    if (at) yield* changed(context, entry, lockFile, at);
    else {
      yield {
        entry,
        span: entry.nameSpan,
        message: `The server ${JSON.stringify(entry.name)} is not in ${LOCK_NAME}: it is new, or was never reviewed`,
        related: [{ file: lockFile.path, span: { start: 0, end: 0 }, message: "the lock" }],
      };
    }
    for (const other of others) {
      if (!at || differences(at.server, lockedServer(file, other, context.installed), other).length === 0) continue;
      yield {
        entry: other,
        span: other.nameSpan,
        message: `The server ${JSON.stringify(entry.name)} is there more than once, and this one is not the one in ${LOCK_NAME}`,
        related: [inLock(lockFile, at)],
      };
    }
  }
}

/** What the lock has and the workspace has not, and entries that were edited by hand. */
function* locked({ file, all, facts }: RuleContext): Iterable<Found> {
  const result = lockOf(file.document);
  const { root } = file;
  if ("problem" in result || root === undefined) return;
  const there = new Set(
    all
      .filter((one) => one.root === root && isLockable(one) && !facts.ignored.has(one.path))
      .flatMap((one) => one.entries.map((entry) => JSON.stringify([lockedPath(root, one.path), entry.name]))),
  );
  for (const { server, span, identity } of result.lock.servers) {
    if (!there.has(JSON.stringify([server.file, server.name]))) {
      yield {
        span,
        severity: "medium",
        message: `The server ${JSON.stringify(server.name)} of ${server.file} is in ${LOCK_NAME}, and no longer in the workspace`,
      };
    } else if (identityOf(server.launch) !== server.identity) {
      yield {
        span: identity,
        severity: "medium",
        message: `The identity of ${JSON.stringify(server.name)} is not that of its own command: the lock was edited or merged by hand`,
      };
    }
  }
}

/** Definitions that are named one by one. */
const MAX_DEFINITIONS = 50;

/** What a server offered when it was looked at last, held against what was recorded. */
function* offered({ file }: RuleContext, lockFile: ConfigFile): Iterable<Found> {
  const result = lockOf(lockFile.document);
  const { of, definitions, problem } = snapshotOf(file);
  if ("problem" in result || !of || problem) return;
  const at = result.lock.find(of.file, of.name);
  // Of a server that starts otherwise now, the lock says so itself.
  if (!at?.server.surface || at.server.identity !== of.identity) return;
  const found = surfaceDifferences(at.server.surface, definitions);
  const server = JSON.stringify(of.name);
  for (const { kind, name, change, definition } of found.slice(0, MAX_DEFINITIONS)) {
    const title = titleOf({ kind, name });
    const says =
      kind === "server"
        ? `What the server ${server} says of itself is not`
        : `${title} of the server ${server} ${change === "gone" ? "is gone, and is not" : `is ${change}, and not`}`;
    const end = { start: 0, end: Math.min(1, file.document.text.length) };
    yield {
      span: definition?.span ?? end,
      severity: change === "gone" || kind === "server" ? "medium" : "high",
      message: `${says} as ${LOCK_NAME} has it`,
      related: [inLock(lockFile, at)],
    };
  }
  if (found.length > MAX_DEFINITIONS) {
    yield {
      span: { start: 0, end: 0 },
      message: `${found.length - MAX_DEFINITIONS} more definitions of the server ${server} are not as ${LOCK_NAME} has them`,
      related: [inLock(lockFile, at)],
    };
  }
}

function* check(context: RuleContext): Iterable<Found> {
  const { file, all, lock, facts } = context;
  if (lock === "off" || facts.ignored.has(file.path)) return;
  if (file.kind === LOCK_FILE) return yield* locked(context);
  const lockFile = lockFileFor(file, all);
  if (file.kind === SNAPSHOT_FILE) {
    // One that was named by itself lies in no workspace folder.
    const other = lockFile ?? (file.root === undefined ? all.find((one) => one.kind === LOCK_FILE) : undefined);
    return other ? yield* offered(context, other) : undefined;
  }
  if (lockFile) return yield* servers(context, lockFile);
  const [first] = lock === "required" && isLockable(file) ? file.entries : [];
  if (first) {
    const count = file.entries.length === 1 ? "this server is" : `these ${file.entries.length} servers are`;
    yield {
      span: first.nameSpan,
      message: `There is no ${LOCK_NAME}, so nothing says that ${count} what was reviewed; sallyport lock makes one`,
    };
  }
}

export const lockDrift: AuditRule = {
  info: {
    id: "lock-drift",
    title: "Server that is not as it was locked",
    summary:
      "Reports, where a workspace has a `sallyport.lock`, every server that is not in it, is no longer there, starts something else than what was locked under its name, would start another version on this machine, or offers other tools than those that were recorded. `audit --locked` also reports that there is no lock.",
    why: "Whoever approved a server approved its command; a change under the same name starts without a new question in several clients (CVE-2025-54136), and a server can change its tools after they were looked at.",
    remedy:
      "Look at the difference. If it is wanted, run `sallyport lock` and commit the new lock with the change, so that a reviewer sees both.",
    severity: "high",
    needsOwnConsent: true,
    persona: "regular",
    references: ["MCP03:2025", "MCP04:2025", "ASI04", "CWE-494", "CVE-2025-54136"],
  },
  example: {
    before: `"tracker": { "command": "bash", "args": ["-c", "…"] }  // sallyport.lock has: npx @acme/tracker@1.2.3`,
    after: `"tracker": { "command": "npx", "args": ["@acme/tracker@1.2.3"] }`,
  },
  check,
};
