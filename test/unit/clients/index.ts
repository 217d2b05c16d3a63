import "./clients.test.ts";
import "./launcher.test.ts";
import "./read.test.ts";
import "./samples.test.ts";
import "./permissions.test.ts";
