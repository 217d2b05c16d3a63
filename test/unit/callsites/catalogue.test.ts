import assert from "node:assert/strict";
import { test } from "node:test";
import { ofEach } from "../../../src/callsites/catalogue/families.ts";
import { findCall, findConstructor, findFunction } from "../../../src/callsites/catalogue/lookup.ts";
import { JAVASCRIPT_SDKS } from "../../../src/callsites/catalogue/sdksJavaScript.ts";
import { PYTHON_SDKS } from "../../../src/callsites/catalogue/sdksPython.ts";
import type { Sdk } from "../../../src/callsites/catalogue/sdk.ts";
import { SOURCES } from "../../../src/callsites/catalogue/sources.ts";
import { mentionsToken } from "../../../src/callsites/catalogue/tokens.ts";
import type { Family } from "../../../src/callsites/program.ts";

const CHAIN = /^(?:\*|[A-Za-z_]\w*(?:\(\))?)(?:\.(?:\*|[A-Za-z_]\w*(?:\(\))?))*$/;

/** How a source of a family names a package. */
const IMPORTING: Readonly<Record<Family, (module: string) => string>> = {
  python: (module) => `import ${module} as x\n`,
  javascript: (module) => `import x from "${module}";\n`,
  go: (module) => `import "${module}"\n`,
  java: (module) => `import ${module}.X;\n`,
  kotlin: (module) => `import ${module}.X\n`,
  csharp: (module) => `using ${module};\n`,
  ruby: (module) => `${module.replaceAll(".", "::")}.new\n`,
  rust: (module) => `use ${module.replaceAll(".", "::")}::X;\n`,
  php: (module) => `use ${module.replaceAll(".", "\\")};\n`,
};

const ALL: readonly (readonly [Family, readonly Sdk[]])[] = [
  ["python", PYTHON_SDKS],
  ["javascript", JAVASCRIPT_SDKS],
  ...Object.entries(ofEach("sdks")).map(([family, sdks]) => [family as Family, sdks] as const),
];

for (const [language, sdks] of ALL) {
  test(`${language}: a row that claims to be seen says where; one without a source is assumed`, () => {
    for (const sdk of sdks) {
      assert.equal(sdk.sources.length > 0, sdk.confidence === "seen", `${sdk.provider} ${sdk.packages.join()}`);
      for (const source of sdk.sources) assert.ok(source in SOURCES, source);
    }
  });

  test(`${language}: every chain of every row is well-formed, listed once, and found again`, () => {
    for (const sdk of sdks) {
      const chains = [sdk.calls, sdk.functions ?? {}, sdk.commands ?? {}].map((one) =>
        Object.values(one).flatMap((text) => text.split(" ")),
      );
      for (const list of chains) {
        for (const chain of list) assert.match(chain, CHAIN, sdk.provider);
        assert.equal(new Set(list).size, list.length, `${sdk.provider}: ${list.join(" ")}`);
      }
      for (const chain of chains[0] ?? []) {
        const maker = sdk.constructors.find((one) => chain.startsWith(`${one}.`)) ?? sdk.constructors[0] ?? "";
        assert.ok(findCall(sdk, maker, chain.replace(`${maker}.`, "").split(".")), `${sdk.provider}: ${chain}`);
      }
    }
  });

  test(`${language}: a source that imports a package passes the search for tokens`, () => {
    for (const sdk of sdks) {
      for (const name of sdk.packages) {
        const module = name.replace(/\/\*$/, "/x");
        assert.ok(mentionsToken(language, IMPORTING[language](module)), module);
      }
    }
    assert.ok(!mentionsToken(language, "import path\nprint(1)\n"));
  });
}

test("packages are told apart where their names share a beginning", () => {
  assert.equal(findConstructor("javascript", "openai-edge-stub", ["OpenAI"], true), undefined);
  assert.equal(findConstructor("python", "openai_stub", ["OpenAI"], false), undefined);
  assert.equal(findConstructor("python", "google.cloud.storage", ["Client"], false), undefined);
  assert.equal(findFunction("javascript", "./ai", ["generateText"]), undefined);
});
