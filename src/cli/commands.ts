/** What a command's module exports. Runs to its end and gives the process's exit code; throws for errors. */
export interface CommandModule {
  run(argv: readonly string[]): Promise<number>;
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Started by our own programs, not by people. */
  readonly hidden?: boolean;
  /** Each command is a bundle of its own, loaded when it is asked for: the proxy must start without the audit's weight. */
  readonly load: () => Promise<CommandModule>;
}

/** Every command, in the order `--help` prints them. The build makes one bundle for each file named here. */
export const COMMANDS: readonly Command[] = [
  {
    name: "audit",
    summary: "Audit MCP configurations, agent settings and calls to language models",
    load: () => import("./commands/audit.ts"),
  },
  {
    name: "callsites",
    summary: "List every call to a language model, and whether it is recorded",
    load: () => import("./commands/callsites.ts"),
  },
  {
    name: "inspect",
    summary: "Start a configured server once, list what it offers, and audit that",
    load: () => import("./commands/inspect.ts"),
  },
  {
    name: "lock",
    summary: "Write down what a workspace's servers are, so that a change shows",
    load: () => import("./commands/lock.ts"),
  },
  { name: "lsp", summary: "The language server, for any editor", load: () => import("./commands/lsp.ts") },
  { name: "log", summary: "Show or verify the ledger of what agents did", load: () => import("./commands/log.ts") },
  {
    name: "proxy",
    summary: "Stand between an MCP client and a server (clients run this)",
    load: () => import("./commands/proxy.ts"),
  },
  { name: "policy", summary: "Check and explain the policy", load: () => import("./commands/policy.ts") },
  {
    name: "broker",
    summary: "Decide for every proxy of this user (started on demand)",
    hidden: true,
    load: () => import("./commands/broker.ts"),
  },
  { name: "protect", summary: "Make a server start through Sallyport", load: () => import("./commands/protect.ts") },
  { name: "version", summary: "Print the version", load: () => import("./commands/version.ts") },
];
