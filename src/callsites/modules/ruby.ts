import { allOf, type FamilyModules } from "./names.ts";

const DECLARED = /^[ \t]*(?:class|module)[ \t]+(?:[A-Z]\w*::){0,8}([A-Z]\w*)|^[ \t]*([A-Z]\w*)[ \t]*=[^=~]/gm;

/** Ruby: constants, which loaders find wherever they stand. */
export const RUBY_MODULES: FamilyModules = {
  names: (_file, text) => ({
    space: "",
    declares: [...allOf(DECLARED, text), ...allOf(DECLARED, text, 2)],
    opens: [],
  }),
};
