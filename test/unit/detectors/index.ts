import "./scan.test.ts";
