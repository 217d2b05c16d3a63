import "./text.test.ts";
