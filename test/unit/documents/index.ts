import "./anyBytes.test.ts";
import "./decode.test.ts";
import "./edits.test.ts";
import "./editsOfAll.test.ts";
import "./json.test.ts";
import "./toml.test.ts";
import "./yaml.test.ts";
import "./markdown.test.ts";
