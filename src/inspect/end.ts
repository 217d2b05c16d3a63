import { setTimeout as pause } from "node:timers/promises";
import { groupLives } from "../proxy/processGroup.ts";
import type { Server } from "../proxy/server.ts";

/** After its stdin was closed a server has this long to go … */
const GRACE_MS = 1500;
/** … and this long after a signal. */
const SIGNAL_MS = 700;
const STEP_MS = 25;

async function within(what: Promise<unknown>, ms: number): Promise<boolean> {
  const timer = new AbortController();
  const late = pause(ms, false, { signal: timer.signal }).catch(() => false);
  const done = await Promise.race([what.then(() => true), late]);
  timer.abort();
  return done;
}

/** Ends a server with everything that it has started in its group: politely, then not. */
export async function endServer(server: Server): Promise<void> {
  const { pid } = server;
  server.stdin.end();
  let patience = GRACE_MS;
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    if (await within(server.ended, patience)) break;
    server.signal(signal);
    patience = SIGNAL_MS;
  }
  await within(server.ended, patience);
  if (pid !== undefined && process.platform !== "win32") {
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      if (!groupLives(pid)) break;
      server.signal(signal);
      for (let waited = 0; waited < SIGNAL_MS && groupLives(pid); waited += STEP_MS) await pause(STEP_MS);
    }
  }
  server.unwatch();
  // Somebody outside the group may hold the pipes open: that must not keep us.
  server.stdout.destroy();
  server.stderr?.destroy();
  server.stdin.destroy();
}
