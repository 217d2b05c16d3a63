import process from "node:process";
import { parseArgs } from "node:util";
import { SallyportError } from "../../core/errors.ts";
import type { Machine } from "../../proxy/commandLine.ts";
import type { CommandTarget, ProxyOptions, UrlTarget } from "../../proxy/run.ts";
import type { Ending } from "../../proxy/session.ts";
import { startServer, thisMachine } from "../../proxy/server.ts";
import { serverEnvironment } from "../../proxy/serverEnvironment.ts";
import { realEnvironment } from "../../system/environment.ts";
import { plain } from "../terminal.ts";
import { VERSION } from "../version.ts";

const HELP = `Usage: sallyport proxy --server NAME [--client NAME] [--held] -- COMMAND [ARGUMENT ...]
       sallyport proxy --server NAME [--client NAME] [--held] --url URL [--header-env NAME=VARIABLE ...]
       sallyport proxy --server NAME --listen ADDRESS [--token-env VARIABLE] (--url URL ... | -- COMMAND ...)

Stands between an MCP server and the client that started this command: every message of either side is read strictly,
inspected, decided by policy (asked, where policy says so) and recorded, before its own bytes go on. The server is started
(COMMAND), or reached over Streamable HTTP or the older HTTP+SSE (URL). MCP clients run this; "Protect this server" in the
editor writes it into a configuration.

  --server NAME   the entry's name in the client's configuration, for people and policies to read
  --client NAME   the client whose configuration it is; found out where it is not said
  --url URL       the server's address, http or https; no name or password in it
  --header-env NAME=VARIABLE
                  send the header NAME to the URL, with the value of the environment's VARIABLE; may be repeated
  --listen ADDRESS
                  serve clients over HTTP instead of stdin and stdout, each session with a server of its own: unix:/PATH
                  (pipe:NAME on Windows), or 127.0.0.1:PORT with a bearer token. The first line of output says where.
  --token-env VARIABLE
                  the bearer token of a port; one is made, and told in the first line of output, where this is missing
  --held          start or reach no server: refuse every message until a person has released the entry in the editor
  --help          print this

A started server gets this command's environment, working folder and stderr. Its exit code, or the signal that ended it,
is this command's. Without a broker that can record (sallyport starts one by itself) every message is refused.

  sallyport proxy --server notes -- node servers/notes.mjs
  TOKEN="Bearer …" sallyport proxy --server tickets --url https://tickets.example/mcp --header-env Authorization=TOKEN
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
      url: { type: "string" },
      /** For the way back alone: what a protected entry was before. */
      entry: { type: "string" },
      listen: { type: "string" },
      "token-env": { type: "string" },
      "header-env": { type: "string", multiple: true },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const [command, ...args] = separator === -1 ? [] : argv.slice(separator + 1);
  if (!values.server) throw new SallyportError("USAGE", "proxy needs --server NAME; see sallyport proxy --help");
  if (values.server.length > 256) throw new SallyportError("USAGE", "a server's name has at most 256 characters");
  const environment = realEnvironment();
  const machine = thisMachine(environment);
  const common = {
    name: values.server,
    client: values.client,
    environment,
    machine,
    version: VERSION,
    log: (line: string) => process.stderr.write(`sallyport: ${plain(line)}\n`),
  };
  const { code, signal } =
    values.listen === undefined
      ? await proxied(common, await targetOf(values, command, args, machine))
      : await listened(common, values, command, args);
  if (signal !== undefined) dieBy(signal);
  // A broker that does not close its end must not keep us.
  setTimeout(() => process.exit(code), 2000).unref();
  return code;
}

type Common = Omit<ProxyOptions, "target">;

async function proxied(common: Common, target: CommandTarget | UrlTarget): Promise<Ending> {
  const { runProxy } = await import("../../proxy/run.ts");
  return await runProxy({ ...common, target });
}

/** A bearer must not be guessable: 256 bits take 43 characters of base64url. */
const MIN_TOKEN = 43;

async function listened(
  common: Common,
  values: Values,
  command: string | undefined,
  args: readonly string[],
): Promise<{ code: number; signal?: NodeJS.Signals }> {
  const { machine } = common;
  const { parseAddress } = await import("../../proxy/listen/address.ts");
  const address = parseAddress(values.listen ?? "", machine.windows);
  const variable = values["token-env"];
  const token = variable === undefined ? undefined : serverEnvironment(process.env, machine.windows)[variable];
  if (
    variable !== undefined &&
    (address.kind === "path" || token === undefined || !/^[\w.~+/=-]+$/.test(token) || token.length < MIN_TOKEN)
  )
    throw new SallyportError(
      "USAGE",
      `--token-env needs a port to listen on, and a variable with at least ${MIN_TOKEN} characters of a bearer token`,
    );
  const { runListening } = await import("../../proxy/run.ts");
  if (values.url !== undefined) {
    const target = (await targetOf(values, command, args, machine)) as UrlTarget;
    return await runListening({ ...common, target, address, token });
  }
  if (command === undefined)
    throw new SallyportError("USAGE", "--listen needs --url, or the server's command after --");
  const start = (): CommandTarget["server"] => (values.held ? { failed: HELD } : startServer(command, args, machine));
  return await runListening({ ...common, target: { command, args, start }, address, token });
}

interface Values {
  readonly listen?: string | undefined;
  readonly "token-env"?: string | undefined;
  readonly held?: boolean | undefined;
  readonly url?: string | undefined;
  readonly "header-env"?: string[] | undefined;
}

async function targetOf(
  values: Values,
  command: string | undefined,
  args: readonly string[],
  machine: Machine,
): Promise<CommandTarget | UrlTarget> {
  const flags = values["header-env"] ?? [];
  if (values.url !== undefined) {
    if (command !== undefined) throw new SallyportError("USAGE", "proxy takes a URL or a command, not both");
    const { entryHeaders, entryUrl } = await import("../../proxy/http/entry.ts");
    const variables = serverEnvironment(process.env, machine.windows);
    const headers = entryHeaders(flags, (name) => variables[name]);
    return { url: entryUrl(values.url), headers, held: values.held ? HELD : undefined };
  }
  if (flags.length > 0) throw new SallyportError("USAGE", "--header-env goes with --url");
  if (command === undefined)
    throw new SallyportError(
      "USAGE",
      "proxy needs --url, or the server's command after --; see sallyport proxy --help",
    );
  // The server starts first: while it does, what is heavy (the detectors' tables) is loaded beside it.
  return { server: values.held ? { failed: HELD } : startServer(command, args, machine), command, args };
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
