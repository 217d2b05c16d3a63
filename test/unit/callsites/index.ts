import "./ignoreComments.test.ts";
import "./walk.test.ts";
import "./sites.test.ts";
