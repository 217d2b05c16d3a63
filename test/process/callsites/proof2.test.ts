// The labels of the second proof set are those that were given, and the search does on it at least what it did.
import assert from "node:assert/strict";
import { test } from "node:test";
import { committedDigests, digestOf, LANGUAGES, tallyOf } from "../../unit/callsites/proof2.ts";

/** By language: sites found of those labelled, false ones, right verdicts, wrong `logged` or `instrumented`. */
const REACHED: Readonly<Record<string, readonly [found: number, wrong: number, right: number, recorded: number]>> = {
  csharp: [31, 0, 21, 4],
  go: [35, 0, 27, 0],
  java: [34, 0, 32, 0],
  kotlin: [24, 0, 20, 2],
  notebooks: [13, 0, 12, 0],
  php: [26, 0, 23, 3],
  python: [33, 0, 24, 2],
  ruby: [28, 0, 25, 0],
  rust: [27, 1, 24, 0],
  svelte: [6, 0, 5, 0],
  typescript: [33, 0, 26, 1],
  vue: [6, 0, 6, 0],
};

test("the labels of the second proof set are those that were given before any result was seen", () => {
  assert.deepEqual(
    Object.fromEntries(LANGUAGES.map((one) => [one, digestOf(one)])),
    Object.fromEntries(committedDigests()),
  );
});

for (const language of LANGUAGES) {
  test(`${language}: the second proof set is searched as well as it was`, async () => {
    const reached = REACHED[language];
    assert.ok(reached);
    const [found, wrong, right, recorded] = reached;
    const tally = await tallyOf(language);
    const told = tally.mistakes.join("\n");
    assert.ok(tally.hits >= found, `${tally.hits} sites found, ${found} before\n${told}`);
    assert.ok(tally.found - tally.hits <= wrong, `${tally.found - tally.hits} false sites, ${wrong} before\n${told}`);
    assert.ok(tally.right >= right, `${tally.right} right verdicts, ${right} before\n${told}`);
    assert.ok(tally.wrongRecorded <= recorded, `${tally.wrongRecorded} wrongly recorded, ${recorded} before\n${told}`);
  });
}
