import "./server.test.ts";
import "./client.test.ts";
