// The heavy half of the audit's tests, an entry of its own so that both halves run side by side.
import "../audit/fixes.test.ts";
import "../audit/hostile.test.ts";
import "../audit/proof.test.ts";
