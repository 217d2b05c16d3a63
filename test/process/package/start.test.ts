// `npm start` up to the window: a program of ours stands in for the desktop's `code`.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, it } from "node:test";
import { root } from "../../../scripts/npm.mjs";
import { desktopCode } from "../../../scripts/start.mjs";

const place = mkdtempSync(path.join(tmpdir(), "sallyport start "));
after(() => rmSync(place, { recursive: true, force: true }));

function standIn(folder: string): string {
  const bin = path.join(place, folder);
  mkdirSync(bin, { recursive: true });
  const program = path.join(bin, "code");
  writeFileSync(
    program,
    `#!/bin/sh\nprintf '%s\\n' "$@" > "$CODE_WAS_CALLED_WITH"\nfor last; do :; done\nread -r line < "$last/.vscode/mcp.json" && printf %s "$line" > "$CODE_WAS_CALLED_WITH.file"\nexit 7\n`,
  );
  chmodSync(program, 0o755);
  return bin;
}

describe("npm start", { skip: process.platform === "win32" && "the stand-in is a sh script" }, () => {
  it("prints the demo's audit and opens a copy of the demo in the desktop's VS Code, with folders of its own", () => {
    const said = path.join(place, "arguments");
    const { status, stdout } = spawnSync(process.execPath, [path.join(root, "scripts/start.mjs"), "--built"], {
      encoding: "utf8",
      env: { ...process.env, PATH: standIn("bin"), DISPLAY: ":0", CODE_WAS_CALLED_WITH: said },
    });
    assert.equal(status, 7, "it ends as the window ends");
    assert.match(stdout, /sallyport audit demo --no-home/);
    const args = readFileSync(said, "utf8").trimEnd().split("\n");
    const folder = args.at(-1) ?? "";
    assert.equal(path.basename(folder), "demo");
    assert.ok(!folder.startsWith(root), "what is done to the demo changes no file of the checkout");
    assert.ok(!existsSync(folder), "it goes with the window");
    assert.match(readFileSync(`${said}.file`, "utf8"), /^\{/);
    assert.ok(args.includes(`--extensionDevelopmentPath=${root}`));
    for (const option of ["--user-data-dir", "--extensions-dir"]) {
      assert.ok(args[args.indexOf(option) + 1]?.startsWith(path.join(root, ".cache")), option);
    }
  });

  it("takes no `code` of a remote terminal, and none without a display", () => {
    const bin = standIn("remote-cli");
    assert.equal(desktopCode({ PATH: bin, DISPLAY: ":0" }, "linux"), undefined);
    assert.equal(desktopCode({ PATH: standIn("bin") }, "linux"), undefined);
    assert.equal(desktopCode({ PATH: standIn("bin") }, "darwin"), path.join(place, "bin", "code"));
  });
});
