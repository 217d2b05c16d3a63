import type { Enforcer } from "../link/enforcer.ts";

/**
 * What the proxy asks of the broker, as the link's client offers it; the seam where tests put a decider of their own.
 * Every promise settles and none rejects: a broker that cannot be reached is a denial with the code `broker-lost`.
 */
export type Decisions = Pick<Enforcer, "decide" | "result" | "definitions" | "counts" | "client">;

export type DecideQuestion = Parameters<Decisions["decide"]>[0];
export type ResultReport = Parameters<Decisions["result"]>[0];
