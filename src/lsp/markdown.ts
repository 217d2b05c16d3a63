const MAX_LENGTH = 2000;

/**
 * Text from outside for a place that renders Markdown: nothing in it can become a link, an image, HTML, a heading or code.
 * One line; what cannot be seen is dropped.
 */
export function escaped(text: string): string {
  return text
    .slice(0, MAX_LENGTH)
    .replace(/\s+/gu, " ")
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu, "")
    .replace(/[!-/:-@[-`{-~]/g, "\\$&");
}
