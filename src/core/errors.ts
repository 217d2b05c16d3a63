/** What can go wrong on this machine, by code. Wire errors (JSON-RPC) are another table: `mcp/errors`. */
export type ErrorCode =
  /** The command line or a setting is wrong; the person can mend it. Exit code 2. */
  | "USAGE"
  /** A file, folder or stream could not be read. Exit code 3. */
  | "UNREADABLE"
  /** An input is larger than the bound that protects us from it. Exit code 3. */
  | "TOO_LARGE"
  /** An input is not what its format says. Carries a position where one is known. Exit code 3. */
  | "MALFORMED"
  /** Something that must exist (a git repository, a server, a broker) is not there. Exit code 3. */
  | "UNAVAILABLE"
  /** A peer refused us, or we refused a peer. */
  | "REFUSED"
  /** A fault of ours. Exit code 4. */
  | "INTERNAL";

/** An error that a person can act on: what happened, and where. Test it by code, never by message. */
export class SallyportError extends Error {
  override readonly name = "SallyportError";

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export function isSallyportError(error: unknown, code?: ErrorCode): error is SallyportError {
  // Not instanceof: each command is a bundle of its own, with a class of its own.
  if (!(error instanceof Error) || error.name !== "SallyportError" || !("code" in error)) return false;
  return code === undefined || error.code === code;
}

/** The process's exit code for an error, as the README documents them. */
export function exitCodeOf(error: unknown): 2 | 3 | 4 {
  if (!isSallyportError(error)) return 4;
  switch (error.code) {
    case "USAGE":
      return 2;
    case "UNREADABLE":
    case "TOO_LARGE":
    case "MALFORMED":
    case "UNAVAILABLE":
    case "REFUSED":
      return 3;
    case "INTERNAL":
      return 4;
  }
}
