import assert from "node:assert/strict";
import { test } from "node:test";
import { scanMessage } from "../../../src/detectors/scan.ts";

const kindsOf = (text: string, also: readonly string[] = ["personal-data"]): string[] =>
  scanMessage([{ text, place: "result" }], { also })
    .filter(({ rule }) => rule === "personal-data")
    .map(({ variant, span }) => `${variant} ${text.slice(span.start, span.end)}`);

test("nothing is found unless it is asked for", () => assert.deepEqual(kindsOf("nia@harbour.org", []), []));

const FOUND = [
  ["Write to nia.pugh@harbour.org today", "email nia.pugh@harbour.org"],
  ["Card 4111 1111 1111 1111, thank you", "card 4111 1111 1111 1111"],
  ["to DE89 3704 0044 0532 0130 00.", "iban DE89 3704 0044 0532 0130 00"],
  ["SSN 219-09-9999", "national-id 219-09-9999"],
  ["CPF 529.982.247-25", "national-id 529.982.247-25"],
  ["DNI 12345678Z", "national-id 12345678Z"],
  ["call +44 20 7946 0958 now", "phone +44 20 7946 0958"],
] as const;
for (const [text, found] of FOUND) test(text, () => assert.deepEqual(kindsOf(text), [found]));

const QUIET = [
  "Card 4111 1111 1111 1112",
  "DE89 3704 0044 0532 0130 01",
  "git@github.com:a/b.git and you@mail.example",
  "version 1.2.3-4567, id 12345678901, 2026-11-25T10:00:00",
  "DNI 12345678A",
];
for (const text of QUIET) test(`not in: ${text}`, () => assert.deepEqual(kindsOf(text), []));
