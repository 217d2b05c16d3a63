import { validateHeaderName, validateHeaderValue } from "node:http";
import { SallyportError } from "../../core/errors.ts";

/** Headers that are the transport's own, or that say how the bytes between us and the server are to be read. */
const OURS =
  /^(?:host|connection|content-.*|transfer-encoding|te|trailer|upgrade|keep-alive|accept|accept-encoding|expect|origin|last-event-id|mcp-.*|proxy-.*)$/i;

/** The URL of an entry. Throws a SallyportError (USAGE) that does not repeat it: it may hold a secret. */
export function entryUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== "https:" && url.protocol !== "http:"))
    throw new SallyportError("USAGE", "--url needs an http or https URL");
  if (url.username !== "" || url.password !== "")
    throw new SallyportError("USAGE", "the URL holds a name or password; give it as a header instead (--header-env)");
  url.hash = "";
  return url;
}

/**
 * The headers of an entry: each `NAME=VARIABLE`, whose value is in the environment, where other users of the machine do
 * not see it. Throws a SallyportError (USAGE) that names the header or variable, never its value.
 */
export function entryHeaders(
  flags: readonly string[],
  variable: (name: string) => string | undefined,
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const flag of flags) {
    const at = flag.indexOf("=");
    const name = flag.slice(0, at).toLowerCase();
    const from = flag.slice(at + 1);
    if (at <= 0 || from === "") throw new SallyportError("USAGE", "--header-env needs NAME=VARIABLE");
    try {
      validateHeaderName(name);
    } catch {
      throw new SallyportError("USAGE", `${JSON.stringify(name)} is no name of a header`);
    }
    if (OURS.test(name)) throw new SallyportError("USAGE", `the header ${name} is Sallyport's own to set`);
    const value = variable(from);
    if (value === undefined)
      throw new SallyportError("USAGE", `the variable ${from}, for the header ${name}, is not set`);
    try {
      validateHeaderValue(name, value);
    } catch {
      throw new SallyportError("USAGE", `the value of ${from} cannot stand in a header`);
    }
    headers[name] = value;
  }
  return headers;
}
