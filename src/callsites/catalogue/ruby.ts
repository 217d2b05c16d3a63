import type { FamilyCatalogue } from "./family.ts";
import { RUBY_SDKS } from "./sdksRuby.ts";

const NOTHING = /(?!)/;

/** Ruby. */
export const RUBY: FamilyCatalogue = {
  sdks: RUBY_SDKS,
  wrappers: [],
  tracers: [],
  dropIns: [],
  marks: [],
  shapes: [],
  http: NOTHING,
  loggers: NOTHING,
  levels: {},
  prints: /^(?:\$stdout\.|\$stderr\.|STDOUT\.|STDERR\.)?(?:puts|print|p|pp|printf|putc|write)$/,
  tokens: [],
  fixes: {},
};
