import "./traits.test.ts";
import "./sessions.test.ts";
import "./feed.test.ts";
import "./broker.test.ts";
import "./model.test.ts";
