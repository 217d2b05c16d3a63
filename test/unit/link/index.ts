import "./client.test.ts";
import "./signature.test.ts";
import "./paths.test.ts";
import "./framing.test.ts";
import "./shapes.test.ts";
import "./election.test.ts";
import "./acceptedIgnores.test.ts";
