import { pathToFileURL } from "node:url";
import { DidChangeWatchedFilesNotification, type Connection, type Disposable } from "vscode-languageserver/node";
import type { ConfigFile } from "../clients/config.ts";
import type { Environment } from "../core/environment.ts";
import type { Files } from "../core/files.ts";
import { userFolders } from "./selectors.ts";

/** More folders than any machine has clients. */
const MAX_FOLDERS = 200;

/**
 * Has the editor watch the folders of the person's own configurations, those that are there: each by itself and not what
 * lies below it. Called after every audit; asks the editor only when a folder is new or gone.
 */
export class HomeWatch {
  readonly #connection: Connection;
  readonly #disk: Files;
  readonly #environment: Environment;
  #registered = "";
  #registration: Promise<Disposable> | undefined;

  constructor(connection: Connection, disk: Files, environment: Environment) {
    this.#connection = connection;
    this.#disk = disk;
    this.#environment = environment;
  }

  async update(configs: readonly ConfigFile[]): Promise<void> {
    const own = configs.filter((one) => one.scope !== "workspace").map((one) => one.path);
    const watchers: { globPattern: { baseUri: string; pattern: string } }[] = [];
    for (const [folder, names] of userFolders(this.#environment, own)) {
      if (watchers.length === MAX_FOLDERS) break;
      // A folder that may not be looked into is not watched either.
      const kind = await this.#disk.kind(folder).catch(() => "missing");
      const pattern = names.length === 1 ? (names[0] ?? "") : `{${names.join(",")}}`;
      if (kind === "directory") watchers.push({ globPattern: { baseUri: pathToFileURL(folder).href, pattern } });
    }
    const wanted = JSON.stringify(watchers);
    if (wanted === this.#registered) return;
    this.#registered = wanted;
    const before = this.#registration;
    this.#registration = this.#connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
    await this.#registration;
    (await before)?.dispose();
  }
}
