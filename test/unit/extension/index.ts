import "./contributions.test.ts";
import "./trafficView.test.ts";
