import { allOf, before, type FamilyModules } from "./names.ts";

const NAMESPACE = /^[ \t]*(?:<\?php[ \t]+)?namespace[ \t]+([\w\\]{1,200})/m;
const USE = /^[ \t]*use[ \t]+(?:function[ \t]+|const[ \t]+)?\\?([\w\\]{1,200})/gm;
const DECLARED =
  /^[ \t]*(?:(?:final|abstract|readonly)[ \t]+)*(?:class|interface|trait|enum)[ \t]+([A-Za-z_]\w*)|^function[ \t]+&?([A-Za-z_]\w*)/gm;

const dotted = (name: string): string => name.replaceAll("\\", ".");

/** PHP: namespaces, and `use` for each name of another one. */
export const PHP_MODULES: FamilyModules = {
  names: (_file, text) => ({
    space: dotted(NAMESPACE.exec(text)?.[1] ?? ""),
    declares: [...allOf(DECLARED, text), ...allOf(DECLARED, text, 2)],
    opens: allOf(USE, text).map((name) => before(dotted(name))),
  }),
};
