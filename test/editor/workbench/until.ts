/** Long enough for a busy machine: a test that passes never waits for it. */
export const PATIENCE = 60_000;

type Answer<T> = T | undefined | false;

/** Called when a test fails: to take a picture, say. */
export const onGivingUp = new Set<() => Promise<void>>();

export async function givingUp(): Promise<void> {
  for (const call of onGivingUp) await call();
}

/**
 * Asks again and again until the answer is something, and gives it. An error counts as no answer yet.
 * @param what named in the error when nothing came
 */
export async function until<T>(
  what: string | (() => string),
  ask: () => Answer<T> | Promise<Answer<T>>,
  patience = PATIENCE,
): Promise<T> {
  let last: unknown;
  for (const end = Date.now() + patience; Date.now() < end;) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited in vain for ${typeof what === "string" ? what : what()}`, { cause: last });
}
