import "./scan.test.ts";
import "./hidden-text.test.ts";
