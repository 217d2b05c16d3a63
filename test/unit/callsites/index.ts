import "./ignoreComments.test.ts";
import "./walk.test.ts";
