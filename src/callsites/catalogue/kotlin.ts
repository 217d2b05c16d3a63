import type { FamilyCatalogue } from "./family.ts";

const NOTHING = /(?!)/;

/** Kotlin. */
export const KOTLIN: FamilyCatalogue = {
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
