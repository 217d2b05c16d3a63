import type { FamilyCatalogue } from "./family.ts";

const NOTHING = /(?!)/;

/** Rust. */
export const RUST: FamilyCatalogue = {
  sdks: [],
  wrappers: [],
  tracers: [],
  dropIns: [],
  marks: [],
  shapes: [],
  http: NOTHING,
  loggers: NOTHING,
  levels: {},
  prints: NOTHING,
  tokens: [],
  fixes: {},
};
