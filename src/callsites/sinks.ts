import { MORE_FAMILIES, ofEach } from "./catalogue/families.ts";
import { functionsIn } from "./flow.ts";
import type { Call, Expression, Family, Scope } from "./program.ts";
import { type Resolver, statesTypes, written } from "./resolve.ts";

/**
 * Where a record can go. `log`: a logger, an audit table, an analytics event. `span`: attributes of a trace. `weak`:
 * console. `history`: a chat history. `metric`: numbers only.
 */
export interface Sink {
  readonly kind: "log" | "span" | "weak" | "history" | "metric";
  readonly level: "debug" | "info" | "error";
  /** As it is written: `logger.info`. */
  readonly name: string;
}

const LEVEL: Readonly<Record<string, Sink["level"]>> = {
  trace: "debug",
  debug: "debug",
  verbose: "debug",
  silly: "debug",
  fine: "debug",
  info: "info",
  notice: "info",
  log: "info",
  success: "info",
  http: "info",
  msg: "info",
  event: "info",
  emit: "info",
  record: "info",
  write: "info",
  child: "debug",
  warn: "error",
  warning: "error",
  error: "error",
  exception: "error",
  critical: "error",
  fatal: "error",
  alert: "error",
};

const LOGGER_PACKAGES =
  /^(?:logging|structlog|loguru|logbook|absl\.logging|aws_lambda_powertools|picologging|winston|pino|bunyan|log4js|loglevel|tslog|consola|signale|roarr|next-axiom|electron-log|@logtape\/|@nestjs\/common|@google-cloud\/logging|@aws-lambda-powertools\/logger|firebase-functions)/;
/** Modules that export loggers, by family. */
const LOGGERS: Readonly<Record<Family, RegExp>> = {
  python: LOGGER_PACKAGES,
  javascript: LOGGER_PACKAGES,
  ...ofEach("loggers"),
};

function levelOf(family: Family, method: string): Sink["level"] | undefined {
  const own = family === "python" || family === "javascript" ? undefined : MORE_FAMILIES[family].levels;
  return (
    (own && Object.hasOwn(own, method) ? own[method] : undefined) ??
    (Object.hasOwn(LEVEL, method) ? LEVEL[method] : undefined)
  );
}
/** Languages in which public names begin with a capital, or loggers are told by the fields' names. */
const TYPED: ReadonlySet<Family> = new Set(["go", "csharp"]);

/** A method's name as the other languages write it: `SetAttributes` as `setAttributes`. */
function plain(family: Family, method: string): string {
  return TYPED.has(family) ? method.slice(0, 1).toLowerCase() + method.slice(1) : method;
}
/** The last name of a logger: `log`, `logger`, `LOG`, `auditLog`, `audit_logger`, `usageLogger`. */
const LOGGER_NAME =
  /^(?:_*log|_*logs|_*logger|_*logging|\w*_log|\w*_logger|\w*Log|\w*Logger|_*audit|auditor|\w*audit_?trail|\w*AuditTrail|logfire)$/i;
const NOT_LOGGER = /^(?:dialog|catalog|blog|backlog|changelog|prolog|analog|math|np|numpy|torch|tf|jnp)$/i;

const MAX_NAME = 300;
const MAX_CALLEE = 300;
const RECORD_WORD =
  /[aA]udit|AUDIT|[uU]sage|[lL]edger|[tT]elemetry|(?:^|[_.\s("'`]|[a-z])(?:[lL]og(?:s|_?[eE]ntr\w*|_?[rR]ecord\w*)?|LOG)(?:$|[_.\s()"'`]|[A-Z])|[lL][lL][mM]_?(?:[cC]alls?|[eE]vents?|[rR]equests?|[iI]nteractions?)|[aA][iI]_?(?:[cC]alls?|[eE]vents?|[rR]equests?|[iI]nteractions?)|[mM]odel_?[cC]alls?|api_?calls?|[gG]eneration_?[rR]ecord|[tT]race_?(?:store|record)|[pP]rompt_?(?:[rR]uns?|[eE]xecutions?|[hH]istor\w*)/;
const WRITES =
  /^(?:create|createMany|insert|insert_one|insertOne|insertMany|insert_many|add|add_all|save|write|put|put_item|putItem|record|track|log|capture|publish|send|emit|append|appendRow|values|execute|xadd|rpush|lpush|push|index|store|persist|upsert|ingest|produce|report|put_record|putRecord|send_message|bulk_create|objects|set|exec|namedExec|queryRow|writeMessages|xAdd|saveChanges|addRange|dispatch|dispatchSync|perform_later|perform_async|notify)$/;
const DATABASE =
  /(?:^|[._])(?:db|database|session|prisma|repo|repository|collection|cursor|conn|connection|knex|supabase|drizzle|firestore|dynamo|dynamodb|table|store|storage|mongo|orm|em|pool|client\.from\(\)|from\(\)|objects)(?:$|[._(])|(?:Repository|Repo|Collection|Store|Model|Table|Dao|DAO)(?:$|[._(])|^(?:[A-Z]\w+\.(?:objects\.)?create$)/i;
const TYPED_STORE =
  /(?:Repository|Repo|Dao|DAO|Collection|EntityManager|JdbcTemplate|JdbcClient|MongoTemplate|DSLContext|Session)\b/;
const TYPED_WRITES = /^(?:update|saveAndFlush|saveAll|publishEvent|batchUpdate|insertInto|merge|persistAndFlush)$/;
const HISTORY_WRITES =
  /^(?:create|insert|insert_one|insertOne|add|save|execute|values|put_item|putItem|upsert|store|persist)$/;
const NAMED_HELPER =
  /^_*(?:log|audit|record|track|report|persist|save|store|emit|capture|trace|write)(?:_|(?=[A-Z]))\w*(?:usage|call|llm|ai|completion|audit|event|log|request|response|interaction|cost|prompt|generation|inference|exchange|result|record|telemetry|tokens?)\w*$|^_*(?:audit|log)(?:_|(?=[A-Z]))?\w*(?:call|response|usage|completion|event|llm|ai)\w*$/i;
const NOT_HELPER =
  /^_*(?:login|logout|logic|store_?state|save_?state|write_?response|send_?response|report_?progress|track_?progress|storeResponse|write_?file|save_?file|save_?output|write_?output|save_?result\w*|write_?result\w*)$/i;
const SPAN =
  /span(?:$|[._(])|(?:^|[._])(?:observation|generation|gen|obs|trace|activity|langfuse_context|langfuse)(?:$|[._(])/i;
const SPAN_WRITES =
  /^(?:set_attributes?|setAttributes?|add_event|addEvent|update|end|set_input|set_output|setTag|set_tag|update_current_\w+|updateActive\w+|updateCurrent\w+|generation|span|score|event|log|record|set_data|setData)$/;
const SPAN_OPENS =
  /^(?:start_as_current_\w+|start_span|startSpan|startActiveSpan|start_observation|startObservation|start_generation|trace|span|start|startActivity|in_span)$/;
const METRIC = /metric|counter|histogram|gauge|statsd|prom(?:etheus)?|meter|datadog/i;
const METRIC_WRITES =
  /^(?:inc|increment|observe|record|add|gauge|count|timing|histogram|distribution|set|put_metric_data|labels)$/;
const ANALYTICS = /(?:^|[._])(?:posthog|analytics|mixpanel|amplitude|segment|ahoy)(?:$|[._(])/i;

/** The sink that a call writes to, judged by names; undefined for anything else. */
export function sinkOf(resolver: Resolver, call: Call, scope: Scope): Sink | undefined {
  return resolver.noted(call, () => judge(resolver, call, scope));
}

function judge(resolver: Resolver, call: Call, scope: Scope): Sink | undefined {
  const { callee } = call;
  const declared = sourceGenerated(resolver, call, scope);
  if (declared) return declared;
  // A longer name is nobody's logger, and the patterns below are made for names.
  if (callee.at.end - callee.at.start > MAX_CALLEE && written(callee).length > MAX_NAME) return undefined;
  if (callee.kind === "name")
    return fileSink(resolver, call, callee, scope) ?? namedSink(resolver, call, callee.name, scope);
  if (callee.kind !== "member" || call.isNew) return undefined;
  const name = written(callee);
  const method = plain(resolver.program.language, callee.name);
  const object = written(callee.object);
  if (/^(?:window\.|globalThis\.)?console$/.test(object)) {
    if (!/^(?:log|info|warn|error|debug|trace|dir|table)$/.test(method)) return undefined;
    return { kind: "weak", level: method === "error" || method === "warn" ? "error" : "info", name };
  }
  if (/(?:^|\.)warnings$/.test(object) && method === "warn") return { kind: "weak", level: "error", name };
  if (/^capture_?(?:exception|message)$/i.test(method)) return { kind: "log", level: "error", name };
  // Rails tells its subscribers, who may write it down anywhere.
  if (/(?:^|\.)ActiveSupport\.Notifications$/.test(object) && /^(?:instrument|publish)$/.test(method))
    return { kind: "log", level: "info", name };
  // `f.response :logger, …, bodies: true`: Faraday writes what is sent and received.
  if (
    method === "response" &&
    call.arguments.some((one) => one.value.kind === "text" && one.value.value === "logger")
  ) {
    const bodies = call.arguments.some((one) => one.name === "bodies");
    return { kind: "log", level: bodies ? "info" : "debug", name };
  }
  if (ANALYTICS.test(object) && /^(?:capture|track|logEvent|log_event)$/.test(method))
    return { kind: "log", level: "info", name };
  return (
    loggerSink(resolver, call, callee, object, scope) ??
    spanSink(resolver, callee, object, scope) ??
    fileSink(resolver, call, callee, scope) ??
    storeSink(resolver, call, callee, object, scope)
  );
}

/** C#'s `[LoggerMessage(Level = LogLevel.Information)] partial void LogDone(…)`, whose body a generator writes. */
function sourceGenerated(resolver: Resolver, call: Call, scope: Scope): Sink | undefined {
  if (resolver.program.language !== "csharp") return undefined;
  const value = resolver.evaluate(call.callee, scope);
  if (value.kind !== "scope") return undefined;
  const mark = value.scope.decorators.find((one) => /^LoggerMessage(?:Attribute)?(?:\(\))?$/.test(written(one)));
  if (!mark) return undefined;
  const text = value.from.program.text.slice(mark.at.start, Math.min(mark.at.end, mark.at.start + 500));
  const level = /LogLevel\.(\w+)/.exec(text)?.[1] ?? "Information";
  return { kind: "log", level: levelOf("csharp", level) ?? "info", name: written(call.callee) };
}

function loggerSink(
  resolver: Resolver,
  call: Call,
  callee: Expression & { kind: "member" },
  object: string,
  scope: Scope,
): Sink | undefined {
  const { language } = resolver.program;
  const level = levelOf(language, callee.name);
  if (level === undefined) return undefined;
  const parts = object.replace(/\(\)/g, "").split(".");
  const last =
    (TYPED.has(language) ? parts.findLast((part) => LOGGER_NAME.test(part)) : undefined) ?? parts.at(-1) ?? "";
  const value = resolver.evaluate(callee.object, scope);
  const ofPackage = value.kind === "external" && LOGGERS[language].test(value.module);
  const ofClass = value.kind === "instance" && !value.scope.shape;
  const byName = LOGGER_NAME.test(last) && !NOT_LOGGER.test(last) && !ofClass;
  if (!ofPackage && !byName) return undefined;
  if (callee.name === "Send" && fluentLevel(object) === undefined) return undefined;
  if (callee.name === "write" || callee.name === "child") return undefined;
  return {
    kind: "log",
    level: fluentLevel(object) ?? (/^log(?:Attrs)?$/i.test(callee.name) ? namedLevel(resolver, call) : level),
    name: `${object}.${callee.name}`,
  };
}

/** `log.Debug().Str("model", m).Msg("done")`: the level is said on the way. */
function fluentLevel(object: string): Sink["level"] | undefined {
  const level = /\.(?:at|At)?(Trace|Debug|Info|Warn|Error|Fatal|Panic)\(\)/.exec(object)?.[1];
  return level === undefined ? undefined : levelOf("python", level.toLowerCase());
}

/** `logger.log(logging.DEBUG, …)`, `logger.log("debug", …)`, `logger.log({ level: "debug" })`. */
function namedLevel(resolver: Resolver, call: Call): Sink["level"] {
  const [first] = call.arguments;
  if (!first) return "info";
  const text = resolver.program.text.slice(
    first.value.at.start,
    Math.min(first.value.at.end, first.value.at.start + 60),
  );
  const written = call.arguments.slice(0, 2).map(({ value }) => (value.kind === "member" ? value.name : ""));
  if (written.some((one) => /^(?:Level)?(?:Debug|Trace)(?:Level)?$/.test(one))) return "debug";
  if (written.some((one) => /^(?:Level)?(?:Warn|Warning|Error|Critical)(?:Level)?$/.test(one))) return "error";
  if (/^["'`]?(?:logging\.)?(?:debug|trace|verbose|silly)\b|level:\s*["'](?:debug|trace|verbose|silly)/i.test(text))
    return "debug";
  if (/^["'`]?(?:logging\.)?(?:warn(?:ing)?|error|critical)["'`]?$|level:\s*["'](?:warn|error)/i.test(text))
    return "error";
  return "info";
}

function spanSink(
  resolver: Resolver,
  callee: Expression & { kind: "member" },
  object: string,
  scope: Scope,
): Sink | undefined {
  const name = `${object}.${callee.name}`;
  const method = plain(resolver.program.language, callee.name);
  if (/(?:^|\.)LLMObs$/.test(object) && callee.name === "annotate") return { kind: "span", level: "info", name };
  const isSpan = SPAN.test(object) || /get_current_span\(\)|getActiveSpan\(\)/.test(object);
  if (isSpan && SPAN_WRITES.test(method)) return { kind: "span", level: "info", name };
  if (method === "startActivity") return { kind: "span", level: "info", name };
  if (SPAN_OPENS.test(method) && /(?:^|[._])(?:_?tracer|langfuse|telemetry|otel|logfire|trace)$/i.test(object)) {
    return { kind: "span", level: "info", name };
  }
  if (/^(?:record_?exception|recordException|recordError|set_status|setStatus)$/.test(method) && isSpan) {
    return { kind: "span", level: "error", name };
  }
  const value = SPAN_WRITES.test(method) ? resolver.evaluate(callee.object, scope) : undefined;
  if (value?.kind === "external" && SPAN_OPENS.test(value.path.at(-1)?.replace("()", "") ?? "")) {
    return { kind: "span", level: "info", name };
  }
  return undefined;
}

/** A line appended to a file whose name says that it is a record. */
function fileSink(
  resolver: Resolver,
  call: Call,
  callee: Expression & { kind: "member" | "name" },
  scope: Scope,
): Sink | undefined {
  const record = (text: string | undefined): boolean =>
    text !== undefined && /log|audit|usage|trace|ledger|\.jsonl$/i.test(text);
  const textOf = (expression: Expression | undefined): string | undefined =>
    expression &&
    (resolver.text(expression, scope) ?? resolver.program.text.slice(expression.at.start, expression.at.end));
  const sink: Sink = { kind: "log", level: "info", name: written(callee) };
  const [first, second, third] = call.arguments;
  if (/^append_?File(?:Sync)?$/i.test(callee.name)) return record(textOf(first?.value)) ? sink : undefined;
  if (/^write_?File(?:Sync)?$/i.test(callee.name)) {
    const appends = third && /\bflag:\s*["'`]a/.test(textOf(third.value) ?? "");
    return appends && record(textOf(first?.value)) ? sink : undefined;
  }
  if (callee.name === "file_put_contents") {
    const appends = third && /\bFILE_APPEND\b/.test(textOf(third.value) ?? "");
    return appends && record(textOf(first?.value)) ? sink : undefined;
  }
  const file =
    callee.kind === "name"
      ? callee.name === "print"
        ? call.arguments.find((one) => one.name === "file")?.value
        : /^(?:fwrite|fputs|fputcsv|write(?:ln)?!)$/.test(callee.name)
          ? first?.value
          : undefined
      : /^(?:write(?:lines|_text)?|puts|push)$/.test(callee.name)
        ? callee.object
        : written(callee) === "json.dump"
          ? second?.value
          : undefined;
  if (file?.kind !== "name") return undefined;
  const owner = resolver.owner(file.name, scope);
  const opened = (owner?.bindings.get(file.name) ?? []).map(({ value }) => value);
  // `File.open("…", "a") { |f| f.puts(…) }`: the block is given what was opened.
  for (const use of owner?.parent?.calls ?? []) {
    if (owner && functionsIn(use.call).includes(owner)) opened.push(use.call);
  }
  for (const value of opened) {
    if (value?.kind !== "call" || !/(?:^|\.)(?:f?open|createWriteStream)$/.test(written(value.callee))) continue;
    const own = value.callee.kind === "member" && value.callee.name === "open" ? value.callee.object : undefined;
    if (record(textOf(value.arguments[0]?.value)) || record(textOf(own))) return sink;
  }
  return undefined;
}

function storeSink(
  resolver: Resolver,
  call: Call,
  callee: Expression & { kind: "member" },
  object: string,
  scope: Scope,
): Sink | undefined {
  const name = written(callee);
  const { language } = resolver.program;
  const method = plain(language, callee.name).replace(/(?:Async|Context)$/, "");
  // What answers the web's client is no store, whatever it holds.
  if (TYPED.has(language) && /^(?:(?:\w+\.)?Response|w|rw|writer|c|ctx|res|resp|context|response)$/.test(object))
    return undefined;
  if (language === "csharp" && /telemetry/i.test(object) && /^track[A-Z]/.test(method)) {
    return { kind: "log", level: method === "trackException" ? "error" : "info", name };
  }
  if (METRIC.test(object) && METRIC_WRITES.test(method)) return { kind: "metric", level: "info", name };
  const value = resolver.evaluate(callee, scope);
  if (value.kind === "scope" || value.kind === "client") return undefined;
  if (NAMED_HELPER.test(method) && !NOT_HELPER.test(method)) return { kind: "log", level: "info", name };
  const writes = WRITES.test(method) || (statesTypes(resolver.program.language) && TYPED_WRITES.test(method));
  if (!writes) return undefined;
  const { text } = resolver.program;
  const heads = call.arguments.slice(0, 2).map(({ value }) => {
    if (value.kind === "call") return written(value.callee).slice(0, 200);
    return value.kind === "text" ? value.value.slice(0, 200) : value.kind === "name" ? value.name.slice(0, 200) : "";
  });
  const whole = `${text.slice(callee.object.at.start, Math.min(callee.object.at.end, callee.object.at.start + 300))} ${heads.join(" ")}`;
  // `conversation.messages.create!(…)`: a record of an association, in Rails and Laravel.
  const association =
    (resolver.program.language === "ruby" || resolver.program.language === "php") &&
    /\.[a-z_]+s(?:\(\))?\.create$/.test(name) &&
    !call.arguments.some((one) => one.name === "model");
  // Where types are stated they say what a store is, and a class's own `create` makes something.
  const typed = statesTypes(resolver.program.language);
  const stored =
    association ||
    DATABASE.test(object) ||
    (typed
      ? TYPED_STORE.test(resolver.declaredType(callee.object, scope) ?? "")
      : DATABASE.test(`${object}.${method}`));
  if (RECORD_WORD.test(whole) && !/\b(?:math|blog|catalog|dialog|messages|chunks|lines|console)\b/i.test(object)) {
    return { kind: "log", level: "info", name };
  }
  return stored && (HISTORY_WRITES.test(method) || (typed && TYPED_WRITES.test(method)))
    ? { kind: "history", level: "info", name }
    : undefined;
}

/** A bare function that by its name writes a record: `log(…)`, `saveAiUsage(…)`. */
function namedSink(resolver: Resolver, call: Call, name: string, scope: Scope): Sink | undefined {
  if (call.isNew) return undefined;
  const value = resolver.evaluate(call.callee, scope);
  if (value.kind === "scope" || value.kind === "client") return undefined;
  if (value.kind === "external" && value.module === "debug") return { kind: "weak", level: "debug", name };
  if (name === "debug") return { kind: "weak", level: "debug", name };
  if (/^capture_?(?:exception|message)$/i.test(name)) return { kind: "log", level: "error", name };
  if (resolver.program.language === "php" && name === "report" && value.kind === "unknown") {
    return { kind: "log", level: "error", name };
  }
  if (resolver.program.language === "php" && /^(?:error_log|syslog|info)$/.test(name) && value.kind === "unknown") {
    return { kind: "log", level: "info", name };
  }
  if (/^(?:log|logger)$/.test(name) && value.kind !== "external") return { kind: "log", level: "info", name };
  if (NAMED_HELPER.test(name) && !NOT_HELPER.test(name)) return { kind: "log", level: "info", name };
  return undefined;
}
