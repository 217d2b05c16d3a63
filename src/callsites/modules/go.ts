import path from "node:path";
import { allOf, type FamilyModules } from "./names.ts";

const DECLARED =
  /^(?:func[ \t](?:[ \t]{0,8}\([^()\n]{0,200}\))?[ \t]{0,8}|(?:type|var|const)[ \t]{1,8}|\t(?=\w{1,100}[ \t]{1,40}(?:=|struct\b|interface\b)))([A-Za-z_]\w*)/gm;
const IMPORTED = /^(?:import[ \t]+|[ \t]+)(?:[\w.]+[ \t]+)?"([^"\n\\ ]{1,200})"[ \t\r]*(?:\/\/[^\n]{0,200})?$/gm;

/** Go: a package is a folder, and an import names it by the end of its path. Tests see their package, nobody sees them. */
export const GO_MODULES: FamilyModules = {
  byEnd: true,
  names: (file, text) => ({
    space: path.dirname(file).split(path.sep).join("/"),
    declares: file.endsWith("_test.go") ? [] : allOf(DECLARED, text),
    opens: allOf(IMPORTED, text),
  }),
};
