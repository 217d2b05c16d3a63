import { createHash } from "node:crypto";
import { findProviderSecret, isCredentialName, isPlaceholder, looksRandom } from "./secrets.ts";

/**
 * What stands for a secret in a file that goes into a repository: `[secret:3f9a]`. Sixteen bits of its SHA-256: a changed
 * secret shows (all but one time in 65,536), while one that could be guessed stays unknown among thousands of others.
 */
export function mark(secret: string): string {
  return `[secret:${createHash("sha256").update(`sallyport.lock\0${secret}`).digest("hex").slice(0, 4)}]`;
}

const MAX_PARTS = 20;
const WORD = /[A-Za-z0-9+/=_-]{24,}/g;
/** What fixes a version looks like chance too: a digest of an image, a commit. */
const FIXES_A_VERSION = /(?:sha256:|sha512-|[@#])$/;

/** Credentials of known forms, and words that look like chance. */
function markWords(text: string): string {
  let rest = text;
  let done = "";
  for (let i = 0; i < MAX_PARTS; i++) {
    const found = findProviderSecret(rest);
    if (!found) break;
    done += rest.slice(0, found.start) + mark(rest.slice(found.start, found.end));
    rest = rest.slice(found.end);
  }
  const words = rest.replace(WORD, (word, at: number) => {
    const isRandom = word.split(/[-_/=+]/).some((part) => looksRandom(part, 20));
    return isRandom && !FIXES_A_VERSION.test(rest.slice(Math.max(0, at - 8), at)) ? mark(word) : word;
  });
  return done + words;
}

/** The password of `scheme://user:password@host`, and the value of every query parameter whose name is a credential's. */
function markAddress(text: string): string {
  const scheme = /^[a-z][a-z0-9+.-]{0,30}:\/\//i.exec(text)?.[0];
  if (scheme === undefined) return text;
  const slash = text.slice(scheme.length).search(/[/?#]/);
  const end = slash < 0 ? text.length : scheme.length + slash;
  const at = text.lastIndexOf("@", end - 1);
  let result = text;
  if (at >= scheme.length) {
    const user = text.slice(scheme.length, at);
    const colon = user.indexOf(":");
    const secret = colon < 0 ? user : user.slice(colon + 1);
    if (secret !== "" && !isPlaceholder(secret)) {
      result = `${scheme}${colon < 0 ? "" : user.slice(0, colon + 1)}${mark(secret)}${text.slice(at)}`;
    }
  }
  return result.replace(/([?&;])([^=&;#?]{1,200})=([^&;#]*)/g, (whole, before: string, name: string, value: string) =>
    isCredentialName(name) && !isPlaceholder(value) ? `${before}${name}=${mark(value)}` : whole,
  );
}

/** Options that give a variable to a container or a program: the name says whether what follows it is a credential. */
const GIVES_VARIABLE = /^(?:-e|--env|--header|-H)$/;

/**
 * An argument as a repository may hold it: whatever could be a secret is replaced. `before`: the argument before it, which
 * may name it (`--token`, `hunter2`).
 */
export function markArgument(argument: string, before?: string): string {
  const option = before !== undefined && /^-{1,2}[A-Za-z]/.test(before) && !before.includes("=") ? before : undefined;
  if (option !== undefined && !GIVES_VARIABLE.test(option) && isCredentialName(option) && !isPlaceholder(argument)) {
    return argument.startsWith("-") ? argument : mark(argument);
  }
  // `--token=x`, `TOKEN=x`, `Authorization: Bearer x`.
  const named = /^(-{0,2}[A-Za-z][\w.-]{0,100})(=|:\s{0,3})(?!\/\/)/.exec(argument);
  const [head = "", name = ""] = named ?? [];
  if (named && isCredentialName(name)) {
    const value = argument.slice(head.length);
    const scheme = /^(?:Bearer|Basic|Token)\s{1,3}/i.exec(value)?.[0] ?? "";
    const secret = value.slice(scheme.length);
    if (!isPlaceholder(secret)) return `${head}${scheme}${mark(secret)}`;
  }
  return markWords(markAddress(argument));
}
