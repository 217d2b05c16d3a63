import type { Installation } from "./installations.ts";

/**
 * What must not reach our own process from an entry's environment: options of Node, Electron, the dynamic loaders, glibc,
 * and OpenSSL's configuration, which loads code. Shell patterns, each a prefix or a whole name.
 */
const SET_ASIDE = ["NODE_*", "ELECTRON_*", "LD_*", "DYLD_*", "OPENSSL_*", "SSL_*", "GLIBC_*", "GCONV_PATH", "MALLOC_*"];

/** Our own variables: a server's entry in a repository must not say where our home is. */
const OURS = "SALLYPORT_*";

/** What the launcher refuses with when it cannot start a proxy: NO_BROKER of `mcp/errors`. */
const GONE_CODE = -31005;
const GONE =
  "Sallyport's installation is gone, so nothing can be inspected or recorded, and this server is not started. " +
  "A person must install Sallyport again, or take its protection off this entry in the editor.";

/** A word of a POSIX shell, whatever it holds. */
const word = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** Sets aside every exported variable whose name fits. */
function setAside(patterns: readonly string[]): string {
  return `for _sallyport_line in $_sallyport_exported; do
  case $_sallyport_line in
    "export "*) _sallyport_name=\${_sallyport_line#export } ;;
    "declare -x "*) _sallyport_name=\${_sallyport_line#declare -x } ;;
    *) continue ;;
  esac
  _sallyport_name=\${_sallyport_name%%=*}
  case $_sallyport_name in
    *[!A-Za-z0-9_]*) continue ;;
    ${patterns.join(" | ")}) ;;
    *) continue ;;
  esac
  # A line inside a value can look like a variable: only what is set counts.
  eval "_sallyport_set=\\\${$_sallyport_name+set}"
  [ "$_sallyport_set" = set ] || continue
  eval "_sallyport_value=\\$$_sallyport_name"
  unset "$_sallyport_name"
  export "SALLYPORT_ASIDE_$_sallyport_name=$_sallyport_value"
done`;
}

/**
 * `bin/sallyport`: a POSIX shell script of built-ins only. Sets the entry's dangerous variables aside before Node starts
 * (`NODE_OPTIONS` becomes `SALLYPORT_ASIDE_NODE_OPTIONS`, which the proxy hands to the server), then starts the first
 * runtime that is there with `sallyport.cjs`. With none it answers every request with an error.
 */
export function shellLauncher(home: string, launcher: string, installations: readonly Installation[]): string {
  const runtimes = new Map(installations.map(({ runtime, electron }) => [runtime, electron]));
  const tries = [...runtimes].flatMap(([runtime, electron]) => [
    `  if [ -f ${word(runtime)} ] && [ -x ${word(runtime)} ]; then`,
    ...(electron ? ["    ELECTRON_RUN_AS_NODE=1", "    export ELECTRON_RUN_AS_NODE"] : []),
    `    exec ${word(runtime)} ${word(launcher)} --set-aside "$@"`,
    "  fi",
  ]);
  return `#!/bin/sh
# Sallyport's launcher, written by Sallyport: changes are lost. MCP clients start it in place of a protected server.
set -f
_sallyport_newline='
'
_sallyport_exported=$(export -p)
IFS=$_sallyport_newline
# What the entry calls by our prefix goes first, or it would be taken for what was set aside.
${setAside([OURS])}
${setAside(SET_ASIDE)}
unset IFS _sallyport_exported _sallyport_line _sallyport_name _sallyport_set _sallyport_value
SALLYPORT_HOME=${word(home)}
export SALLYPORT_HOME
if [ -f ${word(launcher)} ]; then
${tries.length > 0 ? tries.join("\n") : "  :"}
fi

# Nothing to start: say so where people look, and to the client, until it gives up.
printf '%s\\n' ${word(`sallyport: ${GONE}`)} >&2
while IFS= read -r _sallyport_line; do
  case $_sallyport_line in
    *'"method"'*) ;;
    *) continue ;;
  esac
  case $_sallyport_line in
    *'"id"'*) ;;
    *) continue ;;
  esac
  _sallyport_id=\${_sallyport_line##*'"id"'}
  _sallyport_id=\${_sallyport_id#*:}
  _sallyport_id=\${_sallyport_id#"\${_sallyport_id%%[! ]*}"}
  case $_sallyport_id in
    '"'*)
      _sallyport_id=\${_sallyport_id#?}
      _sallyport_id='"'\${_sallyport_id%%'"'*}'"'
      ;;
    *) _sallyport_id=\${_sallyport_id%%[!0-9-]*} ;;
  esac
  printf '{"jsonrpc":"2.0","id":%s,"error":{"code":${GONE_CODE},"message":%s}}\\n' "\${_sallyport_id:-null}" ${word(JSON.stringify(GONE))}
done
exit 1
`;
}

/**
 * `bin/sallyport.cjs`: picks the newest installation that is still there and runs its program in this process. On Windows,
 * where no shell script comes before it, it sets the variables aside itself, and starts over where Node has seen them.
 */
export function nodeLauncher(home: string, installations: readonly Installation[]): string {
  const programs = installations.map(({ program }) => program);
  return `// Sallyport's launcher, written by Sallyport: changes are lost. MCP clients start it in place of a protected server.
"use strict";
const { existsSync } = require("node:fs");
const HOME = ${JSON.stringify(home)};
const PROGRAMS = ${JSON.stringify(programs)};
const GONE = ${JSON.stringify(GONE)};
const env = process.env;
const args = process.argv.slice(2);
const own = args[0] === "--set-aside";
if (own) args.shift();
let seen = false;
if (!own) {
  const dangerous = new RegExp(${JSON.stringify(pattern())}, "i");
  const found = Object.entries(env).filter(([name]) => dangerous.test(name));
  for (const [name] of found) delete env[name];
  for (const [name, value] of found) {
    seen ||= /^(node|openssl|ssl)_/i.test(name);
    env["SALLYPORT_ASIDE_" + name] = value;
  }
  env.SALLYPORT_HOME = HOME;
}
const program = PROGRAMS.find((one) => existsSync(one));
if (program === undefined) gone();
else if (seen) again();
else run(program);

function run(program) {
  // The launcher's own setting: the server gets what was there before.
  delete env.ELECTRON_RUN_AS_NODE;
  process.argv.splice(1, process.argv.length, program, ...args);
  require(program);
}

function again() {
  const { spawn } = require("node:child_process");
  const electron = process.versions.electron ? { ELECTRON_RUN_AS_NODE: "1" } : {};
  const child = spawn(process.execPath, [__filename, "--set-aside", ...args], {
    stdio: "inherit",
    windowsHide: true,
    env: { ...env, ...electron },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    process.stderr.write("sallyport: " + error.message + "\\n");
    process.exitCode = 1;
  });
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 1;
    if (signal) process.kill(process.pid, signal);
  });
}

function gone() {
  process.stderr.write("sallyport: " + GONE + "\\n");
  process.exitCode = 1;
  let rest = "";
  process.stdin.setEncoding("utf8");
  process.stdin.on("data", (chunk) => {
    const lines = (rest + chunk).split("\\n");
    rest = lines.pop();
    if (rest.length > 1048576) rest = "";
    for (const line of lines) answer(line);
  });
}

function answer(line) {
  let message;
  try {
    message = JSON.parse(line);
  } catch {
    return;
  }
  if (message === null || typeof message !== "object" || message.id === undefined || message.method === undefined) return;
  const error = { code: ${GONE_CODE}, message: GONE };
  process.stdout.write(JSON.stringify({ jsonrpc: "2.0", id: message.id, error }) + "\\n");
}
`;
}

/** The same names as a regular expression, for where names have no case. */
function pattern(): string {
  return `^(?:${[OURS, ...SET_ASIDE].map((one) => one.replace(/\*$/, ".*")).join("|")})$`;
}
