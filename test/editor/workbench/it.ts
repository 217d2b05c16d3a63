import { it as nodeIt } from "node:test";
import { givingUp } from "./until.ts";

/** node:test's `it`, with a picture of every open window where it fails: that says more than the error. */
export function it(name: string, body: () => void | Promise<void>): void {
  void nodeIt(name, async () => {
    try {
      await body();
    } catch (error) {
      await givingUp();
      throw error;
    }
  });
}
