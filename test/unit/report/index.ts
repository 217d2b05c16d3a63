import "./frame.test.ts";
import "./plain.test.ts";
import "./sarif.test.ts";
import "./text.test.ts";
import "./json.test.ts";
