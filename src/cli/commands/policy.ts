import path from "node:path";
import { parseArgs } from "node:util";
import { Policies, problemsOf } from "../../broker/policies.ts";
import { inferTraits } from "../../broker/traits.ts";
import { SEVERITIES, type Severity } from "../../core/finding.ts";
import { SallyportError } from "../../core/errors.ts";
import { MAX_CONFIG_BYTES } from "../../core/files.ts";
import { pathsFor } from "../../link/paths.ts";
import type { Facts } from "../../policy/decide.ts";
import { DEFAULT_POLICY } from "../../policy/defaultPolicy.ts";
import { parsePolicy } from "../../policy/parse.ts";
import type { PolicyLayer } from "../../policy/schema.ts";
import { diskFiles } from "../../system/disk.ts";
import { realEnvironment } from "../../system/environment.ts";
import { plain, write } from "../terminal.ts";

const HELP = `Check and explain the policy.

Usage: sallyport policy check [FILE] [--layer user|workspace|managed]
       sallyport policy explain --tool TOOL [options]
       sallyport policy default

check    reads a policy file (default: your own) and says what is wrong with it, and where
explain  which rules fit a call, which of them decide, and what comes of it before grants and people
default  prints the default policy

Options of explain:
  --server NAME        The entry's name (default: server)
  --tool TOOL          The tool that is called
  --method METHOD      Another method than tools/call; then without --tool
  --args JSON          The arguments: their names say what the tool may do
  --launch ID          The launch identity, for rules that name one
  --client NAME        The MCP client's name
  --finding RULE[:SEVERITY]   The message has this finding; may be repeated
  --tainted            The conversation has read what looks like a planted instruction
  --workspace FILE     A workspace's sallyport.yaml to apply as well

Exit codes: 0 fine, 1 the policy has errors, 2 usage, 3 something could not be read.
`;

async function readText(file: string): Promise<string> {
  const bytes = await diskFiles.read(path.resolve(file), MAX_CONFIG_BYTES);
  return new TextDecoder("utf-8").decode(bytes);
}

function layerOf(file: string, given: string | undefined): PolicyLayer {
  if (given === undefined) return /^sallyport\.(ya?ml|json)$/.test(path.basename(file)) ? "workspace" : "user";
  if (given === "user" || given === "workspace" || given === "managed") return given;
  throw new SallyportError("USAGE", `--layer ${JSON.stringify(given)}: user, workspace or managed`);
}

async function check(file: string, layer: PolicyLayer): Promise<number> {
  const text = await readText(file);
  const { policy, issues } = parsePolicy(text, layer);
  const problems = problemsOf(file, text, issues);
  const lines = problems.map(({ line, character, message }, index) => {
    const what = issues[index]?.severity ?? "error";
    return `${plain(file)}:${line + 1}:${character + 1}: ${what}: ${plain(message)}\n`;
  });
  const count = policy ? `${policy.rules.length} ${policy.rules.length === 1 ? "rule" : "rules"}` : "not usable";
  await write(process.stdout, `${lines.join("")}${plain(file)}: ${layer} policy, ${count}\n`);
  return policy ? 0 : 1;
}

function findingOf(text: string): Facts["findings"][number] {
  const [rule = "", severity = "high"] = text.split(":");
  if (rule === "" || !SEVERITIES.includes(severity as Severity)) {
    throw new SallyportError("USAGE", `--finding ${JSON.stringify(text)}: RULE or RULE:SEVERITY`);
  }
  return { rule, severity: severity as Severity };
}

/** The names of the arguments at the top. */
function namesOf(args: string | undefined): string[] {
  if (args === undefined) return [];
  try {
    const value: unknown = JSON.parse(args);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return Object.keys(value);
  } catch {
    // said below
  }
  throw new SallyportError("USAGE", `--args ${JSON.stringify(args)} is no JSON object`);
}

async function explain(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      server: { type: "string", default: "server" },
      tool: { type: "string" },
      method: { type: "string" },
      args: { type: "string" },
      launch: { type: "string", default: "" },
      client: { type: "string", default: "client" },
      finding: { type: "string", multiple: true, default: [] },
      tainted: { type: "boolean", default: false },
      workspace: { type: "string" },
    },
  });
  if ((values.tool === undefined) === (values.method === undefined)) {
    throw new SallyportError("USAGE", "policy explain needs either --tool or --method");
  }
  const policies = new Policies(pathsFor(realEnvironment()));
  const file = values.workspace;
  const workspace = policies.workspace(
    file === undefined ? undefined : { file, text: await readText(file) },
    undefined,
  );
  const traits = values.tool === undefined ? [] : inferTraits(values.tool, { parameters: namesOf(values.args) });
  const { effect, always, why, hits } = policies.apply(workspace).rules.evaluate({
    server: values.server,
    launch: values.launch,
    client: values.client,
    direction: "to-server",
    method: values.method ?? "tools/call",
    tool: values.tool,
    findings: values.finding.map(findingOf),
    traits: traits.map(({ trait }) => trait),
    tainted: values.tainted,
    definition: { changed: false, flagged: false },
  });
  const problems = [...policies.layers().flatMap((layer) => layer.problems), ...workspace.problems];
  const lines = [
    `${effect}${always ? " (always: a standing grant does not answer it)" : ""}`,
    ...why.map((hit) => `  because ${hit.layer}/${hit.rule}: ${hit.reason}`),
    ...hits.filter((hit) => !why.includes(hit)).map((hit) => `  also fits ${hit.layer}/${hit.rule}: ${hit.effect}`),
    ...traits.map(({ trait, evidence }) => `  trait ${trait}: ${evidence}`),
    ...problems.map(
      ({ file, line, character, message }) => `  problem ${file}:${line + 1}:${character + 1}: ${message}`,
    ),
  ];
  await write(process.stdout, `${lines.map(plain).join("\n")}\n`);
  return 0;
}

/** `sallyport policy`. */
export async function run(argv: readonly string[]): Promise<number> {
  const [action, ...rest] = argv;
  if (action === "explain" && !rest.includes("--help")) return await explain(rest);
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { help: { type: "boolean", short: "h" }, layer: { type: "string" } },
  });
  if (values.help) {
    await write(process.stdout, HELP);
    return 0;
  }
  const [, file = pathsFor(realEnvironment()).userPolicy, ...more] = positionals;
  if (more.length > 0) throw new SallyportError("USAGE", `policy ${positionals[0]} takes at most one file`);
  if (positionals[0] === "check") return await check(file, layerOf(file, values.layer));
  if (positionals[0] !== "default") throw new SallyportError("USAGE", "policy check, explain or default; see --help");
  await write(process.stdout, DEFAULT_POLICY);
  return 0;
}
