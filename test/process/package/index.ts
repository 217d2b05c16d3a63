import "./contents.test.ts";
import "./start.test.ts";
