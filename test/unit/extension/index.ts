import "./contributions.test.ts";
import "./running.test.ts";
import "./trafficView.test.ts";
import "./serversView.test.ts";
