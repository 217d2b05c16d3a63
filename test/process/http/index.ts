import "./url.test.ts";
import "./listen.test.ts";
