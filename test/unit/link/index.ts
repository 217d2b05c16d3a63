import "./signature.test.ts";
import "./paths.test.ts";
