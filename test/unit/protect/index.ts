import "./rewrite.test.ts";
import "./protectText.test.ts";
import "./installations.test.ts";
import "./protectFile.test.ts";
import "./runtime.test.ts";
