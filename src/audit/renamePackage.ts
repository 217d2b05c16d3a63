import type { ConfigFile } from "../clients/config.ts";
import type { Fix } from "../core/finding.ts";
import { successorOf } from "./archived.ts";
import type { PackageRef } from "./packages.ts";
import { textFix } from "./textFix.ts";

/**
 * The fix that starts another package; the version stays as it is written. Unsafe: another package is another program. None
 * for one that nobody maintains.
 */
export function renamePackage(file: ConfigFile, { word, name, source }: PackageRef, to: string): Fix[] {
  const at = word.text.indexOf(name);
  if (at < 0 || (source !== "npm" && source !== "pypi") || successorOf(source, to) !== undefined) return [];
  // In a word with quotes of a shell a part is the whole, and what is put there must need none.
  const text = word.text.slice(0, at) + to + word.text.slice(at + name.length);
  const whole = word.part(at, at + name.length);
  const isApart = whole.end - whole.start < word.span.end - word.span.start || name === word.text;
  if (!isApart && !/^[\w@/.=~^+-]+$/.test(text)) return [];
  const change = isApart ? { span: whole, text: to } : { span: word.span, text };
  return textFix(file, `Start ${to}`, "unsafe", change);
}
