import type { FamilyCatalogue } from "./family.ts";

const NOTHING = /(?!)/;

/** C#. */
export const CSHARP: FamilyCatalogue = {
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
