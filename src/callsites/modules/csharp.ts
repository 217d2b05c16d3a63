import { allOf, type FamilyModules } from "./names.ts";

const NAMESPACE = /^[ \t]*namespace[ \t]+([\w.]{1,200})/m;
const USING = /^[ \t]*using[ \t]+(?:static[ \t]+)?(?:\w+[ \t]*=[ \t]*)?([\w.]{1,200})[ \t]*;/gm;
const GLOBAL_USING = /^[ \t]*global[ \t]+using[ \t]+(?:static[ \t]+)?(?:\w+[ \t]*=[ \t]*)?([\w.]{1,200})[ \t]*;/gm;
const DECLARED = /\b(?:class|interface|record|struct|enum)[ \t]+(?:class[ \t]+|struct[ \t]+)?([A-Za-z_]\w*)/g;
/** Extension methods are called by their own name, whatever class they stand in. */
const EXTENSION = /\bstatic\b[^;{}()\n]{1,200}?[ \t]([A-Za-z_]\w*)(?:<[^<>\n]{0,100}>)?\([ \t\r\n]*this[ \t]/g;

/** C#: namespaces, seen from those below them. */
export const CSHARP_MODULES: FamilyModules = {
  inherits: true,
  names: (_file, text) => ({
    space: NAMESPACE.exec(text)?.[1] ?? "",
    declares: [...allOf(DECLARED, text), ...allOf(EXTENSION, text)],
    opens: allOf(USING, text),
    opensForAll: allOf(GLOBAL_USING, text),
  }),
};
