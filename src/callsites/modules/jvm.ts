import { allOf, before, type FamilyModules } from "./names.ts";

const PACKAGE = /^[ \t]*package[ \t]+([\w.]{1,200})/m;
const IMPORT = /^[ \t]*import[ \t]+(?:static[ \t]+)?([\w.]{1,200}(?:\*|\w))/gm;
const DECLARED =
  /\b(?:class|interface|record|enum|object|@interface)[ \t]+([A-Za-z_]\w*)|^(?:(?:public|internal|private|suspend|inline)[ \t]+)*fun[ \t]+(?:<[^<>\n]{0,100}>[ \t]*)?(?:\w+\.)?([A-Za-z_]\w*)|^(?:(?:public|internal|private|const)[ \t]+)*va[lr][ \t]+([A-Za-z_]\w*)/gm;

/** Java and Kotlin, which see each other's packages. */
export const JVM_MODULES: FamilyModules = {
  names: (_file, text) => ({
    space: PACKAGE.exec(text)?.[1] ?? "",
    declares: [1, 2, 3].flatMap((group) => allOf(DECLARED, text, group)),
    // A static import's module is a class, whose package is meant too.
    opens: allOf(IMPORT, text).flatMap((name) => [before(name), before(before(name))]),
  }),
};
