import type { Definition, Trait, TraitName } from "../link/messages.ts";

/**
 * What a tool seems to do, from its name, the names of its arguments, and what its server claims. All three come from the
 * server, so this sorts honest tools and never proves anything: whoever lies about a tool is found by what its results and
 * arguments hold, not here. A claim is never believed against the name.
 */
const VERBS: readonly [TraitName, readonly string[]][] = [
  [
    "destroys",
    words("delete remove drop destroy wipe purge truncate kill erase clear reset revoke terminate uninstall unlink rm"),
  ],
  [
    "executes",
    words(
      "run exec execute eval shell bash command cmd terminal spawn script deploy install invoke launch start build",
    ),
  ],
  [
    "leaves-the-machine",
    words(
      "send post publish email mail notify tweet share push submit reply comment invite forward upload broadcast webhook",
    ),
  ],
  [
    "writes",
    words(
      "write create update set add insert append edit modify put patch save rename move copy commit merge store remember " +
        "replace assign close approve enable disable toggle import sync mkdir touch schedule book buy order pay transfer",
    ),
  ],
];
const READS = new Set(
  words(
    "get list read search find show describe view query lookup count check status info help browse fetch load peek stat " +
      "inspect summarize explain compare diff validate recall retrieve resolve whoami ping echo time weather ls cat head tail grep",
  ),
);
const REMOTE_NAMES = new Set(words("web http https url website browser internet online remote page crawl scrape"));
const REMOTE_ARGUMENTS = new Set(
  words(
    "url urls uri href link host hostname domain endpoint webhook recipient recipients to cc bcc email channel address",
  ),
);
const CODE_ARGUMENTS = new Set(words("command cmd code script shell sql statement program expression argv"));

function words(text: string): string[] {
  return text.split(" ");
}

/** `sendMail`, `send_mail`, `mail.send`, `HTTPGet` → lower-case words. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}

/** Traits of a tool, each with the evidence. `definition` undefined: only the name is known. */
export function inferTraits(
  name: string,
  definition: Pick<Definition, "annotations" | "parameters"> | undefined,
): readonly Trait[] {
  const found = new Map<TraitName, string>();
  const put = (trait: TraitName, evidence: string): void => {
    if (!found.has(trait)) found.set(trait, evidence);
  };
  const inName = wordsOf(name);
  const reading = inName.find((word) => READS.has(word));
  for (const [trait, verbs] of VERBS) {
    // "get_command_history" reads, "run_get" does not: the first verb is what the tool does.
    const verb = inName.find((word) => verbs.includes(word));
    if (verb && !(reading && inName.indexOf(reading) < inName.indexOf(verb) && trait !== "destroys")) {
      put(trait, `its name says “${verb}”`);
    }
  }
  for (const parameter of definition?.parameters ?? []) {
    const inParameter = wordsOf(parameter);
    if (inParameter.some((word) => CODE_ARGUMENTS.has(word))) put("executes", `it takes “${parameter}”`);
    const last = inParameter.at(-1);
    if (last !== undefined && REMOTE_ARGUMENTS.has(last)) put("leaves-the-machine", `it takes “${parameter}”`);
  }
  const remote = inName.find((word) => REMOTE_NAMES.has(word));
  if (remote) put("reads-untrusted", `its name says “${remote}”`);
  const claims = definition?.annotations ?? {};
  if (claims.destructiveHint === true && claims.readOnlyHint !== true) put("destroys", "its server says so");
  if (claims.openWorldHint === true) put("reads-untrusted", "its server says that it deals with an open world");
  if (claims.readOnlyHint === false && !reading) put("writes", "its server says that it does not only read");
  const acts = found.has("writes") || found.has("executes") || found.has("destroys") || sends(found, inName);
  if (!acts && claims.readOnlyHint !== false) {
    if (reading) put("looks-read-only", `its name says “${reading}”`);
    else if (claims.readOnlyHint === true) put("looks-read-only", "its server says that it only reads");
  }
  return [...found].map(([trait, evidence]) => ({ trait, evidence }));
}

/** A tool that takes an address to read from it leaves the machine, and still only reads; one whose name sends does not. */
function sends(found: ReadonlyMap<TraitName, string>, inName: readonly string[]): boolean {
  const verbs = VERBS.find(([trait]) => trait === "leaves-the-machine")?.[1] ?? [];
  const firstVerb = inName.find((word) => verbs.includes(word) || READS.has(word));
  return found.has("leaves-the-machine") && firstVerb !== undefined && verbs.includes(firstVerb);
}
