import "./decisions.test.ts";
import "./demo.test.ts";
import "./fidelity.test.ts";
import "./servers.test.ts";
import "./kills.test.ts";
import "./bounds.test.ts";
