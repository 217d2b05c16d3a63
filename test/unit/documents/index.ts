import "./decode.test.ts";
import "./edits.test.ts";
import "./json.test.ts";
