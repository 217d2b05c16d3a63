import "./server.test.ts";
