import { permissionsOf } from "../../clients/permissions/permissions.ts";
import type { Severity } from "../../core/finding.ts";
import { launchesOf } from "../launch.ts";
import { containerOptions } from "../packages.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

/** Where a home folder begins, as files and clients write it. */
const HOME =
  /^(?:~|\$HOME|\$\{HOME\}|\$\{userHome\}|\$\{env:HOME\}|\$\{localEnv:HOME\}|%USERPROFILE%|\/home\/[^\\/]{1,64}|\/Users\/[^\\/]{1,64}|\/root|[A-Za-z]:[\\/]Users[\\/][^\\/]{1,64})[\\/]/;
/** Folders below it whose files sign in somewhere, and what they hold. */
const HOLDS: readonly (readonly [RegExp, string])[] = [
  [/^\.ssh(?:[\\/]|$)/, "SSH keys"],
  [/^\.gnupg(?:[\\/]|$)/, "private keys"],
  [/^\.aws(?:[\\/]|$)/, "the credentials of AWS"],
  [/^\.azure(?:[\\/]|$)/, "the credentials of Azure"],
  [/^\.config[\\/]gcloud(?:[\\/]|$)/, "the credentials of Google Cloud"],
  [/^\.kube(?:[\\/]|$)/, "the credentials of clusters"],
  [/^\.docker(?:[\\/]|$)/, "the credentials of registries"],
  [/^\.(?:netrc|npmrc|pypirc|git-credentials|pgpass)$/, "credentials"],
  [/^\.(?:claude|cursor|codex|gemini|copilot|sallyport)(?:[\\/]|$)/, "an agent's own settings and credentials"],
  [/^\.claude\.json$/, "an agent's own settings and credentials"],
  [
    /^(?:AppData[\\/]Roaming|\.config|Library[\\/]Application Support)[\\/]Claude(?:[\\/]|$)/,
    "an agent's own settings and credentials",
  ],
  [
    /^(?:AppData[\\/]Local|\.config|Library[\\/]Application Support)[\\/](?:Google[\\/]Chrome|google-chrome|BraveSoftware|Microsoft[\\/]Edge|Mozilla|Firefox|Chromium|chromium)(?:[\\/]|$)/,
    "a browser's passwords and cookies",
  ],
  [/^\.mozilla(?:[\\/]|$)/, "a browser's passwords and cookies"],
  [/^\.password-store(?:[\\/]|$)/, "passwords"],
];

function heldIn(path: string): string | undefined {
  const home = HOME.exec(path.slice(0, 300))?.[0];
  if (home === undefined) return undefined;
  const below = path.slice(home.length, 1000);
  return HOLDS.find(([pattern]) => pattern.test(below))?.[1];
}

/** `.env` and the keys beside a project's code, as a permission names them. */
const SECRET_FILE = /(?:^|[\\/])(?:\.env(?:\.\*|\*)?|\*\.pem|id_(?:rsa|ed25519)|\*\.key)$/;

function* check({ file }: RuleContext): Iterable<Found> {
  for (const entry of file.entries) {
    for (const launch of launchesOf(file, entry)) {
      // What is mounted into a container is the question of docker-privileged.
      const options = new Set(containerOptions(launch).map((one) => one.word));
      for (const word of launch.args) {
        if (options.has(word)) continue;
        const equals = word.text.startsWith("-") ? word.text.indexOf("=") + 1 : 0;
        const path = word.text.slice(equals);
        const held = heldIn(path);
        // A key that a program is to sign in with is named to it; a folder is opened to the agent.
        if (
          held === undefined ||
          /^-(?:i|-?identity|-?key|-?cert|-?config|-?kubeconfig|-?credentials?)/.test(word.text)
        )
          continue;
        yield {
          entry,
          span: equals === 0 ? word.span : word.part(equals, word.text.length),
          confidence: "medium",
          message: `The server ${JSON.stringify(entry.name)} is given ${path.slice(0, 100)}, which holds ${held}`,
        };
      }
    }
  }
  for (const { grant, span, setting } of permissionsOf(file)) {
    if (grant.kind !== "read" && grant.kind !== "write" && grant.kind !== "folder") continue;
    const path = grant.path.replace(/^\/\/(?=\/)|^\/(?=\/)/, "").replace(/[\\/]\*{1,2}$/, "");
    const held = heldIn(`${path}/`) ?? heldIn(path) ?? (SECRET_FILE.test(path) ? "secrets" : undefined);
    if (held === undefined) continue;
    const severity: Severity = "high";
    yield {
      span,
      severity,
      message: `The settings (${setting}) open ${grant.path.slice(0, 100)} to the agent, which holds ${held}`,
    };
  }
}

export const sensitiveFolder: AuditRule = {
  info: {
    id: "sensitive-folder",
    title: "Folder of credentials opened to an agent",
    summary:
      "Reports a server's argument or a standing permission that opens a folder of keys, credentials, browser profiles or an agent's own settings: `~/.ssh`, `~/.aws`, `~/.kube`, `~/.claude`, `.env`. A key that a program is named to sign in with is none.",
    why: "The agent reads what it can reach and repeats what it reads: one sentence in a web page is enough to send a key away.",
    remedy: "Take the folder out. Give what the server needs by a variable, as a credential of its own.",
    severity: "high",
    persona: "regular",
    references: ["MCP10:2025", "MCP02:2025", "ASI03", "CWE-552"],
  },
  example: {
    before: `"args": ["-y", "@modelcontextprotocol/server-filesystem@2025.8.21", "/home/mina/.ssh"]`,
    after: `"args": ["-y", "@modelcontextprotocol/server-filesystem@2025.8.21", "/home/mina/notes"]`,
  },
  check,
};
