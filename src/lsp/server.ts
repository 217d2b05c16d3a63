import { readFile } from "node:fs/promises";
import path from "node:path";
import {
  CodeActionKind,
  CodeActionRequest,
  CodeLensRefreshRequest,
  CodeLensRequest,
  createConnection,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  DidChangeWorkspaceFoldersNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DidSaveTextDocumentNotification,
  HoverRequest,
  LSPErrorCodes,
  MessageType,
  ProposedFeatures,
  ErrorCodes,
  ResponseError,
  ShowMessageNotification,
  TextDocuments,
  TextDocumentSyncKind,
  type CancellationToken,
  type ClientCapabilities,
  type Connection,
  type InitializeParams,
  type InitializeResult,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { placeOf } from "../audit/discover.ts";
import type { ConfigFile } from "../clients/config.ts";
import { isSallyportError } from "../core/errors.ts";
import { isAudited } from "../audit/run.ts";
import { languageOf } from "../callsites/languages.ts";
import { CALL_SITE_RULES } from "../callsites/rules.ts";
import { Grammars } from "../parsing/grammars.ts";
import { diskFiles } from "../system/disk.ts";
import { realEnvironment } from "../system/environment.ts";
import { notification } from "../core/notification.ts";
import { changesInWords } from "./changes.ts";
import { ConfigWatch, type PendingChange } from "./configWatch.ts";
import { OverlayFiles, pathOf } from "./documents.ts";
import { FIX_ALL_KIND } from "./fixAll.ts";
import { heldInWords } from "./hold.ts";
import { HomeWatch } from "./homeWatch.ts";
import { hoverOf } from "./hover.ts";
import { lensesOf } from "./lenses.ts";
import {
  CALL_SITES_CHANGED,
  CALL_SITES_REQUEST,
  CONFIG_BEFORE_REQUEST,
  CONFIG_CHANGED,
  CONFIG_KEEP_REQUEST,
  CONFIG_REVERT_REQUEST,
  HOLD_CHANGED,
  PENDING_IGNORES_REQUEST,
  RELEASE_REQUEST,
  SERVERS_CHANGED,
  SERVERS_REQUEST,
  TRUST_CHANGED,
  UNPROTECT_REQUEST,
  type CallSitesAnswer,
  type ChangeAnswer,
  type ChangeParams,
  type ConfigChanged,
  type EntryParams,
  type InitializationOptions,
  type PendingIgnoresAnswer,
  type ServersAnswer,
  type UnprotectAnswer,
} from "./protocol.ts";
import { PROTECT_COMMAND, Protection, type OwnInstallation } from "./protection.ts";
import { configNames, documentSelector, inAnyFolder } from "./selectors.ts";
import { clientItems, labelOf } from "./servers.ts";
import { overlap, Workspace } from "./workspace.ts";

/** Typing pauses this long before what was typed is analysed. */
const QUIET_MS = 150;

/** Our own files of a workspace that are no client's. */
const OWN_FILE = /^sallyport(?:\.(?:ya?ml|json)|-baseline\.json)$/;

/** Calls `run` once after the last of a burst of calls; one timer a key. */
class Quiet {
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

  after(key: string, run: () => Promise<void>, failed: (error: unknown) => void): void {
    clearTimeout(this.#timers.get(key));
    const timer = setTimeout(() => {
      this.#timers.delete(key);
      run().catch(failed);
    }, QUIET_MS);
    this.#timers.set(key, timer);
  }
}

const CALL_SITE_PAGES = new Set(CALL_SITE_RULES.map((rule) => rule.id));

function pageOf(docs: string | undefined): (rule: string) => string | undefined {
  // Pages of call-site rules lie apart from those of the audit.
  return (rule) =>
    docs === undefined ? undefined : `${docs}/${CALL_SITE_PAGES.has(rule) ? "callsites" : "audit/rules"}/${rule}.md`;
}

/** An AbortSignal for what LSP cancels with a token. */
function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

/** True for an editor that lets the server say which documents it wants, by the names of files. */
function takesSelectors({ textDocument }: ClientCapabilities): boolean {
  const { synchronization, codeAction, codeLens, hover } = textDocument ?? {};
  return [synchronization, codeAction, codeLens, hover].every((one) => one?.dynamicRegistration === true);
}

const CODE_ACTIONS = { codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL_KIND] };

/** Where the grammars lie: beside the bundle that this code is part of. */
const WASM_FOLDER = path.join(__dirname, "..", "wasm");

/**
 * Serves one editor: diagnostics for configurations and call sites, quick fixes, lenses, and the requests of
 * `protocol.ts`. `connection` decides how (stdio, node-ipc); the server ends with it.
 */
function serve(connection: Connection, installation: OwnInstallation): void {
  const files = new OverlayFiles(diskFiles);
  const environment = realEnvironment();
  const documents = new TextDocuments(TextDocument);
  const quiet = new Quiet();
  let workspace: Workspace | undefined;
  let protection: Protection | undefined;
  let refreshes = false;
  let launcher = false;
  let watches = false;
  let selectors = false;
  let home = true;
  let page = pageOf(undefined);
  let relative = false;
  let learns = true;
  let hold = false;
  const homeWatch = new HomeWatch(connection, diskFiles, environment);
  let progress = false;

  const failed = (error: unknown): void => {
    connection.console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  };
  /** A notification, which every editor takes; a request that one does not know would be an error of nobody's. */
  const warn = (message: string): void => {
    connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Warning, message }).catch(failed);
  };
  const audit = (): void => quiet.after("audit", async () => await workspace?.audit(), failed);
  const concerns = (file: string): { config: boolean; source: boolean } => ({
    config: isAudited(file, environment) || OWN_FILE.test(path.basename(file)),
    source: languageOf(path.basename(file)) !== undefined,
  });
  const changed = (file: string): void => {
    if (workspace?.isUserPolicy(file)) {
      workspace.userPolicy(file);
      return;
    }
    const { config, source } = concerns(file);
    if (config) audit();
    if (source) quiet.after(file, async () => await workspace?.source(file), failed);
  };

  function changeItem({ id, file, before, changes, holding }: PendingChange): ConfigChanged {
    const { label, folder } = labelOf(file, workspace?.roots ?? [], environment.home);
    return {
      id,
      uri: files.uri(file),
      title: placeOf(file, environment).kind.title,
      label: folder === undefined ? label : path.join(folder, label),
      summary: `${changesInWords(changes)}${heldInWords(holding)}`,
      created: before === undefined,
    };
  }
  const configWatch = new ConfigWatch({
    disk: diskFiles,
    environment,
    changed: (change) => {
      const item = changeItem(change);
      void connection.sendNotification(SERVERS_CHANGED);
      if (launcher) void connection.sendNotification(CONFIG_CHANGED, item);
      else warn(notification(`${item.label} was changed: it ${item.summary}.`));
    },
    hold: async (file, text, changes) => {
      try {
        return hold ? await protection?.hold(file, text, changes) : undefined;
      } catch (error) {
        failed(error);
        const reason = error instanceof Error ? error.message : String(error);
        return { text, held: [], refused: [{ name: "what is new", reason }] };
      }
    },
    settled: () => void connection.sendNotification(SERVERS_CHANGED),
  });

  /** The search after the start, which may take a while: shown, and the person can end it. */
  async function firstSearch(): Promise<void> {
    if (!progress) {
      await workspace?.search();
      return;
    }
    const shown = await connection.window.createWorkDoneProgress();
    shown.begin("Sallyport: searching for call sites", undefined, undefined, true);
    try {
      await workspace?.search(signalOf(shown.token));
    } finally {
      shown.done();
    }
  }

  connection.onInitialize((params: InitializeParams): InitializeResult => {
    const given = (params.initializationOptions ?? {}) as InitializationOptions;
    launcher = given.panel ?? false;
    refreshes = params.capabilities.workspace?.codeLens?.refreshSupport ?? false;
    watches = params.capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration ?? false;
    relative = params.capabilities.workspace?.didChangeWatchedFiles?.relativePatternSupport ?? false;
    selectors = takesSelectors(params.capabilities);
    progress = params.capabilities.window?.workDoneProgress ?? false;
    home = given.home ?? true;
    hold = given.hold ?? false;
    page = pageOf(given.docs);
    const folders = params.workspaceFolders?.map((folder) => folder.uri) ?? [];
    const roots = folders.map(pathOf).filter((root) => root !== undefined);
    const grammars = new Grammars((name) => readFile(path.join(WASM_FOLDER, name)));
    workspace = new Workspace(
      {
        files,
        environment,
        grammars,
        home,
        callSites: given.callSites ?? true,
        page,
        publish: (uri, diagnostics) => void connection.sendDiagnostics({ uri, diagnostics }),
        callSitesChanged: () => void connection.sendNotification(CALL_SITES_CHANGED),
        audited: () => {
          if (refreshes) connection.sendRequest(CodeLensRefreshRequest.type).catch(failed);
          void connection.sendNotification(SERVERS_CHANGED);
          const configs = workspace?.audited().configs ?? [];
          // What the first audit has read, and that of a new folder, is what the person knows.
          if (learns) {
            const texts = configs.map(({ path: file, document }) => [
              file,
              files.document(file) ? undefined : document.text,
            ]);
            configWatch.learn(new Map(texts as [string, string | undefined][]));
            learns = false;
          }
          if (watches && relative && home) homeWatch.update(configs).catch(failed);
        },
      },
      roots,
      given.trusted ?? false,
    );
    protection = new Protection(environment, installation, workspace, given.panel ?? false);
    return {
      serverInfo: { name: "sallyport" },
      capabilities: {
        ...(!selectors && {
          textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: { includeText: true } },
          codeActionProvider: CODE_ACTIONS,
          codeLensProvider: {},
          hoverProvider: true,
        }),
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
        executeCommandProvider: { commands: [PROTECT_COMMAND] },
      },
    };
  });

  /** Many configurations are in a language that the editor has no name for, so their files are named. */
  function registerDocuments(): void {
    const own = { documentSelector: documentSelector(environment) };
    const { client } = connection;
    for (const registered of [
      client.register(DidOpenTextDocumentNotification.type, own),
      client.register(DidChangeTextDocumentNotification.type, { ...own, syncKind: TextDocumentSyncKind.Incremental }),
      client.register(DidCloseTextDocumentNotification.type, own),
      client.register(DidSaveTextDocumentNotification.type, { ...own, includeText: true }),
      client.register(CodeActionRequest.type, { ...own, ...CODE_ACTIONS }),
      client.register(CodeLensRequest.type, own),
      client.register(HoverRequest.type, own),
    ])
      registered.catch(failed);
  }

  connection.onInitialized(() => {
    if (selectors) registerDocuments();
    if (watches) {
      void connection.client.register(DidChangeWatchedFilesNotification.type, {
        watchers: [
          { globPattern: inAnyFolder(configNames(environment)) },
          { globPattern: "**/*.{py,ts,tsx,mts,cts,js,jsx,mjs,cjs}" },
        ],
      });
    }
    try {
      // Protected entries of any client start through it: it must name the newest installation.
      if (launcher) protection?.installLauncher();
    } catch (error) {
      failed(error);
    }
    workspace?.audit().catch(failed);
    firstSearch().catch(failed);
  });

  documents.onDidOpen(({ document }) => {
    files.set(document);
    const file = pathOf(document.uri);
    if (file !== undefined) workspace?.republish(file);
  });
  documents.onDidChangeContent(({ document }) => {
    files.set(document);
    const file = pathOf(document.uri);
    if (file !== undefined) changed(file);
  });
  documents.onDidClose(({ document }) => {
    files.delete(document);
    const file = pathOf(document.uri);
    if (file === undefined) return;
    workspace?.forget(file);
    changed(file);
  });
  documents.onDidSave(({ document }) => {
    const file = pathOf(document.uri);
    if (file !== undefined && concerns(file).config) configWatch.saved(file, document.getText()).catch(failed);
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    for (const { uri } of changes) {
      const file = pathOf(uri);
      if (file === undefined) continue;
      // An open document is what the person sees; the disk comes back when it is closed.
      if (!files.document(file)) changed(file);
      if (concerns(file).config) quiet.after(`disk ${file}`, async () => await configWatch.check(file), failed);
    }
  });

  connection.onCodeAction(({ textDocument, range, context }) => {
    const file = pathOf(textDocument.uri);
    if (file === undefined || !workspace) return [];
    const wants = (kind: string): boolean =>
      context.only?.some((one) => one === "" || one === kind || kind.startsWith(`${one}.`)) ?? true;
    const config = workspace.config(file);
    const protect = config ? protection?.actions(config, (entry) => overlap(entry, range)) : undefined;
    const accept = launcher ? workspace.acceptActions(file, range) : [];
    const own = [...workspace.actions(file, range), ...(protect ?? []), ...accept];
    const quick = wants(CodeActionKind.QuickFix) ? own : [];
    const all = context.only && wants(FIX_ALL_KIND) ? workspace.fixAll(file) : undefined;
    return all ? [...quick, all] : quick;
  });
  connection.onCodeLens(({ textDocument }) => {
    const file = pathOf(textDocument.uri);
    const config = file === undefined ? undefined : workspace?.config(file);
    if (!config || !workspace || !protection) return [];
    const findings = workspace.findings(config.path);
    return lensesOf(config, { places: workspace, protection, panel: launcher, findings });
  });
  connection.onHover(({ textDocument, position }) => {
    const file = pathOf(textDocument.uri);
    if (file === undefined || !workspace) return undefined;
    const all = { start: { line: 0, character: 0 }, end: { line: Number.MAX_SAFE_INTEGER, character: 0 } };
    const findings = workspace.findingsAt(file, all);
    return hoverOf(workspace.config(file), {
      places: workspace,
      at: { start: position, end: position },
      findings,
      environment,
      page,
    });
  });
  connection.onRequest(SERVERS_REQUEST, async (params: { again?: boolean } | null): Promise<ServersAnswer> => {
    if (!workspace) return { complete: false, home, pendingIgnores: 0, accepted: 0, clients: [] };
    if (params?.again) await workspace.audit();
    const { complete, configs, problems } = workspace.audited();
    const { roots } = workspace;
    const places = workspace;
    const clients = clientItems({
      configs,
      findings: (file) => places.findings(file),
      problems,
      roots,
      environment,
      places,
      change: (config) => {
        const change = configWatch.pending(config.path);
        return change && changeItem(change);
      },
      mayProtect: (config, entry) => protection?.mayProtect(config, entry) ?? false,
    });
    const { length: pendingIgnores } = workspace.pendingIgnores();
    return { complete, home, pendingIgnores, accepted: workspace.accepted(), clients };
  });

  /** The configuration that a command names, as it stands now. */
  async function configOf(uri: string): Promise<ConfigFile | undefined> {
    const file = pathOf(uri);
    if (file === undefined) return undefined;
    if (!workspace?.config(file)) await workspace?.audit();
    return workspace?.config(file);
  }
  connection.onExecuteCommand(async ({ command, arguments: given }) => {
    const [uri, server, project] = (given ?? []) as (string | undefined)[];
    if (command !== PROTECT_COMMAND || typeof uri !== "string" || typeof server !== "string") {
      return new ResponseError(ErrorCodes.InvalidParams, `${PROTECT_COMMAND} takes a document and a server's name`);
    }
    const config = await configOf(uri);
    const params = { uri, server, ...(typeof project === "string" ? { project } : {}) };
    let refused = config && protection ? undefined : "its file could not be read";
    if (config && protection) {
      const outcome = protection.protect(config, params);
      if ("reason" in outcome) refused = outcome.reason;
      else {
        const label = `Protect ${server}`;
        const { applied } = await connection.workspace.applyEdit({ label, edit: outcome.edit });
        if (!applied) refused = "the editor did not take the edit";
      }
    }
    if (refused !== undefined) warn(notification(`${server} cannot be protected: ${refused}.`));
    return refused === undefined;
  });
  connection.onRequest<UnprotectAnswer, void>(
    UNPROTECT_REQUEST,
    async (params: EntryParams): Promise<UnprotectAnswer> => {
      const config = await configOf(params.uri);
      if (!config || !protection) return { status: "refused", reason: "its file could not be read" };
      return protection.unprotect(config, params);
    },
  );
  connection.onRequest<UnprotectAnswer, void>(
    RELEASE_REQUEST,
    async (params: EntryParams): Promise<UnprotectAnswer> => {
      const config = await configOf(params.uri);
      if (!config || !protection) return { status: "refused", reason: "its file could not be read" };
      return protection.release(config, params);
    },
  );
  connection.onNotification(HOLD_CHANGED, (params: { hold: boolean }) => void (hold = params.hold));
  connection.onRequest(
    CALL_SITES_REQUEST,
    async (params: { again?: boolean } | null, token: CancellationToken): Promise<CallSitesAnswer | ResponseError> => {
      if (params?.again && (await workspace?.search(signalOf(token))) === false && token.isCancellationRequested) {
        return new ResponseError(LSPErrorCodes.RequestCancelled, "the search was cancelled");
      }
      return workspace?.callSites() ?? { complete: false, filesSearched: 0, sites: [] };
    },
  );
  connection.onRequest(PENDING_IGNORES_REQUEST, (): PendingIgnoresAnswer => {
    const { roots } = workspace ?? { roots: [] };
    const ignores = workspace?.pendingIgnores() ?? [];
    return { ignores: ignores.map((one) => ({ ...one, label: labelOf(one.file, roots, environment.home).label })) };
  });
  connection.onRequest(CONFIG_BEFORE_REQUEST, ({ uri, id }: ChangeParams): { text: string } => {
    const change = configWatch.pending(pathOf(uri) ?? "");
    return { text: (change?.id === id ? change.before : undefined) ?? "" };
  });
  connection.onRequest<ChangeAnswer, void>(CONFIG_KEEP_REQUEST, async ({ uri, id }: ChangeParams) => {
    const kept = await configWatch.keep(pathOf(uri) ?? "", id);
    return kept ? { done: true } : { done: false, reason: "it has changed since" };
  });
  connection.onRequest<ChangeAnswer, void>(CONFIG_REVERT_REQUEST, async ({ uri, id }: ChangeParams) => {
    const file = pathOf(uri) ?? "";
    const open = files.document(file)?.getText();
    const change = configWatch.pending(file);
    // What is typed and not saved would be written over the old text a moment later.
    if (open !== undefined && open !== change?.shown) return { done: false, reason: "it has unsaved changes" };
    try {
      await configWatch.revert(file, id);
    } catch (error) {
      if (!isSallyportError(error)) throw error;
      return { done: false, reason: error.message };
    }
    audit();
    return { done: true };
  });
  connection.onNotification(DidChangeWorkspaceFoldersNotification.type, ({ event }) => {
    if (!workspace) return;
    const gone = new Set(event.removed.map((folder) => pathOf(folder.uri)));
    const added = event.added.map((folder) => pathOf(folder.uri)).filter((root) => root !== undefined);
    workspace.roots = [...new Set([...workspace.roots.filter((root) => !gone.has(root)), ...added])];
    learns = true;
    audit();
    quiet.after("search", async () => void (await workspace?.search()), failed);
  });
  connection.onNotification(TRUST_CHANGED, ({ trusted }: { trusted: boolean }) => {
    if (workspace) workspace.trusted = trusted;
    audit();
  });

  documents.listen(connection);
  connection.listen();
}

/** Serves over what the command line names: `--stdio`, `--node-ipc`, `--pipe=…`. */
export function serveProcess(installation: OwnInstallation): void {
  serve(createConnection(ProposedFeatures.all), installation);
}
