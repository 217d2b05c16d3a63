import { allOf, before, type FamilyModules } from "./names.ts";

const PACKAGE = /^[ \t]*package[ \t]+([\w.]{1,200})/m;
const IMPORT = /^[ \t]*import[ \t]+(?:static[ \t]+)?([\w.]{1,200}(?:\*|\w))/gm;
const DECLARED =
  /\b(?:class|interface|record|enum|object|@interface)[ \t]+([A-Za-z_]\w*)|^(?:(?:public|internal|private|suspend|inline)[ \t]+)*fun[ \t]+(?:<[^<>\n]{0,100}>[ \t]*)?(?:\w+\.)?([A-Za-z_]\w*)|^(?:(?:public|internal|private|const)[ \t]+)*va[lr][ \t]+([A-Za-z_]\w*)/gm;

const TYPE = /\b(?:class|interface|record|enum|object)[ \t]+[A-Z]/g;
/** How far from a type's keyword its bases are looked for. */
const MAX_HEAD = 600;
const BEAN = /@(?:Bean|Produces|Component|Service|ApplicationScoped|Singleton|Configuration|Aspect)\b/;
/** What a bean must speak of to matter to model calls. */
const MODEL =
  /ChatClient|ChatModel|Advisor|AiServices|OpenAI|Anthropic|Bedrock|GenerativeModel|genai|EmbeddingModel|LangChain4jInstrumentor/;

/** The types that a file's types are said to extend or implement: all that stand behind the keyword or the colon. */
function basesIn(text: string): string[] {
  const found = new Set<string>();
  for (const { index } of text.matchAll(TYPE)) {
    const head = text.slice(index, index + MAX_HEAD).split(/[{;]/, 1)[0] ?? "";
    const behind = head.split(/\b(?:extends|implements)\b|\)\s*:|\w\s*:/).slice(1);
    for (const name of behind.join(" ").match(/\b[A-Z]\w*/g) ?? []) found.add(name);
  }
  return [...found];
}

/** Java and Kotlin, which see each other's packages. */
export const JVM_MODULES: FamilyModules = {
  names: (_file, text) => ({
    space: PACKAGE.exec(text)?.[1] ?? "",
    bases: basesIn(text),
    wires: (BEAN.test(text) && MODEL.test(text)) || text.includes("LangChain4jInstrumentor"),
    declares: [1, 2, 3].flatMap((group) => allOf(DECLARED, text, group)),
    // A static import's module is a class, whose package is meant too.
    opens: allOf(IMPORT, text).flatMap((name) => [before(name), before(before(name))]),
  }),
};
