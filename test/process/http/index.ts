import "./url.test.ts";
