import "./grammar.test.ts";
import "./command.test.ts";
