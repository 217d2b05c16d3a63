import { type DataBoolean, type DataObject, type DataString, type DataValue, property } from "../documents/data.ts";
import type { NamedField, OAuth, PassedField, ServerEntry, ServerMap, TextField } from "./config.ts";
import { readLauncher } from "./launcher.ts";

function textField(value: DataValue | undefined): TextField | undefined {
  return value?.kind === "string" ? { value: value.value, node: value } : undefined;
}

/** A list of strings, or one string alone. */
function textFields(value: DataValue | undefined): TextField[] {
  const values = value?.kind === "array" ? value.elements : value ? [value] : [];
  return values.map(textField).filter((field) => field !== undefined);
}

/** `[{ "name": …, "value": … }]`, as a published server's manifest lists what it asks for. */
function listedField(object: DataValue): NamedField[] {
  const name = property(object, "name")?.value;
  const own = property(object, "value") ?? property(object, "default");
  const field = textField(own?.value);
  if (object.kind !== "object" || name?.kind !== "string" || !own || !field) return [];
  return [{ ...field, name: name.value, nameSpan: name.span, property: own, parent: object }];
}

function namedFields(value: DataValue | undefined): NamedField[] {
  if (value?.kind === "array") return value.elements.flatMap(listedField);
  if (value?.kind !== "object") return [];
  return value.properties.flatMap((one): NamedField[] => {
    const field = textField(one.value);
    return field ? [{ ...field, name: one.key, nameSpan: one.keySpan, property: one, parent: value }] : [];
  });
}

/** An entry as it is asked for its fields: its own object, and those in which old layouts of some clients have a part of it. */
class Fields {
  readonly #objects: readonly DataObject[];

  constructor(object: DataObject) {
    const nested = ["transport", "command"].map((key) => property(object, key)?.value);
    this.#objects = [object, ...nested.filter((one) => one?.kind === "object")];
  }

  /** Every spelling of a field that is there, in the order of the spellings. */
  all(...keys: readonly string[]): DataValue[] {
    return keys.flatMap((key) =>
      this.#objects.flatMap((object) => {
        const found = property(object, key);
        return found ? [found.value] : [];
      }),
    );
  }

  /** The first spelling that is there and no object. */
  plain(...keys: readonly string[]): DataValue | undefined {
    return this.all(...keys).find((one) => one.kind !== "object");
  }

  text(...keys: readonly string[]): TextField | undefined {
    return textField(this.plain(...keys));
  }

  words(...keys: readonly string[]): TextField[] {
    return this.all(...keys).flatMap(textFields);
  }

  named(...keys: readonly string[]): NamedField[] {
    return this.all(...keys).flatMap(namedFields);
  }

  object(...keys: readonly string[]): DataObject | undefined {
    return this.all(...keys).find((one) => one.kind === "object");
  }

  /** The value of a switch, where it is one. */
  boolean(key: string): boolean | undefined {
    const found = this.plain(key);
    return found?.kind === "boolean" ? found.value : undefined;
  }
}

/**
 * Variables and keyring entries that are given by name: Codex's `env_vars` (a name, or an object with one),
 * `bearer_token_env_var` and `env_http_headers`, Goose's `env_keys`.
 */
function passedFields(fields: Fields): PassedField[] {
  const names = fields.all("env_vars", "env_keys").flatMap((list) => {
    const elements = list.kind === "array" ? list.elements : [];
    return elements.map((one) => textField(one.kind === "object" ? property(one, "name")?.value : one));
  });
  const token = fields.text("bearer_token_env_var");
  return [
    ...names.filter((one) => one !== undefined).map((one) => ({ ...one, as: "variable" as const })),
    ...(token ? [{ ...token, as: "header" as const, header: "Authorization" }] : []),
    ...fields
      .named("env_http_headers")
      .map(({ value, node, name }) => ({ value, node, as: "header" as const, header: name })),
  ];
}

function oauthOf(fields: Fields): OAuth | undefined {
  const object = fields.object("oauth", "auth");
  if (!object) return undefined;
  const own = new Fields(object);
  const clientId = own.text("clientId", "client_id", "CLIENT_ID");
  const clientSecret = own.text("clientSecret", "client_secret", "CLIENT_SECRET");
  return {
    object,
    scopes: own.words("scopes", "scope"),
    ...(clientId && { clientId }),
    ...(clientSecret && { clientSecret }),
  };
}

interface Behind {
  readonly command: TextField | undefined;
  readonly args: readonly TextField[];
  readonly url: TextField | undefined;
}

/** What the entry starts or reaches; behind our own launcher: what that does. */
function behindLauncher(own: Behind): Behind & { readonly protected: boolean } {
  const { command, args, url } = own;
  const wrapped = readLauncher(
    command?.value,
    args.map((arg) => arg.value),
  );
  if (!wrapped) return { ...own, protected: false };
  return {
    command: wrapped.command === undefined ? undefined : args[wrapped.command],
    args: wrapped.command === undefined ? [] : args.slice(wrapped.command + 1),
    url: wrapped.url === undefined ? url : args[wrapped.url],
    protected: true,
  };
}

/** What is there of several things. */
function present<T extends object>(things: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(things).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

const isTrue = (value: DataValue): value is DataBoolean => value.kind === "boolean" && value.value;

type Where = Pick<ServerEntry, "name" | "nameSpan" | "span" | "property" | "map" | "object">;

/**
 * Reads one entry in the spellings that clients use. Of a field that is there in two spellings, headers, variables and
 * lists count all, and single values the first.
 */
function readEntry(where: Where): ServerEntry {
  const { map, name, object } = where;
  const fields = new Fields(object);
  const program = fields.object("command");
  const [command, ...more] = textFields(program ? property(program, "path")?.value : fields.plain("command", "cmd"));
  const behind = behindLauncher({
    command,
    args: [...more, ...fields.words("args")],
    url: fields.text("url", "serverUrl", "httpUrl", "uri", "tcp", "endpoint"),
  });
  const requestOptions = fields.object("requestOptions");
  const isOff =
    map.inactive === true ||
    fields.boolean("disabled") === true ||
    fields.boolean("enabled") === false ||
    map.off?.(name) === true;
  return {
    ...where,
    enabled: !isOff,
    protected: behind.protected,
    args: behind.args,
    env: fields.named("env", "environment", "envs", "environment_variables", "environmentVariables"),
    passed: passedFields(fields),
    headers: [
      ...fields.named("headers", "http_headers"),
      ...(requestOptions ? new Fields(requestOptions).named("headers") : []),
    ],
    toolsOn: fields.words("includeTools", "enabled_tools", "enabledTools", "available_tools", "tools"),
    toolsOff: fields.words("excludeTools", "disabled_tools", "disabledTools"),
    approved: fields.words("autoApprove", "alwaysAllow"),
    ...present({
      command: behind.command,
      url: behind.url,
      headersHelper: fields.text("headersHelper"),
      apiKey: fields.text("apiKey"),
      oauth: oauthOf(fields),
      cwd: fields.text("cwd"),
      envFile: fields.text("envFile"),
      transport: fields.text("type", "transport", "transportType"),
      sandbox: fields.object("sandbox"),
      trusted: fields.all("trust").find(isTrue),
    }),
  };
}

function nameOf(object: DataObject): DataString | undefined {
  const name = (property(object, "name") ?? property(object, "identifier"))?.value;
  return name?.kind === "string" ? name : undefined;
}

/**
 * Every entry of a map or list, in order; duplicates are all there. Values that are no objects are left out. An element of
 * a list without a name is called by its number, from 1.
 */
export function readEntries(map: ServerMap): ServerEntry[] {
  const { object, list, except = [], named } = map;
  if (list) {
    return list.elements.flatMap((element, i) => {
      if (element.kind !== "object") return [];
      const name = nameOf(element);
      const nameSpan = name?.span ?? { start: element.span.start, end: element.span.start + 1 };
      return [readEntry({ name: name?.value ?? `#${i + 1}`, nameSpan, span: element.span, map, object: element })];
    });
  }
  return object.properties.flatMap((own) => {
    if (own.value.kind !== "object" || except.includes(own.key)) return [];
    const { key, keySpan, span, value } = own;
    return [
      readEntry({
        name: named?.value ?? key,
        nameSpan: named?.span ?? keySpan,
        span,
        property: own,
        map,
        object: value,
      }),
    ];
  });
}
