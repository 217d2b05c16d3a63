import { SallyportError } from "../../core/errors.ts";
import { connectBroker } from "../../link/client.ts";
import type { ToControl } from "../../link/messages.ts";
import { pathsFor } from "../../link/paths.ts";
import type { StartReport } from "../../link/start.ts";
import { realEnvironment } from "../../system/environment.ts";
import { VERSION } from "../version.ts";

const USAGE = `Usage: sallyport broker serve | status | stop

serve   runs the broker until it is idle; our own programs start it so when they need it
status  prints what the running broker holds, as JSON
stop    ends the running broker; every call that waits is refused
`;

/** `sallyport broker`: the process that decides, and two words to it. */
export async function run(argv: readonly string[]): Promise<number> {
  const [action, ...rest] = argv;
  if (action === "--help" || action === "-h") {
    process.stdout.write(USAGE);
    return 0;
  }
  if (rest.length > 0) throw new SallyportError("USAGE", `sallyport broker ${action} takes no further arguments`);
  switch (action) {
    case "serve":
      return await serveHere();
    case "status":
    case "stop":
      return await ask(action);
    case undefined:
    default:
      throw new SallyportError("USAGE", `say what the broker should do\n${USAGE}`);
  }
}

async function serveHere(): Promise<number> {
  const report = (state: StartReport): Promise<void> =>
    new Promise((resolve) => {
      if (!process.connected || !process.send) return resolve();
      process.send(state, () => {
        if (process.connected) process.disconnect();
        resolve();
      });
    });
  const paths = pathsFor(realEnvironment());
  const { log, serve } = await import("../../broker/server.ts");
  try {
    const broker = await serve(paths, VERSION);
    await report({ state: broker ? "ready" : "taken" });
    if (!broker) return 0;
    // A terminal's Ctrl-C or a logout: what waits is refused, and the ledger is closed.
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => broker.stop(signal));
    await broker.ended;
    return 0;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    log(paths, message);
    await report({ state: "failed", message });
    throw error;
  }
}

async function ask(action: "status" | "stop"): Promise<number> {
  const options = { environment: realEnvironment(), program: "sallyport broker", version: VERSION, start: false };
  const link = await connectBroker("control", options);
  const answer = new Promise<ToControl | undefined>((resolve) => {
    link.onMessage(resolve);
    void link.closed.then(() => resolve(undefined));
  });
  link.send({ type: action });
  const reply = await answer;
  if (action === "stop") {
    await link.closed;
    process.stdout.write("The broker has stopped.\n");
  } else {
    process.stdout.write(`${JSON.stringify(reply, null, 2)}\n`);
    link.close();
  }
  return 0;
}
