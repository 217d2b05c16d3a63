import type { FamilyCatalogue } from "./family.ts";

const NOTHING = /(?!)/;

/** Ruby. */
export const RUBY: FamilyCatalogue = {
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
