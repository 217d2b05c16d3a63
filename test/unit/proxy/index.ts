import "./framing.test.ts";
import "./lane.test.ts";
import "./gateway.test.ts";
import "./bypass.test.ts";
import "./machine.test.ts";
import "./sse.test.ts";
import "./fidelity.test.ts";
