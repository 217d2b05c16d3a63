import type { Sink } from "../sinks.ts";
import type { DropIn, Exports, GlobalMark } from "./observability.ts";
import type { Sdk } from "./sdk.ts";
import type { Shape } from "./shapes.ts";

/** All that is known of one family of languages, as data. */
export interface FamilyCatalogue {
  readonly sdks: readonly Sdk[];
  /** Functions that take a client and give it back instrumented. */
  readonly wrappers: readonly Exports[];
  /** Decorators, annotations and functions that record the input and output of the function they are given. */
  readonly tracers: readonly Exports[];
  /** Packages that export an SDK's own names, instrumented. */
  readonly dropIns: readonly DropIn[];
  /** Calls that switch instrumentation on for the whole process. */
  readonly marks: readonly GlobalMark[];
  /** Calls known by their shape alone. */
  readonly shapes: readonly Shape[];
  /** Callees that send an HTTP request: full names where the root is imported, else as they are written. */
  readonly http: RegExp;
  /** Modules whose exports are loggers. */
  readonly loggers: RegExp;
  /** Methods of loggers and what they say, beside the common ones (`info`, `error` …). */
  readonly levels: Readonly<Record<string, Sink["level"]>>;
  /** Callees that print, as they are written: program output, a weak sink at most. */
  readonly prints: RegExp;
  /** More of what a source must mention, beside the packages' names; in this case. */
  readonly tokens: readonly string[];
  /** The cheapest record for an SDK by its provider, in one sentence. */
  readonly fixes: Readonly<Record<string, string>>;
}
