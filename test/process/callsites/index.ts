import "./proof2.test.ts";
import "./grammar.test.ts";
import "./command.test.ts";
