/** What a verb in a tool's name says that the tool does. */
export type ToolAction = "destroys" | "executes" | "leaves-the-machine" | "writes";

function words(text: string): string[] {
  return text.split(" ");
}

/** Verbs by what they say, the gravest first. */
export const ACTING_VERBS: readonly [ToolAction, readonly string[]][] = [
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
/** Verbs of tools that only look. */
export const READING_VERBS: ReadonlySet<string> = new Set(
  words(
    "get list read search find show describe view query lookup count check status info help browse fetch load peek stat " +
      "inspect summarize explain compare diff validate recall retrieve resolve whoami ping echo time weather ls cat head tail grep",
  ),
);

/** `sendMail`, `send_mail`, `mail.send`, `HTTPGet` → lower-case words. */
export function toolWords(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}
