import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import * as vscode from "vscode";
import { until } from "./until.ts";

describe(`the extension in ${vscode.env.appName} ${vscode.version}`, () => {
  const folder = () => {
    const [first] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(first);
    return first.uri;
  };
  before(async () => {
    const extension = vscode.extensions.getExtension("sallyport.sallyport");
    assert.ok(extension, "the extension is not there");
    await extension.activate();
  });

  it("has every command of its manifest", async () => {
    const manifest = vscode.extensions.getExtension("sallyport.sallyport")?.packageJSON as
      | { contributes: { commands: { command: string }[] } }
      | undefined;
    const declared = manifest?.contributes.commands.map(({ command }) => command);
    assert.ok(declared);
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      declared.filter((command) => !registered.has(command)),
      [],
    );
  });

  it("publishes diagnostics on the demo's mcp.json", async () => {
    const file = vscode.Uri.joinPath(folder(), ".vscode", "mcp.json");
    await vscode.window.showTextDocument(file);
    const found = await until(() => {
      const ours = vscode.languages.getDiagnostics(file).filter((one) => one.source === "sallyport");
      return ours.length > 0 && ours;
    });
    const document = await vscode.workspace.openTextDocument(file);
    for (const one of found) assert.notEqual(document.getText(one.range), "");
  });
});
