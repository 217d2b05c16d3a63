import "./flood.test.ts";
import "./notification.test.ts";
import "./state.test.ts";
import "./secrets.test.ts";
import "./bounds.test.ts";
import "./envelope.test.ts";
import "./refusals.test.ts";
import "./shapes.test.ts";
