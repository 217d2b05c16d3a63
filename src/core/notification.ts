const MAX_LENGTH = 300;

/** Text from outside on one line, with nothing that cannot be seen or that turns the direction of what follows. */
export function oneLine(text: string, max = MAX_LENGTH): string {
  const line = text.replace(/\s+/gu, " ").replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu, "");
  return line.length > max ? `${line.slice(0, max - 1)}…` : line;
}

/**
 * A sentence with names from outside, for the editor's notifications. VS Code makes a link of `[text](command:…)` there, of
 * a click on which a command runs: the name of a tool or of an entry must not be able to write one. One line, nothing that
 * cannot be seen, at most 300 characters.
 */
export function notification(text: string): string {
  return oneLine(text.replaceAll("[", "(").replaceAll("]", ")"));
}
