// The packaged extension in the real workbench, from outside. One server of each kind for all: see server.ts.
import { after } from "node:test";
import { stopServers } from "./server.ts";
import "./window.test.ts";
import "./mcpClient.test.ts";

after(stopServers);
