import { createHash } from "node:crypto";
import { findProviderSecret, isCredentialName, isPlaceholder, looksRandom } from "./secrets.ts";

/** Hex digits of a mark: of what cannot be guessed, and of what can. */
const STRONG = 32;
const WEAK = 4;

/**
 * What stands for a secret in a file that goes into a repository: `[secret:3f9a]`, the beginning of its SHA-256. Of what
 * looks like chance 128 bits, so that nothing else can be put in its place unseen: it may as well be a program in base64.
 * Of what a person chose 16 bits: a change shows (all but one time in 65,536), and a word that could be guessed stays
 * hidden among thousands.
 */
function mark(secret: string): string {
  const digits = looksRandom(secret, 20) ? STRONG : WEAK;
  return `[secret:${createHash("sha256").update(`sallyport.lock\0${secret}`).digest("hex").slice(0, digits)}]`;
}

const MAX_PARTS = 20;
const WORD = /[A-Za-z0-9+/=_-]{24,}/g;
/** What fixes a version looks like chance too: a digest of an image, a commit. */
const FIXES_A_VERSION = /(?:sha256:|sha512-|[@#])$/;

/** Replaces credentials of known forms; what is after the last of them goes through `more`. */
function markForms(text: string, more: (rest: string) => string = (rest) => rest): string {
  let rest = text;
  let done = "";
  for (let i = 0; i < MAX_PARTS; i++) {
    const found = findProviderSecret(rest);
    if (!found) break;
    done += rest.slice(0, found.start) + mark(rest.slice(found.start, found.end));
    rest = rest.slice(found.end);
  }
  return done + more(rest);
}

/** Replaces words that look like chance. */
function markWords(rest: string): string {
  return rest.replace(WORD, (word, at: number) => {
    const isRandom = word.split(/[-_/=+]/).some((part) => looksRandom(part, 20));
    return isRandom && !FIXES_A_VERSION.test(rest.slice(Math.max(0, at - 8), at)) ? mark(word) : word;
  });
}

/** What a secret is made of. A script goes on behind it, and what it does must not be hidden with it. */
const ONE_WORD = /^[^\s;|&`$<>()'"\\]{1,4000}/;

function isOneWord(text: string): boolean {
  return ONE_WORD.exec(text)?.[0].length === text.length;
}

/** The password of `scheme://user:password@host`, and the value of every query parameter whose name is a credential's. */
function markAddress(text: string, isSecret: (word: string) => boolean): string {
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
    // A name alone is no secret, unless it looks like a token.
    if (isSecret(secret) && !isPlaceholder(secret) && (colon >= 0 || looksRandom(secret, 16))) {
      result = `${scheme}${colon < 0 ? "" : user.slice(0, colon + 1)}${mark(secret)}${text.slice(at)}`;
    }
  }
  return result.replace(/([?&;])([^=&;#?]{1,200})=([^&;#]*)/g, (whole, before: string, name: string, value: string) =>
    isCredentialName(name) && isSecret(value) && !isPlaceholder(value) ? `${before}${name}=${mark(value)}` : whole,
  );
}

/** What is no secret whatever its option is called: a path, an address, a file. */
const ORDINARY = /^(?:\.{0,2}[\\/]|~|[A-Za-z]:[\\/])|:\/\/|\.(?:[cm]?[jt]s|json|py|sh|pem|crt|ya?ml|toml|env|txt)$/i;

/** An argument for a person who must see all that is started: only credentials of known forms, and in addresses, go. */
export function markKnown(argument: string): string {
  return markForms(markAddress(argument, isOneWord));
}

/** Options before a script: in one, nothing is hidden by where it stands, for it could be a command. */
const BEFORE_SCRIPT = /^(?:[-/][a-z]{0,3}[ce]|--?(?:command|eval|exec|execute|call|run|print))$/i;

/** Options that give a variable to a container or a program: the name says whether what follows it is a credential. */
const GIVES_VARIABLE = /^(?:-e|--env|--header|-H)$/;

/**
 * An argument as a repository may hold it: whatever could be a secret is replaced. `before`: the argument before it, which
 * may name it (`--token`, `hunter2`).
 */
export function markArgument(argument: string, before?: string): string {
  // Of docker `-e` gives a variable, of interpreters a program.
  const isVariable = before === "-e" && /^[A-Za-z_]\w{0,100}=/.test(argument);
  if (before !== undefined && !isVariable && BEFORE_SCRIPT.test(before)) return markForms(argument, markWords);
  const isSecret = (word: string): boolean => /^[^\s"'`]+$/.test(word);
  const option = before !== undefined && /^-{1,2}[A-Za-z]/.test(before) && !before.includes("=") ? before : undefined;
  if (option !== undefined && !GIVES_VARIABLE.test(option) && isCredentialName(option) && !isPlaceholder(argument)) {
    const isShown = argument.startsWith("-") || ORDINARY.test(argument) || /\s/.test(argument);
    return isShown ? markForms(markAddress(argument, isSecret), markWords) : mark(argument);
  }
  // `--token=x`, `TOKEN=x`, `Authorization: Bearer x`.
  const named = /^(-{0,2}[A-Za-z][\w.-]{0,100})(=|:\s{0,3})(?!\/\/)/.exec(argument);
  const [head = "", name = ""] = named ?? [];
  if (named && isCredentialName(name)) {
    const value = argument.slice(head.length);
    const scheme = /^(?:Bearer|Basic|Token)\s{1,3}/i.exec(value)?.[0] ?? "";
    const secret = value.slice(scheme.length);
    const word = ONE_WORD.exec(secret)?.[0] ?? "";
    if (word !== "" && !isPlaceholder(word) && !ORDINARY.test(word)) {
      return `${head}${scheme}${mark(word)}${markForms(secret.slice(word.length), markWords)}`;
    }
  }
  return markForms(markAddress(argument, isSecret), markWords);
}
