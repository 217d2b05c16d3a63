/**
 * Everything the extension contributes, once. `test/unit/extension` holds package.json's `contributes` to this table in
 * both directions, so that no command is forgotten or misspelt.
 */

export const COMMANDS = {
  showPanel: { id: "sallyport.showPanel", title: "Show Agent Traffic", icon: "$(shield)" },
  refreshCallSites: { id: "sallyport.refreshCallSites", title: "Search for Call Sites Again", icon: "$(refresh)" },
  openCallSite: { id: "sallyport.openCallSite", title: "Open Call Site" },
  refreshServers: { id: "sallyport.refreshServers", title: "Audit Again", icon: "$(refresh)" },
  openPlace: { id: "sallyport.openPlace", title: "Open the File at This Place", icon: "$(go-to-file)" },
  revealServer: { id: "sallyport.revealServer", title: "Show in Agents & Servers" },
  fixFinding: { id: "sallyport.fixFinding", title: "Fix…", icon: "$(lightbulb)" },
  acceptIgnores: { id: "sallyport.acceptIgnores", title: "Accept This Repository's Ignores…", icon: "$(checklist)" },
  showChange: { id: "sallyport.showChange", title: "Show What Was Changed", icon: "$(diff)" },
  protectServer: { id: "sallyport.protectServer", title: "Protect", icon: "$(shield)" },
  unprotectServer: { id: "sallyport.unprotectServer", title: "Unprotect…" },
  releaseServer: { id: "sallyport.releaseServer", title: "Release…", icon: "$(unlock)" },
  release: { id: "sallyport.release", title: "Release This Server" },
  protect: { id: "sallyport.protect", title: "Protect This Server" },
  unprotect: { id: "sallyport.unprotect", title: "Unprotect This Server" },
  verifyLedger: { id: "sallyport.verifyLedger", title: "Verify the Ledger", icon: "$(verified)" },
} as const;

export const VIEWS = {
  servers: { id: "sallyport.servers", name: "Agents & Servers" },
  callSites: { id: "sallyport.callSites", name: "Call Sites" },
  traffic: { id: "sallyport.traffic", name: "Agent Traffic", type: "webview" },
} as const;

export const CONTAINERS = {
  activitybar: { id: "sallyport", title: "Sallyport", icon: "media/icon.svg" },
  panel: { id: "sallyport-traffic", title: "Agent Traffic", icon: "media/icon.svg" },
} as const;

export const SETTINGS = {
  auditHome: {
    key: "sallyport.audit.home",
    type: "boolean",
    default: true,
    scope: "machine",
    description:
      "Audit the agent settings in your home folder too (VS Code's user files, Cursor, Claude). They are read, never sent anywhere.",
  },
  holdNewServers: {
    key: "sallyport.holdNewServers",
    type: "boolean",
    default: false,
    scope: "application",
    description:
      "Hold a server whose entry is new or changed without a save of yours (an agent wrote it, or git did): it is rewritten at once so that it starts through Sallyport and nothing is started until you release it. VS Code starts new servers of a trusted folder at the next chat message, so a client that is faster than the file watcher may still start it once.",
  },
  callSites: {
    key: "sallyport.callSites.enabled",
    type: "boolean",
    default: true,
    scope: "window",
    description: "Find the places where this code base calls a language model, and say which leave no record.",
  },
} as const;

/** Commands that only make sense with an argument that a lens, a row or the panel gives: hidden from the palette. */
export const NOT_IN_PALETTE: readonly string[] = [
  COMMANDS.openCallSite.id,
  COMMANDS.openPlace.id,
  COMMANDS.revealServer.id,
  COMMANDS.fixFinding.id,
  COMMANDS.showChange.id,
  COMMANDS.protectServer.id,
  COMMANDS.unprotectServer.id,
  COMMANDS.releaseServer.id,
  COMMANDS.release.id,
  COMMANDS.protect.id,
  COMMANDS.unprotect.id,
];
