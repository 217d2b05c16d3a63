import "./changes.test.ts";
import "./held.test.ts";
import "./launchIds.test.ts";
import "./markdown.test.ts";
import "./selectors.test.ts";
