import type { Encoding } from "./encodings.ts";

/** Characters that some reader drops, trims or folds. */
const DROPPED = [
  "\\u0000",
  "\\u0009",
  "\\u000a",
  "\\u000d",
  "\\u0020",
  "\\u007f",
  "\\u0085",
  "\\u00a0",
  "\\u00ad",
  "\\u034f",
  "\\u061c",
  "\\u115f",
  "\\u1680",
  "\\u17b4",
  "\\u180e",
  "\\u2000",
  "\\u200b",
  "\\u200d",
  "\\u200e",
  "\\u2028",
  "\\u2029",
  "\\u202e",
  "\\u2060",
  "\\u2066",
  "\\u3000",
  "\\u3164",
  "\\ufe0f",
  "\\ufeff",
  "\\uffa0",
  "\\ufff9",
  "\\ud800",
  "\\udb40\\udc41",
];

const wide = (text: string): string =>
  Array.from(text, (c) => (c > " " && c <= "~" ? String.fromCodePoint(c.charCodeAt(0) + 0xfee0) : c)).join("");
const title = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const middle = (text: string, more: string): string => `${text.slice(0, 4)}${more}${text.slice(4)}`;
const firstEscaped = (text: string): string => `\\u${text.charCodeAt(0).toString(16).padStart(4, "0")}${text.slice(1)}`;

/** Every way to write one of our words that some reader takes for it. */
function variants(word: string): readonly string[] {
  const dropped = DROPPED.flatMap((c) => [c + word, word + c, middle(word, c)]);
  const folded = [word.toUpperCase(), title(word), wide(word), middle(word, "_"), middle(word, "-"), middle(word, ".")];
  return [...dropped, ...folded];
}

/**
 * Encodings of the denied call, made by rule: each word of the message that says what it is, in each variant, alone and beside
 * the harmless word that a strict reader would go by.
 */
export function generated(): Encoding[] {
  const list: Encoding[] = [];
  const add = (what: string, text: string): void => {
    list.push({ what, bytes: Buffer.from(text), answers: true });
  };
  const denied = `{"name":"send_mail","arguments":{}}`;
  for (const method of variants("tools/call"))
    add(`method ${method}`, `{"jsonrpc":"2.0","id":1,"method":"${method}","params":${denied}}`);
  for (const name of variants("send_mail"))
    add(`name ${name}`, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"${name}","arguments":{}}}`);
  for (const key of variants("method"))
    add(
      `key ${key} beside method`,
      `{"jsonrpc":"2.0","id":1,"method":"ping","${key}":"tools/call","params":${denied}}`,
    );
  for (const key of variants("params"))
    add(
      `key ${key} beside params`,
      `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list"},"${key}":${denied}}`,
    );
  for (const key of variants("name"))
    add(
      `key ${key} beside name`,
      `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list","${key}":"send_mail"}}`,
    );
  for (const key of ["method", "params", "name"]) {
    const twice =
      key === "method" ? `"method":"ping","${firstEscaped(key)}":"tools/call","params":${denied}` : undefined;
    const params =
      key === "params" ? `"method":"tools/call","params":{"name":"list"},"${firstEscaped(key)}":${denied}` : undefined;
    const named = `"method":"tools/call","params":{"name":"list","${firstEscaped(key)}":"send_mail"}`;
    add(`key ${key} twice, once with an escape`, `{"jsonrpc":"2.0","id":1,${twice ?? params ?? named}}`);
  }
  return list;
}
