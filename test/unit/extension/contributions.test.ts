import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { COMMANDS, CONTAINERS, NOT_IN_PALETTE, SETTINGS, VIEWS } from "../../../src/extension/contributions.ts";

interface Manifest {
  contributes: {
    commands: { command: string; title: string; category: string; icon?: string }[];
    menus: Record<string, { command: string; when: string }[]>;
    views: Record<string, { id: string; name: string; type?: string }[]>;
    viewsContainers: Record<string, { id: string; title: string; icon: string }[]>;
    configuration: { properties: Record<string, { type: string; default: unknown; scope: string }> };
  };
}

const { contributes } = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;

test("package.json contributes exactly the commands of the table", () => {
  const inTable = Object.values(COMMANDS).map(({ id, title, ...rest }) => ({
    command: id,
    title,
    category: "Sallyport",
    ...rest,
  }));
  assert.deepEqual(contributes.commands, inTable);
});

test("commands that need an argument are not in the palette, and menus name known commands", () => {
  const hidden = contributes.menus["commandPalette"]?.filter((one) => one.when === "false").map((one) => one.command);
  assert.deepEqual(hidden, NOT_IN_PALETTE);
  const known = new Set<string>(Object.values(COMMANDS).map((one) => one.id));
  for (const one of Object.values(contributes.menus).flat()) assert.ok(known.has(one.command), one.command);
});

test("package.json contributes exactly the views and containers of the table", () => {
  const views = Object.values(contributes.views).flat();
  assert.deepEqual(
    views.map(({ id, name, type }) => ({ id, name, ...(type === undefined ? {} : { type }) })),
    Object.values(VIEWS).map((one) => ({ ...one })),
  );
  assert.deepEqual(contributes.viewsContainers, {
    activitybar: [CONTAINERS.activitybar],
    panel: [CONTAINERS.panel],
  });
  for (const container of Object.keys(contributes.views)) {
    assert.ok(
      Object.values(CONTAINERS).some((one) => one.id === container),
      container,
    );
  }
});

test("package.json contributes exactly the settings of the table", () => {
  const properties = contributes.configuration.properties;
  assert.deepEqual(
    Object.keys(properties),
    Object.values(SETTINGS).map((one) => one.key),
  );
  for (const { key, type, default: value, scope } of Object.values(SETTINGS)) {
    const found = properties[key];
    assert.deepEqual([found?.type, found?.default, found?.scope], [type, value, scope], key);
  }
});
