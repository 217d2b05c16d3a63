import "./rules.test.ts";
import "./run.test.ts";
