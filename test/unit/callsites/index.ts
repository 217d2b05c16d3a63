import "./ignoreComments.test.ts";
import "./walk.test.ts";
import "./sites.test.ts";
import "./project.test.ts";
import "./declarations.test.ts";
import "./docs.test.ts";
import "./proof.test.ts";
import "./catalogue.test.ts";
