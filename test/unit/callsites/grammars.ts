import { Grammars } from "../../../src/parsing/grammars.ts";
import { readWasm } from "../../../src/system/wasm.ts";

/** One for the whole room: each grammar is loaded once. */
export const grammars = new Grammars(readWasm);
