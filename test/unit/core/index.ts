import "./text.test.ts";
import "./finding.test.ts";
import "./errors.test.ts";
