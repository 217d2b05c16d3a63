// What ships, file by file: nothing may slip into a package, and nothing may fall out of it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { inflateRawSync } from "node:zlib";
import { npmScript, root } from "../../../scripts/npm.mjs";
import { packageExtension } from "../../../scripts/package.mjs";

/** The files of a ZIP archive by its central directory (APPNOTE.TXT 4.3.12). */
function zipEntries(file: string): { name: string; text(): string }[] {
  const bytes = readFileSync(file);
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  let at = bytes.readUInt32LE(end + 16);
  return Array.from({ length: bytes.readUInt16LE(end + 10) }, () => {
    const [nameSize, extraSize, commentSize] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    const name = bytes.toString("utf8", at + 46, at + 46 + (nameSize ?? 0));
    const packed = bytes.readUInt32LE(at + 20);
    const local = bytes.readUInt32LE(at + 42);
    const method = bytes.readUInt16LE(at + 10);
    at += 46 + (nameSize ?? 0) + (extraSize ?? 0) + (commentSize ?? 0);
    const text = () => {
      const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
      const data = bytes.subarray(start, start + packed);
      return (method === 0 ? data : inflateRawSync(data)).toString("utf8");
    };
    return { name, text };
  });
}

/** Holds what ships to a list: one path a line, `<commands>` and `<docs>` standing for what those folders hold. */
function assertHolds(names: readonly string[], list: string): void {
  const lines = readFileSync(path.join(import.meta.dirname, list), "utf8")
    .split("\n")
    .filter(Boolean);
  const expected = lines.flatMap((line) => SETS[line]?.() ?? [line]);
  assert.deepEqual(
    {
      tooMany: names.filter((name) => !expected.includes(name)),
      missing: expected.filter((name) => !names.includes(name)),
    },
    { tooMany: [], missing: [] },
  );
}

const SETS: Record<string, (() => string[]) | undefined> = {
  /** A bundle of each command, as src/cli/commands names them, and the parts that they load when they need them. */
  "<commands>": () => [
    ...readdirSync(path.join(root, "src/cli/commands"))
      .filter((name) => name.endsWith(".ts"))
      .map((name) => `dist/commands/${name.replace(/\.ts$/, ".js")}`),
    ...["audit-detections", "cli-callSitesPart", "documents-toml", "documents-yaml", "policy-auditPart"].map(
      (name) => `dist/commands/parts/${name}.js`,
    ),
  ],
  /** Every page of docs/ but the decisions, which are for who changes Sallyport. */
  "<docs>": () =>
    readdirSync(path.join(root, "docs"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".md"))
      .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"))
      .filter((name) => !name.startsWith("docs/decisions/")),
};

describe("the VSIX", () => {
  let folder: string;
  let vsix: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "sallyport-vsix-"));
    vsix = packageExtension(folder);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("holds what vsix.txt lists, and nothing else", () => {
    const names = zipEntries(vsix)
      .map((entry) => entry.name)
      .filter((name) => name.startsWith("extension/"))
      .map((name) => name.slice("extension/".length));
    assertHolds(names, "vsix.txt");
  });

  it("has under 6 MB", () => {
    assert.ok(statSync(vsix).size < 6_000_000, `${statSync(vsix).size} bytes`);
  });

  it("names a main and icons that are in it", () => {
    const entries = zipEntries(vsix);
    const text = entries.find((entry) => entry.name === "extension/package.json")?.text() ?? "";
    const manifest = JSON.parse(text) as { main: string };
    const icons = [...text.matchAll(/"icon":\s*"([^"$]+)"/g)].map((found) => found[1] ?? "");
    for (const file of [manifest.main, ...icons]) {
      const name = path.posix.join("extension", file);
      assert.ok(
        entries.some((entry) => entry.name === name),
        `${name} is missing`,
      );
    }
  });
});

describe("the npm package", () => {
  it("holds what npm.txt lists, and nothing else", () => {
    const json = execFileSync(process.execPath, [npmScript(), "pack", "--dry-run", "--json", "--ignore-scripts"], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const answer = JSON.parse(json) as PackReport[] | Record<string, PackReport>;
    const [report] = Object.values(answer);
    assertHolds(report?.files.map((file) => file.path) ?? [], "npm.txt");
  });
});

interface PackReport {
  files: { path: string }[];
}
