const MAX_LENGTH = 300;

/**
 * A sentence with names from outside, for the editor's notifications. VS Code makes a link of `[text](command:…)` there, of
 * a click on which a command runs: the name of a tool or of an entry must not be able to write one. One line, nothing that
 * cannot be seen, at most 300 characters.
 */
export function notification(text: string): string {
  const line = text
    .replace(/\s+/gu, " ")
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu, "")
    .replaceAll("[", "(")
    .replaceAll("]", ")");
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH - 1)}…` : line;
}
