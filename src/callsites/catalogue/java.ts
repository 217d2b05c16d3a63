import type { FamilyCatalogue } from "./family.ts";
import { JVM_FIXES, JVM_HTTP, JVM_LEVELS, JVM_LOGGERS, JVM_TOKENS, JVM_TRACERS, JVM_WRAPPERS } from "./jvm.ts";
import { JVM_SDKS } from "./sdksJvm.ts";
import { jvmMarks } from "./jvm.ts";

/** Java. */
export const JAVA: FamilyCatalogue = {
  sdks: JVM_SDKS,
  wrappers: JVM_WRAPPERS,
  tracers: JVM_TRACERS,
  dropIns: [],
  marks: jvmMarks("java"),
  shapes: [],
  http: JVM_HTTP,
  loggers: JVM_LOGGERS,
  levels: JVM_LEVELS,
  prints: /^(?:System\.(?:out|err)\.(?:println|print|printf|format)|\w+\.printStackTrace)$/,
  tokens: JVM_TOKENS,
  fixes: JVM_FIXES,
};
