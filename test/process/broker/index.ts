import "./command.test.ts";
import "./lifecycle.test.ts";
import "./asking.test.ts";
import "./policy.test.ts";
import "./hostile.test.ts";
