import fc from "fast-check";

/** What the three formats are made of, and what breaks them. */
const PIECES = [
  ...Array.from("{}[]()<>:,.=#-?*&!|%@`'\"\\/~+_ \t\n\r\0\u0001\u001f\u007f\u0085\u2028\ufeff\ufffd"),
  "a",
  "mcpServers",
  "mcp_servers",
  "extensions",
  "command",
  "args",
  "\r\n",
  "\n  ",
  "\n    ",
  "\n- ",
  "- ",
  ": ",
  " = ",
  " # ",
  "---\n",
  "...\n",
  "%YAML 1.2\n",
  "<<: *a",
  "&a ",
  "*a",
  "!!str ",
  "!<x> ",
  "|\n",
  ">-\n",
  "? ",
  '"""',
  "'''",
  "[[",
  "]]",
  "\\u",
  "\\x4",
  "\\ud800",
  "\\\n",
  "//",
  "/*",
  "*/",
  "__proto__",
  "constructor",
  "true",
  "null",
  "1e999",
  "0x",
  "1979-05-27",
  "😀",
  "é",
  "http://a.example.com",
];

/** Texts of pieces of the formats in any order. */
export const noise = fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((parts) => parts.join(""));

/** Bytes of any sort: text of any sort, in any encoding, with bytes that are none. */
export const anyBytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  noise.map((text) => Buffer.from(text, "utf8")),
  fc.uint8Array({ maxLength: 60 }),
  fc
    .tuple(noise, fc.uint8Array({ maxLength: 4 }), noise)
    .map(([a, bytes, b]) => Buffer.concat([Buffer.from(a), bytes, Buffer.from(b)])),
  fc.tuple(noise, fc.boolean(), fc.boolean()).map(([text, mark, big]) => {
    const encoded = Buffer.from(`${mark ? "\ufeff" : ""}${text}`, "utf16le");
    return big ? encoded.swap16() : encoded;
  }),
  noise.map((text) => Buffer.from(`\ufeff${text}`, "utf8")),
);
