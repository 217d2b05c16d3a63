import { allOf, before, type FamilyModules } from "./names.ts";

const PACKAGE = /^[ \t]*package[ \t]+([\w.]{1,200})/m;
const IMPORT = /^[ \t]*import[ \t]+(?:static[ \t]+)?([\w.]{1,200}(?:\*|\w))/gm;
const DECLARED =
  /\b(?:class|interface|record|enum|object|@interface)[ \t]+([A-Za-z_]\w*)|^(?:(?:public|internal|private|suspend|inline)[ \t]+)*fun[ \t]+(?:<[^<>\n]{0,100}>[ \t]*)?(?:\w+\.)?([A-Za-z_]\w*)|^(?:(?:public|internal|private|const)[ \t]+)*va[lr][ \t]+([A-Za-z_]\w*)/gm;

const HEIRS =
  /\b(?:class|interface|record|enum|object)[ \t]+\w+(?:<[^<>\n]{0,200}>)?[^{};]{0,400}?(?:\bextends|\bimplements|\)[ \t\n]*:|\w[ \t]*:)[ \t\r\n]+([^{};]{1,300})/g;
const BEAN = /@(?:Bean|Produces|Component|Service|ApplicationScoped|Singleton|Configuration|Aspect)\b/;
/** What a bean must speak of to matter to model calls. */
const MODEL =
  /ChatClient|ChatModel|Advisor|AiServices|OpenAI|Anthropic|Bedrock|GenerativeModel|genai|EmbeddingModel|LangChain4jInstrumentor/;

/** Java and Kotlin, which see each other's packages. */
export const JVM_MODULES: FamilyModules = {
  names: (_file, text) => ({
    space: PACKAGE.exec(text)?.[1] ?? "",
    bases: [...text.matchAll(HEIRS)].flatMap(([, named]) => named?.match(/\b[A-Z]\w*/g) ?? []),
    wires: (BEAN.test(text) && MODEL.test(text)) || text.includes("LangChain4jInstrumentor"),
    declares: [1, 2, 3].flatMap((group) => allOf(DECLARED, text, group)),
    // A static import's module is a class, whose package is meant too.
    opens: allOf(IMPORT, text).flatMap((name) => [before(name), before(before(name))]),
  }),
};
