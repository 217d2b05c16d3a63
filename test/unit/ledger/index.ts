import "./canonical.test.ts";
import "./ledger.test.ts";
import "./recovery.test.ts";
import "./verify.test.ts";
import "./witness.test.ts";
import "./keys.test.ts";
import "./query.test.ts";
import "./text.test.ts";
