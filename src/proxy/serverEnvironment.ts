/** The launcher's prefix for a variable of the entry that must not reach our own runtime: `SALLYPORT_ASIDE_NODE_OPTIONS`. */
const ASIDE = "SALLYPORT_ASIDE_";
const OURS = "SALLYPORT_";

/**
 * The environment that the server gets: the entry's own, as if we were not there. What the launcher set aside is put back,
 * and whatever is ours is taken out. Windows has variables without regard to case.
 */
export function serverEnvironment(variables: NodeJS.ProcessEnv, windows: boolean): Record<string, string> {
  const result: Record<string, string> = {};
  const name = (key: string): string => (windows ? key.toUpperCase() : key);
  for (const [key, value] of Object.entries(variables)) {
    if (value !== undefined && !name(key).startsWith(OURS)) result[key] = value;
  }
  for (const [key, value] of Object.entries(variables)) {
    if (value === undefined || !name(key).startsWith(ASIDE) || key.length === ASIDE.length) continue;
    const restored = key.slice(ASIDE.length);
    for (const other of Object.keys(result)) if (name(other) === name(restored)) delete result[other];
    result[restored] = value;
  }
  return result;
}
