import "./server.test.ts";
import "./servers.test.ts";
