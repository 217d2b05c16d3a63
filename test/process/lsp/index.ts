import "./baseline.test.ts";
import "./server.test.ts";
import "./servers.test.ts";
import "./changes.test.ts";
import "./held.test.ts";
