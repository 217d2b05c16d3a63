import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer, request as send, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { Home, PROGRAM } from "../proxy/harness.ts";
import { Listening } from "../http/listening.ts";
import { checksIn, conformance, POLICY, skip, type Check } from "./suite.ts";

const EVERYTHING = path.resolve("test/process/conformance/everything.mjs");
const REQUIREMENTS = ["2025-11-25", "2026-07-28"];
const home = new Home(POLICY);
const scratch = mkdtempSync(path.join(tmpdir(), "sallyport-conformance-"));
const children: ChildProcess[] = [];
const relays: Server[] = [];
let direct = "";

before(async () => {
  if (skip !== false) return;
  const child = spawn(process.execPath, [EVERYTHING, "--http"], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  direct = await new Promise((resolve) => child.stdout.once("data", (line: Buffer) => resolve(line.toString().trim())));
});
after(async () => {
  for (const relay of relays) relay.close();
  for (const child of children) child.kill();
  await home.close();
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
});

/** Gives the bearer for the suite, which knows none; everything else goes through as it is. */
async function relay(to: Listening): Promise<string> {
  const server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo;
    const headers: Record<string, string | string[] | undefined> = {
      ...request.headers,
      authorization: `Bearer ${to.token}`,
    };
    // Of our own address the listener's is made; a name that somebody has rebound stays.
    for (const name of ["host", "origin"])
      if (typeof headers[name] === "string") headers[name] = headers[name].replace(`:${port}`, `:${to.url.port}`);
    const { method, url } = request;
    const on = send({ host: "127.0.0.1", port: to.url.port, method, path: url, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      response.flushHeaders();
      answer.pipe(response);
    });
    on.on("error", () => response.destroy());
    response.on("close", () => on.destroy());
    request.pipe(on);
  });
  relays.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
}

/** What the suite says of a server: of each check of each scenario its statuses, in order, and why it failed. */
async function verdicts(url: string, requirements: string, name: string): Promise<Map<string, Check[]>> {
  const out = path.join(scratch, `${name}-${requirements}`);
  await conformance(["server", "--url", url, "--requirements", requirements, "-o", out]);
  const found = new Map<string, Check[]>();
  for (const folder of readdirSync(out)) {
    const scenario = folder.replace(/-\d{4}-\d\d-\d\dT.*$/, "");
    for (const check of checksIn(path.join(out, folder))) {
      const key = `${scenario} ${check.id} ${check.name}`;
      found.set(key, [...(found.get(key) ?? []), check]);
    }
  }
  return found;
}

const RANK: Readonly<Record<string, number>> = { SUCCESS: 3, INFO: 3, SKIPPED: 3, WARNING: 2, FAILURE: 1 };
const worst = (checks: readonly Check[] | undefined): number =>
  Math.min(...(checks ?? []).map(({ status }) => RANK[status] ?? 0));

const TOPOLOGIES: Readonly<Record<string, () => string[]>> = {
  "HTTP to HTTP": () => ["--url", direct],
  "HTTP to stdio": () => ["--", process.execPath, EVERYTHING],
  "HTTP to stdio to HTTP": () => ["--", process.execPath, PROGRAM, "proxy", "--server", "inner", "--url", direct],
};

const known = new Map<string, Promise<Map<string, Check[]>>>();
const directly = (requirements: string): Promise<Map<string, Check[]>> => {
  const one = known.get(requirements) ?? verdicts(direct, requirements, "direct");
  known.set(requirements, one);
  return one;
};

for (const [topology, args] of Object.entries(TOPOLOGIES))
  for (const requirements of REQUIREMENTS)
    test(`${topology}: no check of ${requirements} regresses against direct`, { skip }, async () => {
      const want = await directly(requirements);
      assert.ok(want.size > 50, `${want.size} checks`);
      // A proxy that is itself a server gets its home as any server gets a variable that was set aside for it.
      const aside = { SALLYPORT_ASIDE_SALLYPORT_HOME: home.home };
      const listening = await Listening.start(home, "127.0.0.1:0", args(), aside);
      const got = await verdicts(await relay(listening), requirements, topology.replaceAll(" ", "-"));
      const regressed = [...want].filter(([key, checks]) => !got.has(key) || worst(got.get(key)) < worst(checks));
      assert.deepEqual(
        regressed.map(([key]) => [
          key,
          got.get(key)?.find(({ status }) => (RANK[status] ?? 0) < 3)?.errorMessage ?? got.get(key)?.length,
        ]),
        [],
      );
      listening.proxy.end();
      await listening.proxy.exit;
    });
