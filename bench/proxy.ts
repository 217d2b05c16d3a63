// What the proxy costs: latency of tools/call, throughput, start and memory, ours beside the floor (direct, a raw Node
// pipe) and beside others, all interleaved in one run so that they share whatever the machine does meanwhile.
//   npm run bench -- proxy [--quick] [--json FILE] [--no-peers]
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { currentBroker } from "../src/link/election.ts";
import { pathsFor } from "../src/link/paths.ts";
import { realEnvironment } from "../src/system/environment.ts";
import { digits, median, quantile, table } from "./proxy/numbers.ts";
import { httpRoute, memoryOf, stdioRoute, type Route } from "./proxy/routes.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "string" },
    "no-peers": { type: "boolean", default: false },
  },
});
const quick = values.quick;
const node = process.execPath;
const at = (file: string): string => path.resolve("bench/proxy", file);
const peer = (name: string): string => path.resolve("bench/peers/node_modules", name);

const scratch = mkdtempSync(path.join(os.tmpdir(), "sallyport-bench-"));
let homes = 0;
const newHome = (): string => {
  const home = path.join(scratch, `home${homes++}`);
  mkdirSync(home, { mode: 0o700 });
  return home;
};
const brokerOf = (home: string): number | undefined => {
  const real = realEnvironment();
  const variable = (name: string): string | undefined => (name === "SALLYPORT_HOME" ? home : real.variable(name));
  return currentBroker(pathsFor({ ...real, variable }))?.pid;
};
const stopBroker = (home: string): void => {
  const pid = brokerOf(home);
  if (pid === undefined) return;
  try {
    process.kill(pid, "SIGTERM");
  } catch {
    // It has ended by itself.
  }
};

/** Our proxy with the detectors taken out: only to tell their share. */
async function buildWithoutDetectors(): Promise<void> {
  const outdir = path.join(scratch, "plain");
  const scanNothing = {
    name: "scan-nothing",
    setup(b: Parameters<NonNullable<Parameters<typeof build>[0]["plugins"]>[number]["setup"]>[0]) {
      b.onLoad({ filter: /detectors[\\/]scan\.ts$/ }, () => ({
        contents: "export const detectors = []; export const scanMessage = () => [];",
      }));
    },
  };
  await build({
    entryPoints: { proxy: "src/cli/commands/proxy.ts" },
    outdir,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel: "error",
    define: { "import.meta.url": "__importMetaUrl" },
    banner: { js: 'const __importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
    plugins: [scanNothing],
  });
  writeFileSync(
    path.join(outdir, "main.js"),
    `require("./proxy.js").run(process.argv.slice(3)).then((code) => { process.exitCode = code; });\n`,
  );
}

function installPeers(): boolean {
  if (values["no-peers"]) return false;
  if (existsSync(peer("mcp-proxy")) && existsSync(peer("supergateway"))) return true;
  const npm = process.env["npm_execpath"];
  const [file, first] = npm ? [node, [npm]] : ["npm", []];
  const args = [
    ...first,
    "ci",
    "--prefix",
    "bench/peers",
    "--no-audit",
    "--no-fund",
    "--ignore-scripts",
    "--loglevel=error",
  ];
  const { status } = spawnSync(file, args, { stdio: "inherit" });
  if (status !== 0) console.error("the peers could not be installed; they are left out");
  return status === 0;
}

const home = newHome();
const peers = installPeers();

/** What our own listener asks for; the others ask for nothing. */
const TOKEN = "b".repeat(43);

type Make = (server: readonly string[], homeOf?: string) => Promise<Route>;
const ours =
  (name: string, program: string): Make =>
  (server, where = home) =>
    stdioRoute(name, [node, program, "proxy", "--server", "bench", "--", ...server], {
      env: { SALLYPORT_HOME: where },
    });
const MAKE: Record<string, Make> = {
  direct: (server) => stdioRoute("direct", server, { between: false }),
  "raw Node pipe": (server) => stdioRoute("raw Node pipe", [node, at("pipe.mjs"), ...server]),
  sallyport: ours("sallyport", path.resolve("dist/sallyport.js")),
  "sallyport (to HTTP)": (server) =>
    httpRoute(
      "sallyport (to HTTP)",
      (port) => [
        node,
        path.resolve("dist/sallyport.js"),
        "proxy",
        "--server",
        "bench",
        "--listen",
        `127.0.0.1:${port}`,
        "--token-env",
        "BENCH_TOKEN",
        "--",
        ...server,
      ],
      {
        env: { SALLYPORT_HOME: home, BENCH_TOKEN: TOKEN },
        headers: { authorization: `Bearer ${TOKEN}` },
      },
    ),
  "sallyport, detectors out": ours("sallyport, detectors out", path.join(scratch, "plain/main.js")),
  "SDK Client + Server": (server) => stdioRoute("SDK Client + Server", [node, at("sdkProxy.mjs"), ...server]),
  ...(peers && {
    "mcp-proxy (to HTTP)": (server) =>
      httpRoute("mcp-proxy (to HTTP)", (port) => [
        node,
        path.join(peer("mcp-proxy"), "dist/bin/mcp-proxy.mjs"),
        "--host",
        "127.0.0.1",
        "--port",
        String(port),
        "--server",
        "stream",
        "--",
        ...server,
      ]),
    "supergateway (to HTTP)": (server) =>
      httpRoute("supergateway (to HTTP)", (port) => [
        node,
        path.join(peer("supergateway"), "dist/index.js"),
        "--stdio",
        server.map((word) => `"${word}"`).join(" "),
        "--outputTransport",
        "streamableHttp",
        "--stateful",
        "--port",
        String(port),
        "--logLevel",
        "none",
      ]),
  }),
};

const SERVER = [node, at("server.mjs")];
const SDK_SERVER = [node, at("sdkServer.mjs")];
const SIZES = [
  { label: "200 B", bytes: 200, calls: quick ? 100 : 400 },
  { label: "10 KB", bytes: 10_000, calls: quick ? 60 : 250 },
  { label: "1 MB", bytes: 1_000_000, calls: quick ? 4 : 12 },
];
const ROUNDS = quick ? 3 : 8;
const STARTS = quick ? 3 : 9;
const size = (bytes: number): object => ({ name: "read_size", arguments: { bytes } });

async function open(server: readonly string[]): Promise<Route[]> {
  const routes: Route[] = [];
  for (const make of Object.values(MAKE)) routes.push(await make(server));
  return routes;
}

/** Milliseconds of single calls, one after another: route name → size label → sample. */
async function latency(routes: readonly Route[]): Promise<Record<string, Record<string, number[]>>> {
  const samples: Record<string, Record<string, number[]>> = {};
  for (const { label, bytes, calls } of SIZES) {
    for (const { name, ask } of routes) {
      (samples[name] ??= {})[label] = [];
      for (let i = 0; i < calls; i++) await ask("tools/call", size(bytes));
    }
    for (let round = 0; round < ROUNDS; round++) {
      for (const { name, ask } of routes) {
        for (let i = 0; i < calls; i++) {
          const started = performance.now();
          const line = await ask("tools/call", size(bytes));
          samples[name]?.[label]?.push(performance.now() - started);
          if (line.length < bytes) throw new Error(`${name} answered ${line.slice(0, 300)}`);
        }
      }
    }
  }
  return samples;
}

/** Calls per second with 64 in flight, against a server on the SDK. */
async function throughput(routes: readonly Route[]): Promise<Record<string, number>> {
  const count = quick ? 1500 : 5000;
  const rates: Record<string, number[]> = {};
  for (let round = 0; round <= (quick ? 2 : 5); round++) {
    for (const { name, ask } of routes) {
      let left = count;
      const started = performance.now();
      const worker = async (): Promise<void> => {
        while (left-- > 0) await ask("tools/call", size(200));
      };
      await Promise.all(Array.from({ length: 64 }, worker));
      // The first round warms up.
      if (round > 0) (rates[name] ??= []).push((count / (performance.now() - started)) * 1000);
    }
  }
  return Object.fromEntries(Object.entries(rates).map(([name, sample]) => [name, median(sample)]));
}

async function starts(): Promise<Record<string, number>> {
  const samples: Record<string, number[]> = {};
  for (let i = 0; i < STARTS; i++) {
    for (const [name, make] of Object.entries(MAKE)) {
      const route = await make(SERVER);
      (samples[name] ??= []).push(route.startMs);
      await route.close();
    }
    const cold = newHome();
    const route = await MAKE["sallyport"]?.(SERVER, cold);
    (samples["sallyport, broker to be started"] ??= []).push(route?.startMs ?? Number.NaN);
    await route?.close();
    stopBroker(cold);
  }
  return Object.fromEntries(Object.entries(samples).map(([name, sample]) => [name, median(sample)]));
}

const log = (text: string): void => console.error(`  ${text}`);

async function measure(): Promise<void> {
  await buildWithoutDetectors();
  log("starts");
  const startMs = await starts();
  log("latency");
  const routes = await open(SERVER);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const idle = Object.fromEntries(
    routes.map(({ name, pid }) => [name, pid === undefined ? Number.NaN : memoryOf(pid)]),
  );
  const samples = await latency(routes);
  const loaded = Object.fromEntries(
    routes.map(({ name, pid }) => [name, pid === undefined ? Number.NaN : memoryOf(pid)]),
  );
  const broker = brokerOf(home);
  const brokerMemory = broker === undefined ? Number.NaN : memoryOf(broker);
  for (const route of routes) await route.close();
  log("throughput");
  const sdk = await open(SDK_SERVER);
  const rates = await throughput(sdk);
  for (const route of sdk) await route.close();

  const of = (name: string, label: string, part: number): number => quantile(samples[name]?.[label] ?? [], part);
  const names = Object.keys(MAKE);
  const others = names.filter((name) => name !== "direct");
  const labels = SIZES.map(({ label }) => label);
  const ratios = table(
    ["times direct, p50", ...labels, "throughput"],
    names.map((name) => [
      name,
      ...labels.map((label) => digits(of(name, label, 0.5) / of("direct", label, 0.5))),
      digits((rates[name] ?? Number.NaN) / (rates["direct"] ?? Number.NaN)),
    ]),
  );
  const added = table(
    ["added to direct, ms", ...labels.flatMap((label) => [`${label} p50`, `${label} p99`])],
    others.map((name) => [
      name,
      ...labels.flatMap((label) =>
        [0.5, 0.99].map((part) => digits(of(name, label, part) - of("direct", label, part))),
      ),
    ]),
  );
  const startRows = Object.keys(startMs).map((name) => [
    name,
    digits(startMs[name] ?? Number.NaN),
    digits((startMs[name] ?? Number.NaN) - (startMs["direct"] ?? Number.NaN)),
  ]);
  const rest = table(
    ["process in between", "idle MB", "after the run MB", "calls/s, 64 in flight"],
    names.map((name) => [name, ...[idle[name], loaded[name], rates[name]].map((value) => digits(value ?? Number.NaN))]),
  );
  const cpu = os.cpus();
  const lines = [
    `Node ${process.version}, ${cpu[0]?.model ?? "unknown processor"}, ${os.availableParallelism()} cores, ${os.platform()} ${os.release()}, ${new Date().toISOString().slice(0, 10)}${quick ? ", --quick" : ""}`,
    "",
    ratios,
    "",
    added,
    "",
    table(["start to the initialize result", "ms", "over direct"], startRows),
    "",
    rest,
    "",
    `The broker after the run: ${digits(brokerMemory)} MB.`,
  ];
  console.log(lines.join("\n"));
  if (values.json) {
    const summary = { startMs, idle, loaded, rates, brokerMemory, latency: {} as Record<string, unknown> };
    for (const name of names)
      summary.latency[name] = Object.fromEntries(
        labels.map((label) => [label, { p50: of(name, label, 0.5), p99: of(name, label, 0.99) }]),
      );
    writeFileSync(values.json, `${JSON.stringify(summary, undefined, 2)}\n`);
  }
}

measure()
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  })
  .finally(() => {
    stopBroker(home);
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  });
