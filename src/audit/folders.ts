/** A drive, the folder of all homes, or a whole home. */
const BROAD =
  /^(?:\/|~\/?|\$HOME\/?|\$\{HOME\}\/?|\$\{userHome\}[\\/]?|\$\{env:HOME\}\/?|%USERPROFILE%[\\/]?|\/(?:Users|home|root|mnt|Volumes|etc|var)\/?|\/(?:Users|home)\/[^/]+\/?|\/mnt\/[a-z]\/?|[A-Za-z]:[\\/]{0,2}|[A-Za-z]:[\\/]{1,2}Users(?:[\\/]{1,2}[^\\/]+)?[\\/]{0,2}|\\\\[^\\]+\\[^\\]+\\?)$/;

/** Where every program of the machine may put something. */
const TEMPORARY =
  /^(?:\/(?:private\/)?(?:var\/)?tmp|\/dev\/shm|%TEMP%|\$\{?TMPDIR\}?|[A-Za-z]:[\\/]{1,2}(?:Windows[\\/]{1,2})?Te?mp)[\\/]*$/i;

/** A path without the stars that say "and everything below". */
function base(path: string): string {
  return path.replace(/(?<=[\\/])\*{1,2}(?:[\\/]\*{1,2})?$/, "");
}

/** True for a path that opens a drive, the folder of all homes, or a whole home; with or without `**` at its end. */
export function isBroadFolder(path: string): boolean {
  return BROAD.test(base(path));
}

/** True for a folder in which others may put files. */
export function isTemporaryFolder(path: string): boolean {
  return TEMPORARY.test(path);
}
