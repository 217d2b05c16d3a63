import { SallyportError } from "../core/errors.ts";
import type { Message } from "./framing.ts";
import { MAX_FINDINGS, MAX_POLICY_TEXT, MAX_PREVIEW, MAX_SHOWN_ARGUMENTS, type Role } from "./messages.ts";

/** Throws a string that says what is wrong with the value. */
type Check = (value: unknown) => void;

function text(max: number): Check {
  return (value) => {
    if (typeof value !== "string") throw "is no string";
    if (value.length > max) throw `is over ${max} characters`;
  };
}

function count(max = Number.MAX_SAFE_INTEGER): Check {
  return (value) => {
    if (typeof value !== "number" || !(value >= 0) || value > max) throw "is no number in range";
  };
}

const integer: Check = (value) => {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw "is no whole number";
};

const flag: Check = (value) => {
  if (typeof value !== "boolean") throw "is not true or false";
};

const hex64: Check = (value) => {
  if (typeof value !== "string" || !/^[0-9a-f]{64}$/.test(value)) throw "is no digest";
};

function one(...values: readonly string[]): Check {
  return (value) => {
    if (!values.includes(value as string)) throw `is none of ${values.join(", ")}`;
  };
}

function list(item: Check, max: number): Check {
  return (value) => {
    if (!Array.isArray(value)) throw "is no list";
    if (value.length > max) throw `has over ${max} entries`;
    for (const entry of value) item(entry);
  };
}

/** Members whose name ends in `?` may be missing. Members that are not named here are ignored: a newer peer's. */
function object(shape: Readonly<Record<string, Check>>): Check {
  const members = Object.entries(shape).map(([key, check]) => ({
    key: key.replace(/\?$/, ""),
    optional: key.endsWith("?"),
    check,
  }));
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw "is no object";
    for (const { key, optional, check } of members) {
      const member = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
      if (member === undefined) {
        if (optional) continue;
        throw `has no ${key}`;
      }
      try {
        check(member);
      } catch (why) {
        throw typeof why === "string" ? `${key} ${why}` : why;
      }
    }
  };
}

const label = text(256);
const bounded = object({ text: text(MAX_SHOWN_ARGUMENTS), truncated: flag, total: count() });
const finding = object({
  rule: text(64),
  "variant?": text(64),
  severity: one("critical", "high", "medium", "low", "info"),
  confidence: one("high", "medium", "low"),
  evidence: text(2048),
  "pointer?": text(1024),
  "start?": integer,
  "end?": integer,
  "secret?": text(128),
});
const findings = list(finding, MAX_FINDINGS + 1);
const scope = one("managed", "user", "workspace", "unknown");
const stdio = object({
  id: hex64,
  scope,
  executable: text(4096),
  args: list(text(32_768), 1024),
  "package?": label,
  cwd: text(4096),
});
const url = object({ id: hex64, scope, origin: text(2048) });
const identity: Check = (value) => {
  const kind = (value as { kind?: unknown } | null)?.kind;
  if (kind === "stdio") stdio(value);
  else if (kind === "url") url(value);
  else throw "is of no kind";
};
const client = object({
  name: label,
  "version?": label,
  pid: integer,
  ancestors: list(object({ pid: integer, name: label }), 16),
});
const direction = one("to-server", "to-client");
const preview = text(MAX_PREVIEW);

const PROXY: Record<string, Check> = {
  open: object({
    server: label,
    identity,
    client,
    "workspace?": text(4096),
    "workspacePolicy?": object({ file: text(4096), text: text(MAX_POLICY_TEXT) }),
    "workspacePolicyUnreadable?": text(1024),
  }),
  client: object({ name: label, "version?": label }),
  decide: object({
    id: integer,
    direction,
    kind: one("request", "notification"),
    method: label,
    "tool?": label,
    "target?": text(2048),
    "conversation?": label,
    paramsDigest: hex64,
    bytes: integer,
    preview,
    "arguments?": bounded,
    findings,
    progress: flag,
  }),
  cancel: object({ id: integer }),
  result: object({
    id: integer,
    of: integer,
    outcome: one("result", "tool-error", "error", "lost"),
    digest: hex64,
    bytes: integer,
    preview,
    findings,
    serverMs: count(),
  }),
  definitions: object({
    list: one("tools", "prompts", "resources"),
    entries: list(
      object({
        name: label,
        fingerprint: hex64,
        description: preview,
        "annotations?": object({
          "readOnlyHint?": flag,
          "destructiveHint?": flag,
          "idempotentHint?": flag,
          "openWorldHint?": flag,
        }),
        "parameters?": list(label, 64),
        findings,
      }),
      10_000,
    ),
  }),
  counts: object({
    from: count(),
    to: count(),
    entries: list(object({ direction, method: label, count: integer }), 64),
  }),
  close: object({ reason: text(1024) }),
};

const subscribe = object({ replay: integer });
const withdraw = object({ grant: text(64) });
const base64 = text(256);

const REVIEWER: Record<string, Check> = {
  announce: object({
    publicKey: base64,
    name: label,
    "extensionHostPid?": integer,
    folders: list(text(4096), 64),
    trusted: flag,
  }),
  enrol: object({ reviewer: text(64), accept: flag, nonce: hex64, signature: base64 }),
  answer: object({
    ask: text(64),
    answer: one("once", "session", "always", "deny"),
    reason: text(1000),
    signature: base64,
  }),
  subscribe,
  "grants-withdraw": withdraw,
};

const nothing = object({});

const SHAPES: Record<Role, Record<string, Check>> = {
  proxy: PROXY,
  hook: PROXY,
  reviewer: REVIEWER,
  observer: { subscribe },
  control: { status: nothing, "grants-list": nothing, "grants-withdraw": withdraw, stop: nothing },
};

/** Checks that a message is one that the role may send, with every member in bounds. Throws MALFORMED. */
export function checkMessage(role: Role, message: Message): void {
  const shape = Object.hasOwn(SHAPES[role], message.type) ? SHAPES[role][message.type] : undefined;
  if (!shape) {
    throw new SallyportError("MALFORMED", `a ${role} sends no ${JSON.stringify(message.type.slice(0, 64))}`);
  }
  try {
    shape(message);
  } catch (why) {
    if (typeof why !== "string") throw why;
    throw new SallyportError("MALFORMED", `${message.type}: ${why}`);
  }
}
