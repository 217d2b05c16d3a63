import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import type { Environment } from "../../../src/core/environment.ts";
import { connectBroker } from "../../../src/link/client.ts";
import { elect } from "../../../src/link/election.ts";
import { ensureFolders, pathsFor } from "../../../src/link/paths.ts";

const windows = process.platform === "win32";

test("a broker that stops listening while we stand in its queue is as one that is not there", async (t) => {
  const home = mkdtempSync(path.join(tmpdir(), "sallyport-client-"));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const environment: Environment = { os: windows ? "windows" : "linux", home, cwd: home, variable: () => undefined };
  const paths = pathsFor(environment);
  ensureFolders(paths);
  const address = windows ? `\\\\.\\pipe\\sallyport-client-${process.pid}` : path.join(paths.run, "0a0a0a0a.sock");
  const server = createServer();
  server.listen(address);
  await once(server, "listening");
  await elect(paths, { pid: process.pid, address, startedAt: 1 }, async () => false);
  const link = connectBroker("control", { environment, program: "test", version: "0.0.0", start: false });
  // In the turn of the connecting, so that nobody has accepted it: the kernel resets what stands in the queue.
  server.close();
  await assert.rejects(link, { code: "UNAVAILABLE", message: "no broker runs" });
});
