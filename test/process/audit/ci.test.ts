import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { validateSarif } from "../../unit/report/sarifSchema.ts";
import { CLI, codeBlock, environment, GOOD, plainHttp, project, WATCHDOG } from "./cli.ts";

const CONFIG = ".vscode/mcp.json";
const DOCS = readFileSync("docs/audit/ci.md", "utf8");
const posix = process.platform === "win32" ? { skip: "the scripts are bash's" } : {};

/** An npm that installs this build, whatever it is asked for, and writes its arguments down. */
function npm(): { PATH: string; log: string } {
  const bin = project();
  const log = path.join(bin, "log");
  const script = [
    "#!/bin/sh",
    `printf '%s\\n' "$PWD" "$@" >> "${log}"`,
    "mkdir -p node_modules/sallyport/dist",
    `printf 'require(%s);' '${JSON.stringify(CLI)}' > node_modules/sallyport/dist/sallyport.js`,
    "",
  ];
  writeFileSync(path.join(bin, "npm"), script.join("\n"));
  chmodSync(path.join(bin, "npm"), 0o755);
  return {
    PATH: `${bin}${path.delimiter}${path.dirname(process.execPath)}${path.delimiter}${process.env["PATH"]}`,
    log,
  };
}

interface Step {
  readonly id?: string;
  readonly name: string;
  readonly run?: string;
  readonly uses?: string;
  readonly shell?: string;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string; readonly description: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

const ACTION = parse(readFileSync("action.yml", "utf8")) as Action;

interface Result {
  readonly code: number;
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly uploads: readonly Readonly<Record<string, string>>[];
}

/** Runs the steps of the action as the runner does: expressions are filled in, `run` is given to bash. */
function runAction(checkout: string, inputs: Readonly<Record<string, string>> = {}): Result {
  const { PATH } = npm();
  const temp = project();
  const outputs: Record<string, string> = {};
  const uploads: Record<string, string>[] = [];
  let log = "";
  const value = (name: string): string => {
    const [scope, first = "", , last = ""] = name.split(".");
    if (scope === "inputs") return inputs[first] ?? ACTION.inputs[first]?.default ?? "";
    return scope === "steps" ? (outputs[last] ?? "") : "";
  };
  const fill = (text: string): string => text.replace(/\$\{\{ *([\w.-]+) *\}\}/gu, (_, name: string) => value(name));
  const holds = (text: string): boolean =>
    text
      .replace(/^\$\{\{|\}\}$/gu, "")
      .split("&&")
      .every((part) => {
        const [, name = "", operator, literal] = /^ *([\w.-]+) *(==|!=) *'([^']*)' *$/u.exec(part) ?? [];
        assert.ok(operator, `an expression that this test can read: ${part}`);
        return (value(name) === literal) === (operator === "==");
      });
  for (const step of ACTION.runs.steps) {
    if (step.if !== undefined && !holds(step.if)) continue;
    if (step.uses !== undefined) {
      uploads.push(Object.fromEntries(Object.entries(step.with ?? {}).map(([key, text]) => [key, fill(text)])));
      continue;
    }
    assert.equal(step.shell, "bash");
    const file = path.join(temp, "output");
    writeFileSync(file, "");
    const env = Object.fromEntries(Object.entries(step.env ?? {}).map(([key, text]) => [key, fill(text)]));
    const { status, stdout, stderr } = spawnSync(
      "bash",
      ["--noprofile", "--norc", "-eo", "pipefail", "-c", step.run ?? ""],
      {
        cwd: checkout,
        env: environment({ ...env, PATH, RUNNER_TEMP: temp, GITHUB_OUTPUT: file }),
        encoding: "utf8",
      },
    );
    log += stdout + stderr;
    for (const line of readFileSync(file, "utf8").split("\n").filter(Boolean)) {
      outputs[line.slice(0, line.indexOf("="))] = line.slice(line.indexOf("=") + 1);
    }
    if (status !== 0) return { code: status ?? -1, log, outputs, uploads };
  }
  return { code: 0, log, outputs, uploads };
}

describe("the GitHub Action", { ...WATCHDOG, ...posix }, () => {
  it("annotates, writes SARIF that the schema allows, hands it to the upload, and then fails", () => {
    const checkout = project({ [CONFIG]: plainHttp("action.example") });
    const { code, log, outputs, uploads } = runAction(checkout);
    assert.equal(code, 1);
    assert.match(log, /^::error file=\.vscode\/mcp\.json,line=5,.*action\.example/mu);
    assert.deepEqual(outputs, { "exit-code": "1", sarif: "sallyport.sarif" });
    assert.deepEqual(uploads, [{ sarif_file: "sallyport.sarif", category: "sallyport" }]);
    const sarif: unknown = JSON.parse(readFileSync(path.join(checkout, "sallyport.sarif"), "utf8"));
    assert.equal(validateSarif(sarif), true, JSON.stringify(validateSarif.errors));
  });

  it("follows its inputs, which are never read as a script", () => {
    const checkout = project({ [CONFIG]: plainHttp(), "good/.vscode/mcp.json": GOOD });
    assert.equal(runAction(checkout, { "fail-on": "critical", upload: "false" }).code, 0);
    assert.deepEqual(runAction(checkout, { upload: "false" }).uploads, []);
    assert.equal(runAction(checkout, { path: "good" }).code, 0);
    const trap = path.join(checkout, "ran");
    const { code, uploads } = runAction(checkout, { path: `$(touch ${trap})'"; touch ${trap} #` });
    assert.deepEqual([code, existsSync(trap)], [3, false]);
    assert.equal(uploads.length, 1, "what could not be read is in the SARIF, too");
    const wrong = runAction(checkout, { "fail-on": "sometimes" });
    assert.deepEqual([wrong.code, wrong.uploads], [2, []]);
    for (const { run = "", name } of ACTION.runs.steps) assert.doesNotMatch(run, /\$\{\{/u, name);
  });

  it("accepts a baseline, and a checkout's own ignores only where it is trusted", () => {
    const text = plainHttp().replace('"url"', '// sallyport-ignore: plaintext-http -- inside\n"url"');
    const checkout = project({ [CONFIG]: text });
    assert.equal(runAction(checkout).code, 1);
    assert.equal(runAction(checkout, { trusted: "true" }).code, 0);
    const made = spawnSync(process.execPath, [CLI, "audit", "--no-home", "--baseline", "b.json", "--update-baseline"], {
      cwd: checkout,
      env: environment(),
    });
    assert.equal(made.status, 0);
    assert.equal(runAction(checkout, { baseline: "b.json" }).code, 0);
  });

  it("lets nothing of the checkout decide what is installed", () => {
    const install = ACTION.runs.steps[0];
    const checkout = project({ ".npmrc": "registry=http://evil.example/\n" });
    const { PATH, log } = npm();
    const temp = project();
    const env = environment({ PATH, RUNNER_TEMP: temp, VERSION: "0.1.0" });
    assert.equal(spawnSync("bash", ["-e", "-c", install?.run ?? ""], { cwd: checkout, env }).status, 0);
    const [cwd, ...args] = readFileSync(log, "utf8").trim().split("\n");
    assert.equal(cwd, path.join(temp, "sallyport"));
    assert.ok(args.includes("--ignore-scripts") && args.includes("sallyport@0.1.0"));
  });

  it("is used in the documentation as it is, with inputs that it has", () => {
    const workflow = parse(codeBlock(DOCS, "yaml github")) as { jobs: { audit: { steps: Step[] } } };
    const step = workflow.jobs.audit.steps[1];
    assert.match(step?.uses ?? "", /^[\w-]+\/sallyport@v\d/u);
    for (const name of Object.keys(step?.with ?? {})) assert.ok(name in ACTION.inputs, name);
    assert.equal(ACTION.runs.using, "composite");
    for (const [name, { description }] of Object.entries(ACTION.inputs)) assert.ok(description.length > 10, name);
  });
});

interface Job {
  readonly script: readonly string[];
  readonly artifacts: { readonly when: string; readonly reports: { readonly codequality: string } };
}

describe("the GitLab job", { ...WATCHDOG, ...posix }, () => {
  it("runs as documented, fails on a finding, and leaves a Code Quality report that GitLab can read", () => {
    const { sallyport: job } = parse(codeBlock(DOCS, "yaml gitlab")) as { sallyport: Job };
    assert.equal(job.artifacts.when, "always", "the report is wanted just when the job fails");
    for (const [text, code] of [
      [plainHttp("gitlab.example"), 1],
      [GOOD, 0],
    ] as const) {
      const checkout = project({ [CONFIG]: text });
      const temp = project();
      mkdirSync(path.join(temp, "x"));
      // The job's container has a /tmp of its own.
      const script = `set -eo pipefail\n${job.script.join("\n").replaceAll("/tmp/sallyport", `'${temp}/x'`)}`;
      const env = environment({ PATH: npm().PATH, CI_PROJECT_DIR: checkout });
      const { status, stderr } = spawnSync("bash", ["-c", script], { cwd: checkout, env, encoding: "utf8" });
      assert.equal(status, code, stderr);
      const report = JSON.parse(readFileSync(path.join(checkout, job.artifacts.reports.codequality), "utf8")) as {
        location: { path: string; lines: { begin: number } };
      }[];
      assert.deepEqual(
        report.map(({ location }) => location),
        code === 0 ? [] : [{ path: CONFIG, lines: { begin: 5 } }],
      );
    }
  });
});
