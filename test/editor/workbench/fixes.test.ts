// Every kind of fix, applied in the real editor to the person's and the workspace's files, in JSON with comments, TOML and
// YAML: the finding goes, and of the text only what the fix is about has changed.
import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe } from "node:test";
import { FIXES, HOME_FIXES, PROTECTED, SAFE_ONLY, type Fixed } from "./fixCases.ts";
import { it } from "./it.ts";
import { until } from "./until.ts";
import { Workbench } from "./workbench.ts";

interface Applied {
  readonly text: string;
  /** How many of the rule's findings there were. */
  readonly found: number;
}

describe("the fixes of the audit", () => {
  let window: Workbench;
  let home: string;
  before(async () => {
    const files = Object.fromEntries([...FIXES, SAFE_ONLY, PROTECTED].map(({ file, text }) => [file, text]));
    const lock = { name: "harbor", lockfileVersion: 3, packages: { "node_modules/tide-server": { version: "1.4.2" } } };
    window = await Workbench.open({ from: "nothing", files: { ...files, "package-lock.json": JSON.stringify(lock) } });
    home = path.join(window.server.home, ".config");
    for (const { file, text } of HOME_FIXES) {
      mkdirSync(path.dirname(path.join(home, file)), { recursive: true });
      writeFileSync(path.join(home, file), text);
    }
    // The audit of before knows nothing of the person's files.
    await window.command("sallyport.refreshServers");
  });
  after(async () => {
    for (const { file } of HOME_FIXES) rmSync(path.join(home, file), { force: true });
    await window.close();
  });

  /** How many findings of a rule the editor shows in a file. */
  const count = (file: string, rule: string): Promise<number> =>
    window.run(
      (api, of: { file: string; rule: string }) =>
        api.languages
          .getDiagnostics(api.Uri.file(of.file))
          .filter((one) => String(typeof one.code === "object" ? one.code.value : one.code) === of.rule).length,
      { file, rule },
    );

  /** Applies a quick fix as the editor offers it for the finding at a place, once it is offered; gives what came of it. */
  async function apply(file: string, rule: string, title: string, at: string): Promise<Applied> {
    return await until(`${title} in ${file}`, () =>
      window.run(
        async (api, asked: { file: string; rule: string; title: string; at: string }) => {
          const document = await api.workspace.openTextDocument(api.Uri.file(asked.file));
          const start = document.getText().indexOf(asked.at);
          const span = new api.Range(document.positionAt(start), document.positionAt(start + asked.at.length));
          const all = api.languages
            .getDiagnostics(document.uri)
            .filter((one) => String(typeof one.code === "object" ? one.code.value : one.code) === asked.rule);
          const here = all.find((one) => start >= 0 && one.range.intersection(span));
          if (!here) return undefined;
          const actions = await api.commands.executeCommand<import("vscode").CodeAction[]>(
            "vscode.executeCodeActionProvider",
            document.uri,
            here.range,
            "quickfix",
          );
          const action = actions.find((one) => one.title.startsWith(asked.title));
          if (!action?.edit || !(await api.workspace.applyEdit(action.edit))) return undefined;
          return { text: document.getText(), found: all.length };
        },
        { file, rule, title, at },
      ),
    );
  }

  async function fixes({ text, fixes: all }: Fixed, file: string): Promise<void> {
    let expected = text;
    for (const { rule, title, at, changes } of all) {
      const { text: now, found } = await apply(file, rule, title, at);
      for (const [from, to] of changes) {
        assert.equal(expected.split(from).length, 2, `${rule}: ${JSON.stringify(from)} is not there once`);
        expected = expected.replace(from, () => to);
      }
      assert.equal(now, expected, `${rule} in ${file}`);
      await until(`the finding of ${rule} to go from ${file}`, async () => (await count(file, rule)) === found - 1);
    }
  }

  it("mend each finding of the workspace's files, and nothing beside it", async () => {
    // The files at once: each waits for its own findings.
    await Promise.all(FIXES.map((one) => fixes(one, window.path(one.file))));
    await window.openFile(".vscode/mcp.json");
    await window.screenshot("fixes-applied");
  });

  it("mend each finding of the person's own files", async () => {
    for (const one of HOME_FIXES) await fixes(one, path.join(home, one.file));
  });

  it("are all made at once, those that need no second look", async () => {
    const { file, after: expected, unsafe } = SAFE_ONLY;
    await window.openFile(file);
    await until("the safe fixes", async () => {
      await window.command("editor.action.fixAll");
      return (await window.textOf(file)) === expected;
    });
    await until("the others to stay", async () => (await count(window.path(file), unsafe)) === 1);
  });

  it("protect an entry, and change nothing outside it", async () => {
    const { file, text, server, entry } = PROTECTED;
    const done = await until("the entry to be protected", () =>
      window.run(
        async (api, asked: { file: string; title: string; at: string }) => {
          const document = await api.workspace.openTextDocument(api.Uri.file(asked.file));
          const place = document.positionAt(document.getText().indexOf(asked.at));
          const actions = await api.commands.executeCommand<import("vscode").CodeAction[]>(
            "vscode.executeCodeActionProvider",
            document.uri,
            new api.Range(place, place),
            "quickfix",
          );
          const command = actions.find((one) => one.title === asked.title)?.command;
          if (!command) return undefined;
          await api.commands.executeCommand(command.command, ...((command.arguments ?? []) as unknown[]));
          return document.getText();
        },
        { file: window.path(file), title: `Protect "${server}" with Sallyport`, at: `"${server}"` },
      ),
    );
    const [start = "", end = ""] = text.split(entry);
    assert.ok(done.startsWith(start) && done.endsWith(end), done);
    assert.match(done.slice(start.length, done.length - end.length), /^"web": \{.*"proxy", "--server=web".*"web\.mjs"/);
    assert.equal(window.savedTextOf(file), done);
  });
});
