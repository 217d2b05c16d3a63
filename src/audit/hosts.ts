/** Where a URL leads, as far as its host says. */
export type HostPlace = "loopback" | "container" | "private" | "public" | "placeholder";

/** Four decimal numbers; undefined for a name. The URL parser has already normalised other spellings. */
function ipv4(host: string): readonly number[] | undefined {
  const parts = host.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part))) return undefined;
  return parts.map(Number);
}

/** Names that stand for a host to be filled in: `your-host`, `<host>`, `HOST`, `${…}`. */
const PLACEHOLDER = /[<>{}$%]|^your[-_.]|[-_]here$|^(?:host|hostname|server|domain)$/i;
const CONTAINER = new Set(["host.docker.internal", "gateway.docker.internal", "host.containers.internal"]);
const PRIVATE_SUFFIX = /\.(?:local|internal|lan|home|corp|intranet|test)$|\.home\.arpa$/;

/** Classifies a host as `new URL()` gives it (lower case, IPv6 in brackets). */
export function placeOf(hostname: string): HostPlace {
  const host = hostname.toLowerCase();
  if (host === "" || PLACEHOLDER.test(host)) return "placeholder";
  if (host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || host === "[::]") return "loopback";
  if (CONTAINER.has(host)) return "container";
  const address = ipv4(host);
  if (address) {
    const [a = 0, b = 0] = address;
    if (a === 127 || address.every((part) => part === 0)) return "loopback";
    if (a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168) || (a === 169 && b === 254)) {
      return "private";
    }
    return "public";
  }
  if (/^\[(?:f[cd]|fe[89ab])/.test(host)) return "private";
  // A name without a dot is of the local network: a service of a compose file, a machine of the house.
  if (!host.startsWith("[") && (!host.includes(".") || PRIVATE_SUFFIX.test(host))) return "private";
  return "public";
}

/** Parses a URL; undefined where it is none, or where its host is still to be expanded. */
export function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** A path without the slashes at its end. */
export function withoutSlashes(path: string): string {
  let end = path.length;
  while (path[end - 1] === "/") end--;
  return path.slice(0, end);
}
