import "./badInput.test.ts";
import "./command.test.ts";
import "./demo.test.ts";
import "./fix.test.ts";
import "./hooks.test.ts";
import "./hostileRepository.test.ts";
import "./staged.test.ts";
