import { isBlank } from "../framing.ts";

const LF = 0x0a;
const CR = 0x0d;
const END = Buffer.from("\n");
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * A JSON text that came in lines, as one line with its ending: line breaks outside of strings become spaces, which say the
 * same. One inside a string stays, and the gate refuses the text, which is no JSON. Undefined where there is no text.
 */
export function oneLine(lines: readonly Buffer[]): Buffer | undefined {
  const parts: Buffer[] = [];
  for (const [i, line] of lines.entries()) parts.push(...(i === 0 ? [line] : [END, line]));
  const bytes = Buffer.concat([...parts, END]);
  if (isBlank(bytes)) return undefined;
  const text = bytes.subarray(0, -1);
  if (text.includes(LF) || text.includes(CR)) flatten(text);
  return bytes;
}

function flatten(text: Buffer): void {
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === QUOTE) inString = !inString;
    else if (c === BACKSLASH && inString) i++;
    else if ((c === LF || c === CR) && !inString) text[i] = 0x20;
  }
}
