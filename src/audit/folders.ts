/** The folder of a person, as files, clients and shells write it. */
const HOME = new RegExp(
  [
    String.raw`^(?:~(?=[\\/]|$)`,
    String.raw`\$(?:HOME|USERPROFILE)\b`,
    String.raw`\$\{(?:HOME|USERPROFILE|userHome)(?::-[^{}]{0,100})?\}`,
    // `${localEnv:HOME}${localEnv:USERPROFILE}`: whichever there is.
    String.raw`(?:\$?\{(?:env|localEnv):(?:HOME|USERPROFILE)(?::[^{}]{0,100})?\}){1,2}`,
    String.raw`\$env:(?:HOME|USERPROFILE)\b`,
    String.raw`%USERPROFILE%|%HOME%|%HOMEDRIVE%%HOMEPATH%`,
    String.raw`/(?:home|Users)/[^\\/]{1,100}|/root(?=/|$)`,
    // The same on Windows, also as WSL and the shells of Git see it.
    String.raw`(?:[a-z]:|/(?:mnt/)?[a-z](?=[\\/]))[\\/]{1,2}(?:Users|Documents and Settings)[\\/]{1,2}[^\\/]{1,100})`,
  ].join("|"),
  "i",
);

/** A drive, a share, and folders that hold what is everybody's. */
const WIDE =
  /^(?:|\/(?:Users|home|mnt|Volumes|etc|var|media|srv)|\/mnt\/[a-z]|\/[cd]|\/Volumes\/[^/]+|(?:\\\\[?.]\\)?[a-z]:|%SystemDrive%|[a-z]:[\\/]{1,2}(?:Users|Documents and Settings)|(?:\/mnt)?\/[a-z]\/Users|[\\/]{2}[^\\/?.]+[\\/][^\\/]+)$/i;

/** Where every program of the machine may put something. */
const TEMPORARY =
  /^(?:\/(?:private\/)?(?:var\/)?tmp|\/dev\/shm|%TEMP%|\$\{?TMPDIR\}?|[A-Za-z]:[\\/]{1,2}(?:Windows[\\/]{1,2})?Te?mp)[\\/]*$/i;

/** Longer paths are cut: what opens a drive or a home is short. */
const MAX_PATH = 1000;

/** A path without what its end says twice: slashes, `.`, and the stars that say "and everything below". */
function base(path: string): string {
  let text = path.slice(0, MAX_PATH);
  if (/^file:\/\//i.test(text)) text = text.slice("file://".length).replace(/^\/(?=[a-z]:)/i, "");
  for (;;) {
    const shorter = text.replace(/[\\/]\*{0,2}$|(?<=[\\/])\.$/, "");
    if (shorter === text) return text;
    text = shorter;
  }
}

/**
 * What of a path lies below a person's home folder: without a slash before it, "" for the home itself; undefined for a path
 * elsewhere. `home` is the home of this machine's person, where that is asked too.
 */
export function belowHome(path: string, home?: string): string | undefined {
  const text = path.slice(0, MAX_PATH);
  const written = HOME.exec(text)?.[0];
  const start = written ?? (home !== undefined && home.length > 1 && text.startsWith(home) ? home : undefined);
  if (start === undefined) return undefined;
  const rest = text.slice(start.length);
  return /^[\\/]|^$/.test(rest) ? rest.replace(/^[\\/]+/, "") : undefined;
}

/** True for a path that opens a drive, the folder of all homes, or a whole home; with or without `**` at its end. */
export function isBroadFolder(path: string, home?: string): boolean {
  if (path === "") return false;
  const folder = base(path);
  // `/` and `//` have nothing left. A star alone is no root: it says "all of the workspace", or is no path at all.
  return (folder === "" ? /[\\/]/.test(path) : WIDE.test(folder)) || belowHome(folder, home) === "";
}

/** True for a folder in which others may put files. */
export function isTemporaryFolder(path: string): boolean {
  return TEMPORARY.test(path);
}
