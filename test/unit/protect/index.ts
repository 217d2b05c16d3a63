import "./rewrite.test.ts";
import "./rewriteFormats.test.ts";
import "./protectIn.test.ts";
import "./installations.test.ts";
import "./protectFile.test.ts";
import "./runtime.test.ts";
import "./rewriteUrl.test.ts";
