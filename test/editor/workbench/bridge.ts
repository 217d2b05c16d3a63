import { existsSync } from "node:fs";
import { request } from "node:http";
import type * as vscode from "vscode";
import { givingUp, PATIENCE, until } from "./until.ts";

/**
 * Runs a function in the window's extension host, with the real `vscode` as its first parameter, and gives what it
 * returns, by way of JSON. The function's text is what travels: it sees nothing of the test around it but `argument`.
 */
export type RunInHost = <R, A = undefined>(
  code: (api: typeof vscode, argument: A) => R | PromiseLike<R>,
  argument?: A,
) => Promise<R>;

/** Waits for a window's bridge and connects to it. */
export async function connectBridge(socket: string): Promise<RunInHost> {
  await until(`the bridge ${socket}`, () => existsSync(socket));
  return <R, A>(code: (api: typeof vscode, argument: A) => R | PromiseLike<R>, argument?: A) =>
    new Promise<R>((resolve, reject) => {
      const call = request({ socketPath: socket, method: "POST" }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const answer = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { value?: R; error?: string };
          if (answer.error === undefined) resolve(answer.value as R);
          else reject(new Error(answer.error));
        });
      });
      call.setTimeout(2 * PATIENCE, () => {
        void givingUp().finally(() => call.destroy(new Error(`the extension host did not answer: ${code.toString()}`)));
      });
      call.on("error", reject);
      call.end(JSON.stringify({ code: code.toString(), argument }));
    });
}
