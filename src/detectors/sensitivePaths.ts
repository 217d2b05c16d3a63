/** What a path is known for. */
export interface KnownPath {
  readonly kind: "secrets" | "agent-config" | "autostart" | "system";
  /** Completes "the path leads to …". */
  readonly what: string;
}

/** Patterns over a path in lower case with `/` for every separator and without `.` steps. */
const KNOWN: readonly (readonly [RegExp, KnownPath["kind"], string])[] = [
  [/(?:^|\/)\.ssh\/(?:authorized_keys|rc|config)$/, "autostart", "who may log in here (SSH)"],
  [/(?:^|\/)\.ssh(?:\/|$)|(?:^|\/)id_(?:rsa|dsa|ecdsa|ed25519)(?:$|\.(?!pub)|\/)/, "secrets", "SSH keys"],
  [
    /(?:^|\/)\.(?:aws|azure|kube|gnupg|docker|oci|aliyun|tsh|vault-token)(?:\/(?!(?:cli\/)?cache)|$)/,
    "secrets",
    "a tool's credentials",
  ],
  [/(?:^|\/)\.?config\/(?:gcloud|gh|hub|op|doctl|rclone|heroku)(?:\/|$)/, "secrets", "a tool's credentials"],
  [
    /(?:^|\/)(?:\.netrc|_netrc|\.npmrc|\.pypirc|\.git-credentials|\.pgpass|\.my\.cnf|\.dockercfg|\.htpasswd|\.boto|\.s3cfg|\.terraformrc)$/,
    "secrets",
    "a tool's credentials",
  ],
  [
    /(?:^|\/)\.terraform\.d\/credentials|\/credentials\.tfrc\.json$|(?:^|\/)terraform\.tfstate$/,
    "secrets",
    "a tool's credentials",
  ],
  [
    /(?:^|\/)\.env(?:\.(?!example|sample|template|dist|defaults|schema|test$|d\.ts)[\w-]{1,30})?$/,
    "secrets",
    "a file of secrets for a program's environment",
  ],
  [
    /(?:^|\/)\.(?:bash|zsh|python|node_repl|psql|mysql|sqlite)_?history$|consolehost_history\.txt$/,
    "secrets",
    "a history of commands",
  ],
  [
    /^\/etc\/(?:shadow|gshadow|sudoers|master\.passwd|krb5\.keytab|ssl\/private|kubernetes|security\/opasswd)/,
    "secrets",
    "the system's secrets",
  ],
  [
    /^\/(?:proc\/(?:self|\d{1,7}|thread-self)\/(?:environ|cmdline|mem|maps|fd|root|cwd)|proc\/kcore|dev\/mem)/,
    "secrets",
    "another process's memory or environment",
  ],
  [/^\/(?:var\/)?run\/secrets(?:\/|$)|\/serviceaccount\/token$/, "secrets", "secrets of a container"],
  [/docker\.sock$/, "system", "the control of every container"],
  [
    /^\/etc\/(?:passwd|group|hosts|crontab|cron\.|fstab|ssh\/|profile|environment|ld\.so)|^\/root(?:\/|$)|^\/boot\//,
    "system",
    "the system's own files",
  ],
  [
    /(?:^|\/)windows\/(?:system32\/(?:config|drivers\/etc)|repair|win\.ini|system\.ini)|(?:^|\/)(?:boot\.ini|ntuser\.dat|unattend\.xml|sam)$/,
    "system",
    "the system's own files",
  ],
  [
    /\/(?:login\.keychain(?:-db)?|keychains\/|key[34]\.db|logins\.json|login data|cookies\.sqlite|web data)$|\/network\/cookies$|\/library\/keychains(?:\/|$)|\/(?:microsoft\/)?(?:credentials|protect|vault)\//,
    "secrets",
    "saved passwords or cookies",
  ],
  [/(?:^|\/)(?:wallet\.dat|keystore\/utc--|\.bitcoin|\.ethereum|\.solana|\.electrum)/, "secrets", "a wallet"],
  [/\.(?:pem|p12|pfx|kdbx|keystore|jks|ppk)$|(?:^|\/)(?:server|private|tls|id)\.key$/, "secrets", "a private key"],
  [
    /(?:^|\/)(?:\.(?:cursor|vscode|claude|codex|gemini|windsurf|roo|kiro|amazonq|continue|junie|trae)\/(?:[\w.-]{1,40}\/){0,2}(?:mcp[\w-]{0,20}\.json|settings(?:\.local)?\.json|config\.(?:toml|json|ya?ml)|hooks(?:\.json|\/.{0,80})|rules(?:\/.{0,80})?|agents\/.{0,80}|commands\/.{0,80}|tasks\.json|launch\.json)|\.mcp\.json|\.claude\.json|claude_desktop_config\.json|mcp_config\.json|mcp_settings\.json|cline_mcp_settings\.json|opencode\.jsonc?)$/,
    "agent-config",
    "an agent's configuration",
  ],
  [
    /(?:^|\/)(?:claude(?:\.local)?\.md|agents\.md|gemini\.md|\.cursorrules|\.windsurfrules|\.clinerules|\.github\/copilot-instructions\.md|\.github\/instructions\/.{0,80})$/,
    "agent-config",
    "instructions that agents follow",
  ],
  [
    /(?:^|\/)\.(?:bashrc|bash_profile|profile|zshrc|zprofile|zshenv|bash_login|xinitrc|xprofile|inputrc)$|\/config\.fish$|_profile\.ps1$/,
    "autostart",
    "what every shell runs",
  ],
  [
    /(?:^|\/)\.git\/(?:hooks(?:\/|$)|config$)|(?:^|\/)\.(?:husky\/|gitconfig$|gitattributes$)/,
    "autostart",
    "what git runs",
  ],
  [/(?:^|\/)\.github\/workflows\/|(?:^|\/)\.gitlab-ci\.yml$/, "autostart", "what the build runs"],
  [
    /\/(?:launchagents|launchdaemons|autostart|cron\.d|cron\.(?:daily|hourly)|systemd\/(?:system|user)|init\.d|startup)\/|\/spool\/cron/,
    "autostart",
    "what starts by itself",
  ],
];

/** A path without `.` steps and doubled separators, in lower case with `/`. `..` steps are resolved as far as they can be. */
export function plainPath(path: string): { readonly path: string; readonly ups: number; readonly rooted: boolean } {
  const slashed = path.replaceAll("\\", "/").toLowerCase();
  const rooted = /^(?:\/|[a-z]:\/|~)/.test(slashed);
  const steps: string[] = [];
  let ups = 0;
  for (const step of slashed.split("/")) {
    if (step === "" || step === ".") continue;
    if (step !== "..") steps.push(step);
    else if (steps.length > 0) steps.pop();
    else ups++;
  }
  return { path: `${slashed.startsWith("/") ? "/" : ""}${steps.join("/")}`, ups, rooted };
}

/** What is known of a path, with every `..` both resolved and as it stands. */
export function knownPath(path: string): KnownPath | undefined {
  if (path.length > 4096) return undefined;
  const resolved = plainPath(
    path
      .replace(/^file:\/\/(?:localhost)?/i, "")
      .replace(/^(?:\$home|\$\{home\}|%userprofile%|\$env:userprofile)/i, "~"),
  );
  for (const [pattern, kind, what] of KNOWN) {
    if (pattern.test(resolved.path)) return { kind, what };
    // Climbing out of an unknown folder may end at the root.
    if (resolved.ups > 0 && pattern.test(`/${resolved.path}`)) return { kind, what };
  }
  return undefined;
}
