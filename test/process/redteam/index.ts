import "./attack.test.ts";
