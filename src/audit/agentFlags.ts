import type { ConfigFile, ServerEntry } from "../clients/config.ts";
import { commandsOf } from "../clients/permissions/permissions.ts";
import { commandWords } from "./commandRisk.ts";
import { programName, type Word, wordOf } from "./words.ts";

/** Flags that say the same whatever the program. */
const UNMISTAKABLE =
  /^(?:COPILOT_ALLOW_ALL=(?:1|true)|--(?:(?:allow-)?dangerously-skip-permissions|dangerously-bypass-approvals-and-sandbox|dangerously-allow-all|skip-permissions-unsafe|permission-mode=bypassPermissions|approval-mode=yolo))$/;
/** Flags of agents, which other programs may have too. */
const OF_AGENTS = /^--(?:yolo|allow-all-tools|allow-all|trust-all-tools|always-approve)$/;
const AGENTS =
  /^(?:claude|codex|gemini|qwen|copilot|cursor-agent|amp|crush|droid|q|qchat|kiro-cli|opencode|grok|auggie)$/;
const AGENT_PACKAGES = /(?:^|\/)(?:claude-code|codex|gemini-cli|qwen-code|copilot|amp|crush)(?:@|$)/;
const MODES: Readonly<Record<string, string>> = { "--permission-mode": "bypassPermissions", "--approval-mode": "yolo" };

interface Unattended {
  readonly word: Word;
  readonly entry?: ServerEntry;
}

function flagIn(words: readonly Word[]): Word | undefined {
  const agent = words.some(({ text }) => AGENTS.test(programName(text)) || AGENT_PACKAGES.test(text));
  return words.find(({ text }, i) => {
    if (UNMISTAKABLE.test(text)) return true;
    if (!agent) return false;
    const mode = Object.hasOwn(MODES, text) ? MODES[text] : undefined;
    return OF_AGENTS.test(text) || (mode !== undefined && words[i + 1]?.text === mode);
  });
}

/** Agents that a file has started with a flag that answers every question: by a task, a hook, a container, or as a server. */
export function* unattendedFlags(file: ConfigFile): Iterable<Unattended> {
  for (const command of commandsOf(file)) {
    for (const words of commandWords(file.document.text, command)) {
      const word = flagIn(words);
      if (word) yield { word };
    }
  }
  for (const entry of file.entries) {
    const fields = [...(entry.command ? [entry.command] : []), ...entry.args];
    const word = flagIn(fields.map((field) => wordOf(file.document.text, field)));
    if (word) yield { word, entry };
  }
}
