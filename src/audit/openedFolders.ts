import type { ConfigFile, ServerEntry } from "../clients/config.ts";
import type { Span } from "../core/text.ts";
import { type Launch, launchesOf } from "./launch.ts";
import { containerOptions, packagesOf } from "./packages.ts";
import { programName, type Word } from "./words.ts";

/** Servers whose arguments are the folders that they open to the agent. */
const FILE_SERVERS =
  /(?:^|[/@_-])(?:server-filesystem|filesystem|mcp-filesystem|desktop-commander|fast-filesystem|filesystem-mcp|mcp-filesystem-server|rust-mcp-filesystem|mcp-server-filesystem)(?:$|[@_-])/;
const ROOT_FLAG =
  /^--?(?:allowed?-?(?:dirs?|paths?|director(?:y|ies)|roots?)|roots?|base-?(?:dir|path)|workspace|directory|dir)$/i;
const ROOT_VARIABLE =
  /^(?:\w{1,60}_)?(?:ALLOWED?_?(?:DIRS?|PATHS?|DIRECTOR(?:Y|IES)|FOLDERS?|ROOTS?)|(?:ROOT|BASE|FS|FILESYSTEM)_?(?:DIR|PATH|DIRECTORY|FOLDER|ROOT)S?)$/i;
const LEFT_OUT = /^--?(?:no-|ignored?|excluded?|skip|den(?:y|ied)|block(?:ed)?|forbid(?:den)?)/i;

/** A path that stands among a server's arguments or variables. */
export interface NamedFolder {
  readonly path: string;
  /** The path alone, where the file lets it be told apart. */
  readonly span: Span;
  /** What is underlined: the whole word. */
  readonly whole: Span;
  /** It says itself that the server opens it: it is an argument of a server of files, or an option or variable for roots. */
  readonly opened: boolean;
  /** The option that it is the value of. */
  readonly option?: string;
}

function inArguments(launch: Launch): NamedFolder[] {
  const program = programName(launch.program.text);
  const names = [program, ...packagesOf(launch).map((ref) => ref.name)];
  // `uv --directory DIR run …` says where the project is that it starts.
  const isRunner = /^(?:uv|uvx|npm|pnpm|yarn|bun)$/.test(program);
  const isFileServer = names.some((name) => FILE_SERVERS.test(name));
  return launch.args.flatMap((word: Word, i): NamedFolder[] => {
    const joined = /^(--?[\w-]{1,80})=/.exec(word.text);
    const before = launch.args[i - 1]?.text ?? "";
    const option = joined?.[1] ?? (/^--?[\w-]{1,80}$/.test(before) ? before : undefined);
    if (option !== undefined && LEFT_OUT.test(option)) return [];
    const from = joined?.[0].length ?? 0;
    return [
      {
        path: word.text.slice(from),
        span: word.part(from, word.text.length),
        whole: word.span,
        opened: isFileServer || (!isRunner && option !== undefined && ROOT_FLAG.test(option)),
        ...(option !== undefined && { option }),
      },
    ];
  });
}

/** The value of a variable that lists the folders that a server opens. */
function inVariables(entry: ServerEntry): NamedFolder[] {
  return entry.env
    .filter(({ name }) => ROOT_VARIABLE.test(name.slice(0, 200)))
    .flatMap(({ value, node }) =>
      value
        .slice(0, 4000)
        .split(/[,;]/)
        .map((one) => ({ path: one.trim(), span: node.span, whole: node.span, opened: true })),
    );
}

/**
 * The words of an entry that may be paths of this machine. Those of a container are paths inside of it, and what is
 * mounted there is the question of docker-privileged.
 */
export function namedFolders(file: ConfigFile, entry: ServerEntry): NamedFolder[] {
  const launches = launchesOf(file, entry);
  const own = launches.filter((launch) => containerOptions(launch).length === 0);
  return [...own.flatMap(inArguments), ...(own.length === launches.length ? inVariables(entry) : [])];
}
