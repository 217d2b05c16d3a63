import { lstatSync, rmSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { SallyportError } from "../../core/errors.ts";

/** Where we listen: a socket file or named pipe, which no web page reaches, or a port of this machine alone. */
export type Address =
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "port"; readonly host: "127.0.0.1" | "::1"; readonly port: number };

/** Beyond this a socket's path is cut by some systems. */
const MAX_SOCKET_PATH = 100;

/**
 * `unix:/absolute/path`, `pipe:name` on Windows, `127.0.0.1:PORT`, `[::1]:PORT` or `localhost:PORT`; port 0 takes any. Throws
 * a SallyportError (USAGE): no other address is listened on.
 */
export function parseAddress(text: string, windows: boolean): Address {
  if (text.startsWith("unix:") && !windows) {
    const file = text.slice(5).replace(/^\/\/(?=\/)/, "");
    if (!path.isAbsolute(file)) throw new SallyportError("USAGE", "--listen unix: needs an absolute path");
    if (Buffer.byteLength(file) > MAX_SOCKET_PATH)
      throw new SallyportError("USAGE", `the path of a socket has at most ${MAX_SOCKET_PATH} bytes`);
    return { kind: "path", path: file };
  }
  if (text.startsWith("pipe:") && windows) {
    const name = text.slice(5).replace(/^(?:\\\\[.?]\\pipe\\|\/\/[.?]\/pipe\/)/i, "");
    if (!/^[\w.-]{1,200}$/.test(name))
      throw new SallyportError("USAGE", "--listen pipe: needs a name of letters, digits, - and _");
    return { kind: "path", path: `\\\\.\\pipe\\${name}` };
  }
  const found = /^(127\.0\.0\.1|localhost|\[::1\]):(\d{1,5})$/.exec(text);
  const port = Number(found?.[2]);
  if (!found || port > 65_535)
    throw new SallyportError(
      "USAGE",
      `--listen needs ${windows ? "pipe:NAME" : "unix:/PATH"}, or a port of this machine alone such as 127.0.0.1:0`,
    );
  return { kind: "port", host: found[1] === "[::1]" ? "::1" : "127.0.0.1", port };
}

/** Takes away what a listener that was killed left at its path. Throws a SallyportError (REFUSED) where one listens, or where it is no socket. */
export async function clearStale(file: string): Promise<void> {
  let isSocket: boolean;
  try {
    isSocket = lstatSync(file).isSocket();
  } catch {
    return; // nothing is there
  }
  if (!isSocket) throw new SallyportError("REFUSED", `${file} is there and is no socket`);
  const answers = await new Promise<boolean>((resolve) => {
    const probe = net.connect(file);
    probe.once("connect", () => {
      probe.destroy();
      resolve(true);
    });
    probe.once("error", () => resolve(false));
  });
  if (answers) throw new SallyportError("REFUSED", `somebody listens on ${file} already`);
  rmSync(file, { force: true });
}
