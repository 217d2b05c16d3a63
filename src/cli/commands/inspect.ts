import { lstat, readFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { LOCK_NAME, type LockedServer } from "../../audit/lock.ts";
import { rulesFor } from "../../audit/rules.ts";
import { type AuditResult, auditConfigs } from "../../audit/run.ts";
import { SNAPSHOT_FILE, type SnapshotDefinition, snapshotOf } from "../../audit/snapshot.ts";
import { surfaceDifferences, surfaceOf } from "../../audit/surface.ts";
import type { Environment } from "../../core/environment.ts";
import { isSallyportError, SallyportError } from "../../core/errors.ts";
import { MAX_CONFIG_BYTES } from "../../core/files.ts";
import { atLeast, type Problem } from "../../core/finding.ts";
import { agree, type AskedLaunch, askedLaunch, isAgreed } from "../../inspect/consent.ts";
import { Conversation, INSPECT_LIMITS } from "../../inspect/conversation.ts";
import { endServer } from "../../inspect/end.ts";
import { type InspectLaunch, inspectLaunch } from "../../inspect/launch.ts";
import { askEverything, type Offered } from "../../inspect/offered.ts";
import { snapshotText } from "../../inspect/snapshotText.ts";
import { machineDigest } from "../../proxy/secrets.ts";
import { startServer, thisMachine } from "../../proxy/server.ts";
import { plain, plainLine } from "../../report/plain.ts";
import { inOrder } from "../../report/report.ts";
import { secretSpans } from "../../report/secretSpans.ts";
import { renderText } from "../../report/text.ts";
import { diskFiles } from "../../system/disk.ts";
import { realEnvironment } from "../../system/environment.ts";
import { replacePlainFile } from "../../system/replacePlainFile.ts";
import { findNamed, folderOf, inspectedEntry, lockFolderOf, type Named, snapshotName } from "../inspectEntry.ts";
import { ask, canAsk, describeLaunch } from "../inspectPrompt.ts";
import { type LockFile, readLockFile, writeLockFile } from "../lockFile.ts";
import { type CommandTable, helpOf, parseOptions, type ParsedOptions } from "../optionTable.ts";
import { isColoured, widthOf, write } from "../terminal.ts";
import { VERSION } from "../version.ts";

const TABLE: CommandTable = {
  usage: "sallyport inspect NAME [options]",
  about: [
    "Starts a configured server once, asks it for everything that it offers (tools, prompts, resources, instructions), ends it, audits what it said, and writes it down as a snapshot. Calls no tool.",
    "Starting a server runs its program with all your rights. So the command is shown and you are asked, in the terminal; your yes is remembered on this machine for exactly this command. There is no option that says yes for you: a script of the project, or an agent, could give it. Without a terminal only a command starts that you have agreed to before.",
  ],
  operands: "NAME is the server's name in a configuration of this folder or of yours.",
  options: [
    { name: "file", value: "FILE", summary: "The configuration that it is in, where there are several" },
    { name: "client", value: "CLIENT", summary: "The client whose configuration it is in" },
    { name: "output", value: "FILE", summary: "Where to write the snapshot (default NAME.mcp-tools.json)" },
    { name: "lock", summary: `Record what it offers in ${LOCK_NAME}` },
    { name: "timeout", value: "SECONDS", fallback: "60", summary: "End it when it is not done by then" },
  ],
  notes: [
    "Exit codes: 0 clean; 1 findings of severity high or above, or drift from the lock; 2 usage; 3 not agreed to, not started, or not everything could be read; 4 internal error.",
  ],
};

const MAX_SECONDS = 3600;

function milliseconds(options: ParsedOptions): number {
  const given = options.value("timeout") ?? "";
  const seconds = /^\d{1,4}$/.test(given) ? Number(given) : 0;
  if (seconds < 1 || seconds > MAX_SECONDS) {
    throw new SallyportError("USAGE", `--timeout ${JSON.stringify(given)}: whole seconds, 1 to ${MAX_SECONDS}`);
  }
  return seconds * 1000;
}

/** Values of inputs, typed by the person and kept nowhere. */
async function askInputs(launch: InspectLaunch): Promise<ReadonlyMap<string, string>> {
  const values = new Map<string, string>();
  for (const id of launch.inputs) {
    const value = canAsk()
      ? await ask(`\${input:${plainLine(id)}} (not shown, not kept): `, { hidden: true })
      : undefined;
    if (value === undefined) break;
    values.set(id, value);
  }
  return values;
}

/** Throws USAGE for variables that have no value: the server would get their names. */
function checkKnown(unknown: readonly string[]): void {
  if (unknown.length === 0) return;
  const named = unknown.slice(0, 5).map(plainLine).join(", ");
  throw new SallyportError("USAGE", `not started: nothing here gives ${named} a value`);
}

/** Characters of a command that a person can still take in; a longer one would push its beginning out of sight. */
const MAX_SHOWN = 6000;

/** Asks the person, unless they have said yes to exactly this before. Throws REFUSED. */
async function agreed(environment: Environment, asked: AskedLaunch, named: Named): Promise<void> {
  if (isAgreed(environment, asked)) return;
  const name = JSON.stringify(plainLine(named.entry.name));
  const where = `The server ${name} of ${named.file.path}`;
  if (!canAsk()) {
    throw new SallyportError(
      "REFUSED",
      `nobody has agreed to start the server ${name} on this machine, and there is no terminal to ask in; run sallyport inspect in one first`,
    );
  }
  const shown = describeLaunch(asked, where);
  if (shown.length > MAX_SHOWN) {
    throw new SallyportError("REFUSED", `not started: the command of ${name} is too long to be looked at`);
  }
  process.stderr.write(`\n${shown}\n`);
  process.stderr.write("It is a program with all your rights. A yes is remembered for exactly this command.\n");
  const answer = await ask("Start it? (type yes) ");
  if (answer?.trim().toLowerCase() !== "yes") throw new SallyportError("REFUSED", "not started: you did not say yes");
  agree(environment, asked);
}

/** Starts the server, asks it, and ends it with everything that it has started, whatever happens. */
async function converse(asked: AskedLaunch, environment: Environment, limit: number): Promise<Offered> {
  const { launch, program } = asked;
  const machine = { ...thisMachine(environment), cwd: launch.cwd };
  const isSet = (name: string): boolean =>
    [...launch.env.keys()].some((one) => one === name || (machine.windows && one.toUpperCase() === name.toUpperCase()));
  const ours = Object.entries(process.env).filter(([name]) => !isSet(name));
  const variables = Object.fromEntries([...ours, ...launch.env]);
  const server = startServer(program, launch.args, machine, { variables, stderr: "pipe" });
  if ("failed" in server) throw new SallyportError("UNAVAILABLE", `it could not be started: ${server.failed}`);
  const conversation = new Conversation(server, { ...INSPECT_LIMITS, milliseconds: limit });
  const interrupt = (): void => conversation.interrupt("it was interrupted");
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.once(signal, interrupt);
  try {
    return await askEverything(conversation, VERSION);
  } catch (error) {
    if (!isSallyportError(error)) throw error;
    const said = conversation.stderr.trim();
    const more = said === "" ? "" : `\nIts last words:\n${plain(said)}`;
    throw new SallyportError(error.code, `the server was not read: ${error.message}${more}`);
  } finally {
    conversation.close();
    await endServer(server);
    for (const signal of signals) process.off(signal, interrupt);
  }
}

const SIGNS = { new: "+", changed: "~", gone: "-" } as const;

/** Where the snapshot goes. A file that is none is never written over. */
async function target(options: ParsedOptions, name: string): Promise<string> {
  const file = path.resolve(options.value("output") ?? snapshotName(name));
  const known = await lstat(file).catch(() => undefined);
  if (!known) return file;
  const isOurs =
    known.isFile() &&
    known.size < 2 * MAX_CONFIG_BYTES &&
    (await readFile(file, "utf8")).startsWith('{\n  "snapshot": ');
  if (!isOurs) throw new SallyportError("USAGE", `${file} is there and is no snapshot; name another one with --output`);
  return file;
}

/** The lock that `--lock` writes to, with this server in it as it is configured now. */
async function lockFor(named: Named, identity: string): Promise<{ lock: LockFile; server: LockedServer }> {
  const folder = lockFolderOf(named);
  if (folder === undefined) throw new SallyportError("USAGE", `--lock: no ${LOCK_NAME} holds this server`);
  const lock = await readLockFile(folder);
  const server = lock.lock?.find(inspectedEntry(named, folder).file, named.entry.name)?.server;
  if (server?.identity !== identity) {
    throw new SallyportError(
      "USAGE",
      `--lock: ${lock.path} does not have this server as it is; run sallyport lock first`,
    );
  }
  return { lock, server };
}

function counts({ lists }: Offered): string {
  const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;
  const resources = lists.resources.length + lists.resourceTemplates.length;
  return `${count(lists.tools.length, "tool")}, ${count(lists.prompts.length, "prompt")}, ${count(resources, "resource")}`;
}

/** Shows what is found in the snapshot alone. Gives the exit code. */
async function report(result: AuditResult, file: string, gaps: readonly string[]): Promise<number> {
  const own = result.configs.find((config) => config.path === file);
  const findings = result.findings.filter((found) => found.primary.file === file && !found.ignored);
  const problems: Problem[] = [
    ...result.problems.filter((problem) => problem.file === file),
    ...gaps.map((message) => ({ code: "UNAVAILABLE" as const, file, message })),
  ];
  const texts = new Map(result.configs.map((config) => [config.path, config.document.text]));
  const text = renderText(
    {
      version: VERSION,
      base: process.cwd(),
      home: realEnvironment().home,
      rules: own ? rulesFor(own).map((rule) => rule.info) : [],
      findings: inOrder(findings.filter((found) => found.persona === "regular")),
      ignored: [],
      problems,
      hidden: { severity: 0, persona: findings.filter((found) => found.persona !== "regular").length },
      filesRead: 1,
      texts,
      secrets: secretSpans(findings, problems, texts),
    },
    { colours: isColoured(process.stdout), width: widthOf(process.stdout) },
  );
  await write(process.stdout, text);
  if (problems.length > 0) return 3;
  return findings.some((found) => atLeast(found.severity, "high") || found.rule.id === "lock-drift") ? 1 : 0;
}

/** `sallyport inspect`. Gives the exit code; throws for usage, for a no, and for a server that could not be read. */
export async function run(argv: readonly string[]): Promise<number> {
  const options = parseOptions(TABLE, argv);
  if (!options) {
    await write(process.stdout, helpOf(TABLE, widthOf(process.stdout)));
    return 0;
  }
  const [name, ...more] = options.operands;
  if (name === undefined || more.length > 0) throw new SallyportError("USAGE", "inspect needs one server's name");
  const limit = milliseconds(options);
  const environment = realEnvironment();
  const given = options.value("file");
  const wanted = { name, file: given === undefined ? undefined : path.resolve(given), client: options.value("client") };
  const base = { files: diskFiles, environment, home: true } as const;
  const roots = wanted.file === undefined ? [environment.cwd] : [environment.cwd, wanted.file];
  const named = findNamed((await auditConfigs({ ...base, roots })).configs, wanted);
  const folder = folderOf(named, environment.cwd);
  const place = { file: named.file, entry: named.entry, environment, folder };
  const written = inspectLaunch(place);
  if (!written) {
    throw new SallyportError(
      "USAGE",
      `the server ${JSON.stringify(plainLine(name))} is reached by its address, and only servers that start here are inspected; save its tools/list and run sallyport audit --tools`,
    );
  }
  if (written.inputs.length === 0) checkKnown(written.unknown);
  const file = await target(options, name);
  const entry = inspectedEntry(named, environment.cwd);
  if (options.flag("lock")) await lockFor(named, entry.identity);
  const machine = {
    ...thisMachine(environment),
    cwd: written.cwd,
    variable: (one: string) => written.env.get(one) ?? environment.variable(one),
  };
  await agreed(environment, askedLaunch(written, machine, machineDigest(environment)), named);
  const launch = inspectLaunch({ ...place, inputs: await askInputs(written) }) ?? written;
  checkKnown(launch.unknown);
  const asked = askedLaunch(launch, machine, machineDigest(environment));
  const offered = await converse(asked, environment, limit);
  const text = snapshotText(offered, entry);
  if (Buffer.byteLength(text) > MAX_CONFIG_BYTES) {
    throw new SallyportError(
      "TOO_LARGE",
      `what the server offers has more than ${MAX_CONFIG_BYTES} bytes, and is not kept`,
    );
  }
  await replacePlainFile(file, text);
  await write(
    process.stdout,
    `${JSON.stringify(plainLine(name))} offers ${counts(offered)}. Written to ${plainLine(file)}.\n`,
  );
  const lockFolder = lockFolderOf(named);
  const locks = options.flag("lock");
  const result = await auditConfigs({
    ...base,
    home: false,
    roots: lockFolder === undefined ? [] : [lockFolder],
    snapshots: [file],
    // What is about to be recorded is not held against what was.
    lock: locks ? "off" : "shown",
  });
  const code = await report(result, file, offered.gaps);
  if (!locks) return code;
  const snapshot = result.configs.find((config) => config.path === file && config.kind === SNAPSHOT_FILE);
  if (!snapshot || code === 3) {
    throw new SallyportError("UNAVAILABLE", `${LOCK_NAME} is left as it is: not everything could be read`);
  }
  await record(named, entry.identity, snapshotOf(snapshot).definitions);
  return code;
}

/** Puts what a server offers into the lock, and says what is not as it was. */
async function record(named: Named, identity: string, definitions: readonly SnapshotDefinition[]): Promise<void> {
  const { lock, server } = await lockFor(named, identity);
  const changes = server.surface ? surfaceDifferences(server.surface, definitions) : [];
  const lines = changes.map(({ change, kind, name }) => `${SIGNS[change]} ${kind} ${JSON.stringify(plainLine(name))}`);
  const surface = surfaceOf(definitions);
  const servers = (lock.lock?.servers ?? []).map((one) =>
    one.server === server ? { ...server, surface } : one.server,
  );
  await writeLockFile(lock, servers);
  await write(process.stdout, `${[...lines, `${LOCK_NAME} has what it offers now.`].join("\n")}\n`);
}
