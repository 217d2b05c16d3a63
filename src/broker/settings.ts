import { SallyportError } from "../core/errors.ts";
import { readOwn, type Paths } from "../link/paths.ts";

/** Timings of the broker, in milliseconds. */
export interface Settings {
  /** It exits after so long without a connection. */
  readonly idleMs: number;
  /** A question to a person expires after so long. MCP clients of the official SDKs give up after 60 s. */
  readonly askMs: number;
  /** So long a question waits for an editor window to connect before nobody is there to be asked. */
  readonly reviewerMs: number;
}

export const DEFAULT_SETTINGS: Settings = { idleMs: 5 * 60_000, askMs: 50_000, reviewerMs: 10_000 };

/** In `~/.sallyport/broker.json`, in seconds, with what is allowed. */
const KEYS = [
  { key: "idleSeconds", name: "idleMs", min: 0.05, max: 7 * 86_400 },
  { key: "askSeconds", name: "askMs", min: 0.05, max: 3600 },
  { key: "reviewerSeconds", name: "reviewerMs", min: 0, max: 600 },
] as const;

/** Reads the settings. Throws MALFORMED for a file that is no settings: the broker then does not start. */
export function readSettings(paths: Paths): Settings {
  const text = readOwn(paths.settings);
  if (text === undefined) return DEFAULT_SETTINGS;
  let given: Record<string, unknown>;
  try {
    given = JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new SallyportError("MALFORMED", `${paths.settings} is no JSON`);
  }
  const settings = { ...DEFAULT_SETTINGS };
  for (const key of Object.keys(given ?? {})) {
    const known = KEYS.find((one) => one.key === key);
    const value = given[key];
    if (!known || typeof value !== "number" || !(value >= known.min && value <= known.max)) {
      const range = known ? `is a number of seconds from ${known.min} to ${known.max}` : "is unknown";
      throw new SallyportError("MALFORMED", `${paths.settings}: ${JSON.stringify(key)} ${range}`);
    }
    settings[known.name] = value * 1000;
  }
  return settings;
}
