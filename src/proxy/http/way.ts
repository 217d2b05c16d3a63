/** The HTTP request of a client, where there is one behind a message: what is to be known of it, and told to it. */
export interface Way {
  /** Headers that go on with the message. */
  readonly forward: Readonly<Record<string, string>>;
  /** The status of the server's answer, where the answer is an HTTP error. */
  status(code: number): void;
}

/** Whether something that messages came by is such a request. */
export function isWay(via: object | undefined): via is Way {
  return via !== undefined && "forward" in via && "status" in via;
}
