import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { Home, PROGRAM } from "../proxy/harness.ts";
import { checksIn, conformance, POLICY, skip } from "./suite.ts";

const CLIENT = path.resolve("test/process/conformance/client.mjs");
/** Scenarios of both requirement sets but those of OAuth; and how many checks of each a client passes that does all. */
const SCENARIOS: readonly (readonly [scenario: string, version: string, checks: number])[] = [
  ["initialize", "2025-11-25", 1],
  ["tools_call", "2025-11-25", 2],
  ["elicitation-sep1034-client-defaults", "2025-11-25", 5],
  ["sse-retry", "2025-11-25", 3],
  ["tools_call", "2026-07-28", 2],
  ["request-metadata", "2026-07-28", 8],
  ["sep-2322-client-request-state", "2026-07-28", 5],
  ["http-standard-headers", "2026-07-28", 9],
  ["http-custom-headers", "2026-07-28", 18],
  ["http-invalid-tool-headers", "2026-07-28", 12],
  ["json-schema-ref-no-deref", "2026-07-28", 1],
];

const home = new Home(POLICY);
const scratch = mkdtempSync(path.join(tmpdir(), "sallyport-client-suite-"));
after(async () => {
  await home.close();
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
});

for (const [scenario, version, checks] of SCENARIOS)
  test(`the proxy as the HTTP client of ${scenario}, ${version}: every check passes`, { skip }, async () => {
    const out = path.join(scratch, `${scenario}-${version}`);
    const command = `${JSON.stringify(process.execPath)} ${JSON.stringify(CLIENT)}`;
    const args = ["client", "--command", command, "--scenario", scenario, "--spec-version", version, "-o", out];
    await conformance(args, { SALLYPORT: PROGRAM, SALLYPORT_HOME: home.home });
    const all = readdirSync(out).flatMap((folder) => checksIn(path.join(out, folder)));
    assert.deepEqual(
      all
        .filter(({ status }) => status === "FAILURE" || status === "WARNING")
        .map(({ id, errorMessage }) => [id, errorMessage]),
      [],
    );
    const passed = all.filter(({ status }) => status === "SUCCESS").length;
    assert.ok(passed >= checks, `${passed} of ${checks} checks`);
  });
