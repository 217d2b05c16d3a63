/**
 * Every error of ours on the wire: JSON-RPC codes -31001…-31099, outside of all ranges that JSON-RPC and MCP reserve.
 * Published codes keep their meaning.
 */
export const MCP_ERRORS = {
  // A decision.
  DENIED: { code: -31001, meaning: "Policy denies it." },
  DECLINED: { code: -31002, meaning: "A person said no." },
  EXPIRED: { code: -31003, meaning: "Nobody answered the question in time." },
  NO_REVIEWER: { code: -31004, meaning: "It must be asked, and no reviewer is there to answer." },
  NO_BROKER: { code: -31005, meaning: "The broker cannot be reached, so nothing can be decided or recorded." },
  CLOSED: { code: -31006, meaning: "The caller cancelled or went away while the question was open." },
  // A message that the gate does not admit.
  MALFORMED: { code: -31020, meaning: "It is not one JSON-RPC message." },
  INVALID_UTF8: { code: -31021, meaning: "It is not well-formed UTF-8." },
  TOO_LARGE: { code: -31022, meaning: "It is larger than what is read." },
  TOO_DEEP: { code: -31023, meaning: "It is nested too deeply." },
  DUPLICATE_KEY: { code: -31024, meaning: "An object has a key twice." },
  AMBIGUOUS: { code: -31025, meaning: "Readers could take it for different messages." },
  BATCH: { code: -31026, meaning: "Batches are not accepted." },
  BAD_ID: { code: -31027, meaning: "Its id is not a string or a whole number." },
  ID_IN_USE: { code: -31028, meaning: "Its id belongs to a request that is still open." },
  TOO_MANY: { code: -31029, meaning: "Too many requests are open." },
  WRONG_DIRECTION: { code: -31030, meaning: "The other side is the one who sends this method." },
  // The server.
  SERVER_NOT_STARTED: { code: -31040, meaning: "The server's command could not be started." },
  SERVER_EXITED: { code: -31041, meaning: "The server ended before it answered." },
  SERVER_CLOSED: { code: -31042, meaning: "The server closed its input or its output." },
  SERVER_GARBAGE: { code: -31043, meaning: "The server writes something that is not MCP, and does not answer." },
  SERVER_ANSWER: { code: -31044, meaning: "The server's answer was refused at the gate." },
  RESULT_WITHHELD: { code: -31045, meaning: "The server's answer was withheld by a decision." },
  // A server behind a URL.
  SERVER_HTTP: { code: -31046, meaning: "The server answered over HTTP with something that is no answer." },
  SERVER_UNREACHABLE: { code: -31047, meaning: "The server's URL cannot be reached." },
  SERVER_AUTH: { code: -31048, meaning: "The server wants an authorization that the entry does not give." },
  // A fault of ours.
  INTERNAL: { code: -31099, meaning: "Sallyport failed. It refuses rather than guesses." },
} as const satisfies Record<string, { readonly code: number; readonly meaning: string }>;

export type McpErrorName = keyof typeof MCP_ERRORS;
