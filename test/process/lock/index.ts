import "./command.test.ts";
import "./editor.test.ts";
