import type { Environment } from "../core/environment.ts";
import type { DataValue } from "../documents/data.ts";
import type { ClientId, FileKind, ServerMap } from "./config.ts";
import { type Candidate, foldersOf, type WorkspaceFile } from "./client.ts";
import { mapAt } from "./maps.ts";

function instructions(
  id: string,
  client: ClientId,
  title: string,
  options: Partial<NonNullable<FileKind["instructions"]>> = {},
): FileKind {
  const { frontMatter = "none", imports = false } = options;
  const serverMaps = (root: DataValue | undefined): readonly ServerMap[] =>
    frontMatter === "copilot-agent" ? mapAt(root, "mcp-servers") : [];
  return {
    id,
    client,
    title,
    variables: "none",
    format: "markdown",
    holds: ["instructions"],
    instructions: { frontMatter, imports },
    serverMaps,
  };
}

export const AGENTS_MD = instructions("agents-md", "unknown", "instructions for agents");
export const CLAUDE_MD = instructions("claude-md", "claude-code", "Claude Code's instructions", { imports: true });
export const CLAUDE_RULES = instructions("claude-rules", "claude-code", "a rule of Claude Code", { imports: true });
export const CLAUDE_AGENT = instructions("claude-agent", "claude-code", "a subagent of Claude Code", {
  frontMatter: "claude-agent",
});
export const CLAUDE_COMMAND = instructions("claude-command", "claude-code", "a command of Claude Code", {
  frontMatter: "claude-command",
  imports: true,
});
export const SKILL = instructions("skill", "claude-code", "a skill", { frontMatter: "claude-command" });
export const GEMINI_MD = instructions("gemini-md", "gemini-cli", "Gemini CLI's instructions", { imports: true });
export const COPILOT_INSTRUCTIONS = instructions("copilot-instructions", "copilot-cli", "Copilot's instructions");
export const COPILOT_PROMPT = instructions("copilot-prompt", "copilot-cli", "a prompt of Copilot");
export const COPILOT_AGENT = instructions("copilot-agent", "copilot-cli", "an agent of Copilot", {
  frontMatter: "copilot-agent",
});
export const CURSOR_RULES = instructions("cursor-rules", "cursor", "a rule of Cursor");
export const WINDSURF_RULES = instructions("windsurf-rules", "windsurf", "a rule of Windsurf");
export const CLINE_RULES = instructions("cline-rules", "cline", "a rule of Cline");
export const ROO_RULES = instructions("roo-rules", "roo", "a rule of Roo Code");
export const ZED_RULES = instructions("zed-rules", "zed", "Zed's rules");
export const CONTINUE_RULES = instructions("continue-rules", "continue", "a rule of Continue");
export const AMAZONQ_RULES = instructions("amazonq-rules", "amazonq", "a rule of Amazon Q");
export const KIRO_STEERING = instructions("kiro-steering", "kiro", "a steering file of Kiro");
export const GOOSE_HINTS = instructions("goose-hints", "goose", "Goose's hints");
export const JUNIE_GUIDELINES = instructions("junie-guidelines", "jetbrains", "Junie's guidelines");
export const OPENCODE_MARKDOWN = instructions("opencode-markdown", "opencode", "an agent or command of opencode");

/** Where clients read instructions below a workspace folder. */
export const INSTRUCTION_FILES: readonly WorkspaceFile[] = [
  { path: "AGENTS.md", kind: AGENTS_MD },
  { path: "AGENTS.override.md", kind: AGENTS_MD },
  { path: "CLAUDE.md", kind: CLAUDE_MD },
  { path: "CLAUDE.local.md", kind: CLAUDE_MD },
  { path: ".claude/CLAUDE.md", kind: CLAUDE_MD },
  { path: ".claude/rules/**/*.md", kind: CLAUDE_RULES },
  { path: ".claude/agents/**/*.md", kind: CLAUDE_AGENT },
  { path: ".claude/commands/**/*.md", kind: CLAUDE_COMMAND },
  { path: ".claude/skills/*/SKILL.md", kind: SKILL },
  { path: ".github/skills/*/SKILL.md", kind: SKILL },
  { path: ".agents/skills/*/SKILL.md", kind: SKILL },
  { path: "GEMINI.md", kind: GEMINI_MD },
  { path: ".gemini/GEMINI.md", kind: GEMINI_MD },
  { path: ".github/copilot-instructions.md", kind: COPILOT_INSTRUCTIONS },
  { path: ".github/instructions/**/*.instructions.md", kind: COPILOT_INSTRUCTIONS },
  { path: ".github/prompts/**/*.prompt.md", kind: COPILOT_PROMPT },
  { path: ".github/agents/**/*.md", kind: COPILOT_AGENT },
  { path: ".cursorrules", kind: CURSOR_RULES },
  { path: ".cursor/rules/**/*.mdc", kind: CURSOR_RULES },
  { path: ".windsurfrules", kind: WINDSURF_RULES },
  { path: ".windsurf/rules/**/*.md", kind: WINDSURF_RULES },
  { path: ".devin/rules/**/*.md", kind: WINDSURF_RULES },
  { path: ".clinerules", kind: CLINE_RULES },
  { path: ".clinerules/**/*.md", kind: CLINE_RULES },
  { path: ".roorules", kind: ROO_RULES },
  { path: ".roo/rules/**/*.md", kind: ROO_RULES },
  { path: ".rules", kind: ZED_RULES },
  { path: ".continuerules", kind: CONTINUE_RULES },
  { path: ".continue/rules/**/*.md", kind: CONTINUE_RULES },
  { path: ".amazonq/rules/**/*.md", kind: AMAZONQ_RULES },
  { path: ".kiro/steering/**/*.md", kind: KIRO_STEERING },
  { path: ".goosehints", kind: GOOSE_HINTS },
  { path: ".junie/guidelines.md", kind: JUNIE_GUIDELINES },
  { path: ".aiassistant/rules/**/*.md", kind: JUNIE_GUIDELINES },
  { path: ".opencode/agent/**/*.md", kind: OPENCODE_MARKDOWN },
  { path: ".opencode/command/**/*.md", kind: OPENCODE_MARKDOWN },
];

/** Instructions that a person has for all of their work. */
export function ownInstructions(environment: Environment): readonly Candidate[] {
  const { home, variable, join } = foldersOf(environment);
  const claude = variable("CLAUDE_CONFIG_DIR") ?? home(".claude");
  const codex = variable("CODEX_HOME") ?? home(".codex");
  const own = (kind: FileKind, path: string): Candidate => ({ path, kind, scope: "user" });
  return [
    own(CLAUDE_MD, join(claude, "CLAUDE.md")),
    own(CLAUDE_RULES, join(claude, "rules", "**", "*.md")),
    own(CLAUDE_AGENT, join(claude, "agents", "**", "*.md")),
    own(CLAUDE_COMMAND, join(claude, "commands", "**", "*.md")),
    own(SKILL, join(claude, "skills", "*", "SKILL.md")),
    own(AGENTS_MD, join(codex, "AGENTS.md")),
    own(GEMINI_MD, home(".gemini/GEMINI.md")),
    own(OPENCODE_MARKDOWN, home(".config/opencode/agent/**/*.md")),
    own(OPENCODE_MARKDOWN, home(".config/opencode/command/**/*.md")),
  ];
}
