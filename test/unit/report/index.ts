import "./frame.test.ts";
import "./plain.test.ts";
import "./json.test.ts";
import "./sarif.test.ts";
import "./secretSpans.test.ts";
import "./spanSet.test.ts";
import "./text.test.ts";
