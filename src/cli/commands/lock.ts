import path from "node:path";
import process from "node:process";
import { LOCK_NAME } from "../../audit/lock.ts";
import { lockText } from "../../audit/lockText.ts";
import { type LockChange, serversOf, updateLock } from "../../audit/lockUpdate.ts";
import { auditConfigs } from "../../audit/run.ts";
import { isSnapshot } from "../../audit/snapshot.ts";
import { findInstalled } from "../../audit/versions.ts";
import { SallyportError } from "../../core/errors.ts";
import { plainLine } from "../../report/plain.ts";
import { diskFiles } from "../../system/disk.ts";
import { realEnvironment } from "../../system/environment.ts";
import { thisMachine } from "../../system/machine.ts";
import { readLockFile, writeLockFile } from "../lockFile.ts";
import { type CommandTable, helpOf, parseOptions } from "../optionTable.ts";
import { widthOf, write } from "../terminal.ts";

const TABLE: CommandTable = {
  usage: "sallyport lock [folder] [--check]",
  about: [
    `Writes what the MCP servers of a workspace are into ${LOCK_NAME} at its top: the command and arguments of each (secrets are replaced, of variables and headers only the names), the versions of its packages, and, once sallyport inspect has recorded it, what it offers. Reads; never starts a server; needs no network.`,
    "Commit the lock. From then on sallyport audit and the editor show every server that is not as it was locked, and sallyport audit --locked fails on it. A lock approves nothing: whoever can change a server can change the lock, and a reviewer sees both.",
  ],
  operands: "The folder is the current one unless it is given.",
  options: [{ name: "check", summary: "Write nothing; exit with 1 where the lock is missing or would change" }],
  notes: [
    "Exit codes: 0 written or up to date; 1 with --check, not up to date; 2 usage; 3 something could not be read.",
  ],
};

const SIGNS = { added: "+", changed: "~", removed: "-" } as const;

function shown({ kind, file, name, what }: LockChange): string {
  const head = `${SIGNS[kind]} ${file} ${JSON.stringify(name)}`;
  if (kind !== "changed") return `${head}${what[0] === undefined || what[0] === "" ? "" : `  ${what[0]}`}`;
  return [head, ...what.map((one) => `    ${one}`)].join("\n");
}

/** `sallyport lock`. Gives the exit code; throws for usage, for what cannot be read, and for a damaged lock. */
export async function run(argv: readonly string[]): Promise<number> {
  const options = parseOptions(TABLE, argv);
  if (!options) {
    await write(process.stdout, helpOf(TABLE, widthOf(process.stdout)));
    return 0;
  }
  const [folder = ".", ...more] = options.operands;
  if (more.length > 0) throw new SallyportError("USAGE", "lock takes one folder");
  const root = path.resolve(folder);
  if ((await diskFiles.kind(root)) !== "directory") throw new SallyportError("USAGE", `${root} is no folder`);
  const before = await readLockFile(root);
  const environment = realEnvironment();
  const { configs, problems, facts } = await auditConfigs({
    files: diskFiles,
    environment,
    roots: [root],
    home: false,
    machine: thisMachine({ runsGit: true }),
    lock: "required",
  });
  const problem = problems.find(({ file }) => !isSnapshot(file));
  if (problem) {
    // A lock made from half of the servers would call the others new.
    throw new SallyportError("UNREADABLE", `${problem.file} ${problem.message}; the lock is left as it is`);
  }
  const installed = await findInstalled(diskFiles, configs, environment.home);
  const { servers, changes } = updateLock(
    (before.lock?.servers ?? []).map((one) => one.server),
    serversOf(configs, root, installed, facts.ignored),
  );
  const differs = before.text !== lockText(servers);
  const lines = changes.map((change) => shown(change).split("\n").map(plainLine).join("\n"));
  const count = `${servers.length} ${servers.length === 1 ? "server" : "servers"}`;
  if (!differs) lines.push(`${LOCK_NAME} is up to date: ${count}.`);
  else if (options.flag("check")) lines.push(`${LOCK_NAME} is not up to date; sallyport lock writes it.`);
  else {
    await writeLockFile(before, servers);
    lines.push(`${LOCK_NAME} is written: ${count}.`);
  }
  await write(process.stdout, `${lines.join("\n")}\n`);
  return differs && options.flag("check") ? 1 : 0;
}
