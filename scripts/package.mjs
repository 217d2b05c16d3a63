// npm run package: builds the VSIX, prints its size, and refuses one that is larger than it may be.
import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { root, runScript } from "./npm.mjs";

/** Bytes: 6 MB. */
const LIMIT = 6_000_000;

/** Packs what dist/ holds into `<folder>/sallyport-<version>.vsix` and gives its path. Throws over the limit. */
export function packageExtension(folder) {
  const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  const vsix = path.join(folder, `sallyport-${version}.vsix`);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      path.join(root, "node_modules", "@vscode", "vsce", "vsce"),
      "package",
      "--no-dependencies",
      "--allow-missing-repository",
      "--no-rewrite-relative-links",
      "--no-update-package-json",
      "--out",
      vsix,
    ],
    { cwd: root, encoding: "utf8", timeout: 120_000 },
  );
  if (status !== 0) throw new Error(`vsce package ended with ${status}\n${stdout}${stderr}`);
  const { size } = statSync(vsix);
  if (size > LIMIT) throw new Error(`${vsix} has ${size} bytes, more than the ${LIMIT} that it may have`);
  return vsix;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (!runScript("scripts/build.mjs")) process.exit(1);
  const vsix = packageExtension(root);
  console.log(`${path.basename(vsix)}: ${(statSync(vsix).size / 1e6).toFixed(2)} MB`);
}
