/** Words that say of a value that it stands for another. */
const STAND_INS =
  /example|sample|placeholder|change[-_]?me|replace|insert|redacted|removed|hidden|x{6}|not[-_]?real|\.\.\.|\u2026|\*\*\*|foobar|deadbeef|12345678|abcdefgh|qwerty/i;
/**
 * Short ones. One key in 3,000 spells one of them by chance somewhere among its 93 letters, so they count only in one
 * case and beside a sign or an end, or where the value has no capital letters: one key in a million is missed.
 */
const SHORT_STAND_INS =
  /(?<![A-Za-z0-9])(?:fake|Fake|FAKE|todo|TODO|xxxx|XXXX|dummy|DUMMY|lorem|fixme|FIXME)|(?:fake|Fake|FAKE|todo|TODO|xxxx|XXXX|dummy|DUMMY|lorem|fixme|FIXME)(?![A-Za-z0-9])/;
const SMALL_STAND_INS = /fake|todo|xxxx|dummy|lorem|fixme/;
/** `your-token`, `my_api_key`, `token_here`, `test-secret`. */
const MY_OWN =
  /your[-_ ]|(?<![A-Za-z0-9])my[-_]?(?:api|secret|token|key|pass)|my[-_](?:api|secret|token|key|pass)|test[-_]?(?:key|token|secret|pass)|(?:key|token|secret|password)[-_]?here/i;

/** Forms of a reference to a value that is kept elsewhere. */
const REFERENCES =
  /^(?:\$|%[A-Z_]|\{\{|\{[a-z]|<|@|env[.:]|process\.env|os\.|secrets\.|vault:|op:\/\/|file:|arn:|projects\/)|\$\{|\{\{|\$\(/;

/** True for a value that stands for a secret and is none: documentation, templates, references to variables. */
export function isPlaceholder(value: string): boolean {
  if ([REFERENCES, STAND_INS, SHORT_STAND_INS, MY_OWN, /<[^<>]{1,80}>/].some((form) => form.test(value))) return true;
  if (value === value.toLowerCase() && SMALL_STAND_INS.test(value)) return true;
  const kinds = new Set(value);
  if (kinds.size <= Math.max(3, value.length / 12)) return true;
  return isCounted(value);
}

/** `0123456789abcdef`, `aabbccdd`: nobody drew it at random. */
function isCounted(value: string): boolean {
  let steps = 0;
  for (let i = 1; i < value.length; i++) {
    const step = value.charCodeAt(i) - value.charCodeAt(i - 1);
    if (step === 0 || step === 1) steps++;
  }
  return steps > value.length * 0.6;
}

/** Shannon's entropy of the value's own units, in bits per unit. */
export function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const unit of value) counts.set(unit, (counts.get(unit) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}

/** True when a value looks drawn at random: long enough for its alphabet, and mixed as words are not. */
export function looksRandom(value: string): boolean {
  if (value.length < 16 || isMadeOfWords(value)) return false;
  const bits = entropy(value);
  if (/^[0-9a-f]+$/i.test(value)) return value.length >= 32 && bits >= 3;
  if (/^[0-9]+$/.test(value)) return false;
  if (!/\d/.test(value)) {
    // Letters only: a long mixed-case run, not camelCase words.
    return value.length >= 28 && bits >= 4 && /[a-z]/.test(value) && (value.match(/[A-Z]/g)?.length ?? 0) >= 6;
  }
  return bits >= 3.4 && !/^[a-z]+(?:[-_.][a-z0-9]+)*$/i.test(value) ? true : bits >= 3.7 && hasMixedWord(value);
}

/** `AuthMethodRequiredStateV2`, `/oauth2/v2.0/token`: names and paths in a program, whose parts are long. */
export function isMadeOfWords(value: string): boolean {
  if (!/[a-z][A-Z]|^\//.test(value) || /[+=]/.test(value)) return false;
  const parts = value.match(/[A-Z]?[a-z]+|[A-Z]+/g) ?? [];
  const letters = parts.reduce((sum, part) => sum + part.length, 0);
  return letters >= value.length * 0.75 && letters / parts.length >= 3.5;
}

/** A stretch in which letters and digits take turns, as in no identifier that is made of words. */
function hasMixedWord(value: string): boolean {
  return value.split(/[-_.]/).some((part) => part.length >= 12 && (part.match(/[a-z]\d|\d[a-z]/gi)?.length ?? 0) >= 3);
}
