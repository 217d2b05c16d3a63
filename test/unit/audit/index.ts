import "./docs.test.ts";
import "./fixes.test.ts";
import "./hostile.test.ts";
import "./reach.test.ts";
import "./ignores.test.ts";
import "./rules.test.ts";
import "./run.test.ts";
import "./secrets.test.ts";
