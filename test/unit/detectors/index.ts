import "./scan.test.ts";
import "./hidden-text.test.ts";
import "./prompt-injection.test.ts";
import "./proof.test.ts";
import "./secret.test.ts";
import "./redact.test.ts";
import "./automaton.test.ts";
import "./linear.test.ts";
