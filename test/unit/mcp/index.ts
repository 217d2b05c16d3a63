import "./gate.test.ts";
import "./message.test.ts";
import "./texts.test.ts";
import "./definitions.test.ts";
import "./envelope.test.ts";
import "./errors.test.ts";
