/**
 * What a source must mention, anywhere and in this case, to hold a call site of the catalogue: parts of package names,
 * of hosts, and of method chains that are recognised by their shape where the client is made elsewhere. Also the ignore
 * comment, so that one without a reason is reported in any file.
 */
export const TOKENS: readonly string[] = [
  "openai",
  "anthropic",
  "bedrock",
  "chat.completions",
  "messages.create",
  "messages.stream",
  "sallyport-ignore:",
];

const BYTES = TOKENS.map((token) => Buffer.from(token, "latin1"));

/** True when the bytes mention a token. A zero byte in the first kilobytes says binary: then nothing is mentioned. */
export function mentionsToken(bytes: Uint8Array): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return BYTES.some((token) => buffer.includes(token)) && !buffer.subarray(0, 8192).includes(0);
}
