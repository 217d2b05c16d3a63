import "./grammars.test.ts";
