import type { Family } from "../program.ts";
import { MORE_FAMILIES } from "./families.ts";
import { packagesOf } from "./lookup.ts";

/**
 * What a source must mention, anywhere and in this case, to hold a call site of the catalogue: names of packages, parts
 * of hosts and of paths, and of method chains that are recognised by their shape where the client is made elsewhere.
 * Also the ignore comment, so that one without a reason is reported in any file.
 */
const MORE: readonly string[] = [
  "bedrock",
  "chat.completions",
  "/chat/completions",
  "/v1/messages",
  "messages.create",
  "messages.stream",
  "responses.create",
  "embeddings.create",
  "generate_content",
  "generateContent",
  "invoke_model",
  "invokeModel",
  ".converse",
  "audio.speech",
  "audio.transcriptions",
  "images.generate",
  "generativelanguage.googleapis",
  "aiplatform.googleapis",
  "api.x.ai",
  "api.deepseek",
  "api.perplexity",
  ":11434",
  "sallyport-ignore:",
];

/** What stands between a package's parts in a source, where that is no dot. */
const SEPARATORS: Readonly<Partial<Record<Family, string>>> = { php: "\\", ruby: "::", rust: "::" };

/** In JavaScript a package is named in quotes; short names would match everywhere without. */
function mentions(language: Family): string[] {
  if (language !== "python" && language !== "javascript") {
    const { sdks, tokens } = MORE_FAMILIES[language];
    const separator = SEPARATORS[language];
    const written = (name: string): string => (separator === undefined ? name : name.replaceAll(".", separator));
    return [...tokens, ...sdks.flatMap(({ packages, mention }) => mention ?? packages.map(written))];
  }
  return packagesOf(language).flatMap((name) => {
    if (language === "python") return [name.split(".")[0] ?? name];
    return name.length > 5 ? [name] : [`"${name}"`, `'${name}'`, `"${name}/`, `'${name}/`];
  });
}

/** Tokens of which none contains another. */
function essential(tokens: readonly string[]): string[] {
  const unique = [...new Set(tokens)].toSorted((a, b) => a.length - b.length);
  return unique.filter((token, i) => !unique.slice(0, i).some((shorter) => token.includes(shorter)));
}

const patterns = new Map<Family, RegExp>();

function patternOf(language: Family): RegExp {
  let pattern = patterns.get(language);
  if (!pattern) {
    const names = mentions(language).filter((name) => language === "javascript" || name.length > 3);
    patterns.set(language, (pattern = compile([...MORE, ...names])));
  }
  return pattern;
}

/** One pass for all of them: twice as fast as one search a token. An alternation of plain words cannot backtrack. */
function compile(tokens: readonly string[]): RegExp {
  return new RegExp(
    essential(tokens)
      .map((token) => token.replace(/[^\w-]/g, String.raw`\$&`))
      .join("|"),
  );
}

/**
 * True when a source mentions a token; its bytes may stand for its characters (latin1). A zero byte in the first
 * kilobytes says binary: then nothing is mentioned.
 */
export function mentionsToken(language: Family, text: string): boolean {
  return patternOf(language).test(text) && !text.slice(0, 8192).includes("\0");
}
