import type { FamilyCatalogue } from "./family.ts";

const NOTHING = /(?!)/;

/** Java. */
export const JAVA: FamilyCatalogue = {
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
