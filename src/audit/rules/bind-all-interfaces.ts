import type { Fix } from "../../core/finding.ts";
import { partOfString } from "../../documents/data.ts";
import { addressesOf } from "../addresses.ts";
import { assignmentsOf } from "../environments.ts";
import { launchesOf } from "../launch.ts";
import { containerOptions } from "../packages.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";
import { textFix } from "../textFix.ts";
import type { Word } from "../words.ts";

const EVERYWHERE = /^(?:0\.0\.0\.0|\[?::\]?|\*)(?::\d+)?$/;
const HOST_FLAG =
  /^(?:--(?:host|hostname|bind|bind-(?:address|host)|listen|listen-(?:address|host)|address|ip|addr|interface)|-H|-b)$/;
const HOST_VARIABLE = /^(?:\w+_)?(?:HOST|BIND|BIND_(?:ADDRESS|HOST)|LISTEN|LISTEN_(?:ADDRESS|HOST)|SERVER_HOST)$/;
/** The inspector's own switch, after CVE-2025-49596. */
const NO_AUTH = /^DANGEROUSLY_OMIT_AUTH$/;

function onlyHere(file: RuleContext["file"], word: Word, from: number, value: string): Fix[] {
  const port = /:\d+$/.exec(value.replace(/^\[?::\]?/, ""))?.[0] ?? "";
  const span = word.part(from, word.text.length);
  return textFix(file, "Listen on 127.0.0.1", "unsafe", { span, text: `127.0.0.1${port}` });
}

function* ofArguments({ file }: RuleContext): Iterable<Found> {
  for (const entry of file.entries) {
    const name = JSON.stringify(entry.name);
    for (const launch of launchesOf(file, entry)) {
      for (const { name: option, value, word } of containerOptions(launch)) {
        if (option !== "-p" && option !== "--publish") continue;
        if (/^(?:127\.|\[::1\]|localhost:)/.test(value) || value === "") continue;
        const message = `The container of the server ${name} publishes a port on every interface: ${value.slice(0, 60)}`;
        yield { entry, span: word.span, severity: "medium", message };
      }
      if (containerOptions(launch).length > 0) continue;
      for (const [i, word] of launch.args.entries()) {
        const pair = /^(--?[\w-]+)=(.*)$/.exec(word.text);
        const flag = pair?.[1] ?? launch.args[i - 1]?.text ?? "";
        const value = pair?.[2] ?? word.text;
        if (!EVERYWHERE.test(value) || !HOST_FLAG.test(flag)) continue;
        const message = `The server ${name} listens on every interface: ${flag} ${value}`;
        const from = word.text.length - value.length;
        yield { entry, span: word.span, message, fixes: onlyHere(file, word, from, value) };
      }
    }
  }
}

function* check(context: RuleContext): Iterable<Found> {
  yield* ofArguments(context);
  const { file } = context;
  for (const { name, value, span, entry, of, field } of assignmentsOf(file)) {
    // Inside a container it is the published port that decides.
    const inContainer = entry && !field && launchesOf(file, entry).some((one) => containerOptions(one).length > 0);
    if (HOST_VARIABLE.test(name.toUpperCase()) && EVERYWHERE.test(value) && !inContainer) {
      const message = `The variable ${name} ${of} makes it listen on every interface`;
      const change = field && { span: field.node.span, text: "127.0.0.1" };
      const fixes = change ? textFix(file, "Listen on 127.0.0.1", "unsafe", change) : [];
      yield { span, message, fixes, ...(entry && { entry }) };
    } else if (NO_AUTH.test(name) && /^(?:1|true|yes)$/i.test(value)) {
      const message = `The variable ${name} ${of} lets anybody who reaches the port run commands`;
      yield { span, message, ...(entry && { entry }) };
    }
  }
  yield* ofAddresses(file);
}

/** `http://0.0.0.0:8000/mcp`: taken over from the server's own line, which then listens everywhere. */
function* ofAddresses(file: RuleContext["file"]): Iterable<Found> {
  for (const entry of file.entries) {
    for (const field of addressesOf(entry)) {
      const host = /^[a-z]{2,6}:\/\/(0\.0\.0\.0|\[::\])(?=[:/]|$)/i.exec(field.value)?.[1];
      if (host === undefined) continue;
      const from = field.value.indexOf(host);
      const span = partOfString(file.document.text, field.node, from, from + host.length);
      yield {
        entry,
        span: field.node.span,
        severity: "low",
        message: `The server ${JSON.stringify(entry.name)} is reached at ${host}, where only one that listens on every interface answers`,
        fixes: textFix(file, "Use 127.0.0.1", "unsafe", { span, text: "127.0.0.1" }),
      };
    }
  }
}

export const bindAllInterfaces: AuditRule = {
  info: {
    id: "bind-all-interfaces",
    title: "Server listens on all interfaces",
    summary:
      "Reports a server that is told to listen on `0.0.0.0` or `::`, by an argument or a variable, a container that publishes a port on every interface, and the inspector without authentication.",
    why: "Everybody in the network, and by a rebound name every web page, can call the server's tools.",
    remedy: "Listen on `127.0.0.1`.",
    severity: "high",
    persona: "regular",
    references: ["MCP07:2025", "CWE-668", "CVE-2025-49596"],
  },
  fix: "Writes `127.0.0.1`.",
  example: { before: `"args": ["--host", "0.0.0.0"]`, after: `"args": ["--host", "127.0.0.1"]` },
  check,
};
