import "./disk.test.ts";
import "./environment.test.ts";
import "./git.test.ts";
