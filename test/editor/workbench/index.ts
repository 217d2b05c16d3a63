// The packaged extension in the real workbench, from outside. One server of each kind for all: see server.ts.
import { after } from "node:test";
import { stopServers } from "./server.ts";
import { givingUp } from "./until.ts";
import "./window.test.ts";
import "./findings.test.ts";
import "./fixes.test.ts";
import "./servers.test.ts";
import "./callSites.test.ts";
import "./gate.test.ts";
import "./agent.test.ts";

/** Many times what the suite takes: only there so that nothing hangs for ever. */
const WATCHDOG = 6 * 60_000;

setTimeout(() => {
  void givingUp().finally(() => {
    console.error("the workbench suite did not end");
    process.exit(1);
  });
}, WATCHDOG).unref();

after(stopServers);
