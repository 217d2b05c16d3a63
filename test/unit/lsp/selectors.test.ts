import assert from "node:assert/strict";
import { test } from "node:test";
import { configNames, documentSelector, userFolders } from "../../../src/lsp/selectors.ts";
import { LINUX } from "./read.ts";

test("every client's files are asked for by name, without a language", () => {
  const names = configNames(LINUX);
  for (const one of ["mcp.json", ".mcp.json", "settings.json", "config.toml", ".claude.json", "sallyport.yaml"]) {
    assert.ok(names.includes(one), one);
  }
  assert.ok(
    names.every((one) => !/[\\/{},]/.test(one)),
    names.join(" "),
  );
  const [first] = documentSelector(LINUX);
  assert.equal((first as { pattern?: string }).pattern, `**/{${names.join(",")}}`);
});

test("folders of the person's files are watched one by one, those with a star only where files were found", () => {
  const found = "/home/ada/.config/Code/User/profiles/x1/mcp.json";
  const folders = userFolders(LINUX, [found]);
  assert.deepEqual(folders.get("/home/ada/.config/Code/User/profiles/x1"), ["mcp.json"]);
  assert.ok(folders.get("/home/ada")?.includes(".claude.json"));
  assert.ok([...folders.keys()].every((one) => !one.includes("*")));
});
