import { type CallSitesOptions, type CallSitesResult, findCallSites } from "../callsites/run.ts";
import { Grammars } from "../parsing/grammars.ts";

/** Finds call sites with grammars of its own. A part of the audit that is loaded when it is asked for, parsers included. */
export function searchCallSites(
  options: Omit<CallSitesOptions, "grammars">,
  readWasm: ConstructorParameters<typeof Grammars>[0],
): Promise<CallSitesResult> {
  return findCallSites({ ...options, grammars: new Grammars(readWasm) });
}
