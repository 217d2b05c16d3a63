import "./contributions.test.ts";
import "./trafficView.test.ts";
import "./serversView.test.ts";
