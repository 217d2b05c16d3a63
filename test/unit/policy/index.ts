import "./parse.test.ts";
import "./decide.test.ts";
import "./append.test.ts";
import "./jsonSchema.test.ts";
