import type { FamilyCatalogue } from "./family.ts";
import { RUST_SDKS } from "./sdksRust.ts";

/** Rust. */
export const RUST: FamilyCatalogue = {
  sdks: RUST_SDKS,
  wrappers: [],
  tracers: [],
  dropIns: [],
  marks: [],
  shapes: [],
  http: /(?:^|\.)(?:post|request)\(\)\.(?:\w+\(\)\.)*send(?:_json|_string|_form|_bytes)?$|\.send$/,
  loggers: /^(?:tracing|log|slog|env_logger|log4rs)\b/,
  levels: { crit: "error" },
  prints: /^(?:e?println?!|dbg!|write(?:ln)?!)$/,
  tokens: [],
  fixes: {},
};
