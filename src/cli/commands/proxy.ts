import process from "node:process";
import { parseArgs } from "node:util";
import { SallyportError } from "../../core/errors.ts";
import { startServer, thisMachine } from "../../proxy/server.ts";
import { realEnvironment } from "../../system/environment.ts";
import { plain } from "../terminal.ts";
import { VERSION } from "../version.ts";

const HELP = `Usage: sallyport proxy --server NAME [--client NAME] [--held] -- COMMAND [ARGUMENT ...]

Starts the MCP server COMMAND and stands between it and the client that started this command: every message of either
side is read strictly, inspected, decided by policy (asked, where policy says so) and recorded, before its own bytes go
on. MCP clients run this; "Protect this server" in the editor writes it into a configuration.

  --server NAME   the entry's name in the client's configuration, for people and policies to read
  --client NAME   the client whose configuration it is; found out where it is not said
  --held          start no server: refuse every message until a person has released the entry in the editor
  --help          print this

The server gets this command's environment, working folder and stderr. Its exit code, or the signal that ended it, is
this command's. Without a broker that can record (sallyport starts one by itself) every message is refused.
`;

/** What the client, and through it the person, reads of a held server. */
const HELD =
  "it is held, because its entry was written without a save of yours; release it in the editor's view Agents & Servers";

export async function run(argv: readonly string[]): Promise<number> {
  const separator = argv.indexOf("--");
  const own = separator === -1 ? [...argv] : argv.slice(0, separator);
  const { values } = parseArgs({
    args: own,
    options: {
      server: { type: "string" },
      client: { type: "string" },
      held: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const [command, ...args] = separator === -1 ? [] : argv.slice(separator + 1);
  if (!values.server) throw new SallyportError("USAGE", "proxy needs --server NAME; see sallyport proxy --help");
  if (!command)
    throw new SallyportError("USAGE", "proxy needs the server's command after --; see sallyport proxy --help");
  if (values.server.length > 256) throw new SallyportError("USAGE", "a server's name has at most 256 characters");
  const environment = realEnvironment();
  const machine = thisMachine(environment);
  // The server starts first: while it does, what is heavy (the detectors' tables) is loaded beside it.
  const server = values.held ? { failed: HELD } : startServer(command, args, machine);
  const { runProxy } = await import("../../proxy/run.ts");
  const { code, signal } = await runProxy({
    name: values.server,
    server,
    client: values.client,
    command,
    args,
    environment,
    machine,
    version: VERSION,
    log: (line) => process.stderr.write(`sallyport: ${plain(line)}\n`),
  });
  if (signal !== undefined) dieBy(signal);
  // A broker that does not close its end must not keep us.
  setTimeout(() => process.exit(code), 2000).unref();
  return code;
}

/** Ends this process as the server ended, so that the client sees what it would have seen. Never a core dump of ours. */
function dieBy(signal: NodeJS.Signals): void {
  if (
    signal === "SIGTERM" ||
    signal === "SIGINT" ||
    signal === "SIGHUP" ||
    signal === "SIGKILL" ||
    signal === "SIGPIPE"
  )
    process.kill(process.pid, signal);
}
