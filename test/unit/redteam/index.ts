import "./envelope.test.ts";
import "./shapes.test.ts";
