import type { FamilyCatalogue } from "./family.ts";

const NOTHING = /(?!)/;

/** Go. */
export const GO: FamilyCatalogue = {
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
