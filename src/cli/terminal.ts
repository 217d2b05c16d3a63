import { styleText } from "node:util";

export { plain } from "../report/plain.ts";

/**
 * Whether text written to the stream is coloured: the person's FORCE_COLOR, NO_COLOR and NODE_DISABLE_COLORS, then
 * whether the stream is a terminal.
 */
export function isColoured(stream: NodeJS.WriteStream): boolean {
  return styleText("red", "x", { stream }) !== "x";
}

export type Paint = (format: Parameters<typeof styleText>[0], text: string) => string;

/** Colours text for a stream, or leaves it. */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  const coloured = isColoured(stream);
  return (format, text) => (coloured ? styleText(format, text, { validateStream: false }) : text);
}

/** Columns of the stream's terminal; 80 where it is none. */
export function widthOf(stream: NodeJS.WriteStream): number {
  return stream.columns || 80;
}

/**
 * Writes all of the text, and waits until the system has it. A reader that has closed its end (`| head`) is no error:
 * nobody wants the rest.
 */
export function write(stream: NodeJS.WritableStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error | null): void => {
      if (error && (error as NodeJS.ErrnoException).code !== "EPIPE") reject(error);
      else resolve();
    };
    stream.once("error", settle);
    stream.write(text, settle);
  });
}
