import type { ServerEntry } from "../../clients/config.ts";
import type { Severity } from "../../core/finding.ts";
import { type DataString, partOfString } from "../../documents/data.ts";
import { placeOf } from "../hosts.ts";
import { reachOf } from "../reach.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

const MAX_VALUE = 4000;
/** Connection strings of databases, with a user in them. */
const DSN =
  /^(?:postgres(?:ql)?|mysql|mariadb|mssql|sqlserver|mongodb(?:\+srv)?|redis|rediss|neo4j(?:\+s)?|bolt|clickhouse|cockroachdb)(?:\+\w{1,20})?:\/\/([^\s:@/?#]{1,100})(?::[^\s@/?#]{0,300})?@([^\s/?#,:]{1,300})/i;
/** Users that may do everything by default: PostgreSQL, MySQL, SQL Server, MongoDB, Redis, Neo4j, ClickHouse, Supabase. */
const ADMINS = new Set([
  "postgres",
  "root",
  "sa",
  "admin",
  "administrator",
  "superuser",
  "default",
  "neo4j",
  "service_role",
  "system",
  "sys",
  "rdsadmin",
  "cloudsqlsuperuser",
]);
const USER_NAME = /(?:^|_)(?:DB|DATABASE|PG|POSTGRES|MYSQL|MSSQL|MONGO|NEO4J|CLICKHOUSE|REDIS)?_?USER(?:NAME)?$/;
const OF_DATABASE = /(?:^|_)(?:DB|DATABASE|PG|POSTGRES|MYSQL|MSSQL|MONGODB?|NEO4J|CLICKHOUSE)/;

/** The user of a connection string, as an administrator is called; the pool of Supabase writes `postgres.project`. */
const isAdmin = (user: string): boolean => ADMINS.has(user.toLowerCase().split(/\.|%40/, 1)[0] ?? "");

interface Role {
  readonly node: DataString;
  readonly from: number;
  readonly to: number;
  readonly user: string;
  readonly severity: Severity;
}

function* rolesOf(entry: ServerEntry): Iterable<Role> {
  for (const { node } of [...entry.env, ...entry.args]) {
    const value = node.value.slice(0, MAX_VALUE);
    const at = value.search(/[a-z][a-z0-9+]{2,20}:\/\//i);
    if (at < 0) continue;
    const match = DSN.exec(value.slice(at));
    const [, user, host] = match ?? [];
    if (user === undefined || host === undefined || !isAdmin(user)) continue;
    const from = at + value.slice(at).indexOf("://") + 3;
    const place = placeOf(host);
    if (place === "placeholder") continue;
    yield { node, from, to: from + user.length, user, severity: place === "public" ? "medium" : "info" };
  }
  const host = entry.env.find((one) => /(?:^|_)HOST(?:NAME)?$/.test(one.name.toUpperCase()))?.value;
  for (const { name, node } of entry.env) {
    const upper = name.toUpperCase();
    if (!USER_NAME.test(upper) || !OF_DATABASE.test(upper) || !isAdmin(node.value)) continue;
    const severity = host !== undefined && placeOf(host) === "public" ? "medium" : "info";
    yield { node, from: 0, to: node.value.length, user: node.value, severity };
  }
}

function* check({ file }: RuleContext): Iterable<Found> {
  for (const entry of file.entries) {
    let named = false;
    for (const { node, from, to, user, severity } of rolesOf(entry)) {
      named = true;
      yield {
        entry,
        span: partOfString(file.document.text, node, from, to),
        severity,
        confidence: "medium",
        message: `The server ${JSON.stringify(entry.name)} connects to its database as ${user}, which may do everything there`,
      };
    }
    if (named) continue;
    const { readOnly, server, abilities } = reachOf(file, entry);
    if (!server || !readOnly || readOnly.on || !abilities.includes("writes")) continue;
    if (!/sql|postgres|mongo|redis|neo4j|supabase|clickhouse/.test(server.id)) continue;
    yield {
      entry,
      span: entry.nameSpan,
      severity: "low",
      persona: "pedantic",
      message: `The server ${JSON.stringify(entry.name)} (${server.title}) may write to its database; ${readOnly.by} would keep it to reading`,
    };
  }
}

export const databaseRole: AuditRule = {
  info: {
    id: "database-role",
    title: "Database with an administrator's role",
    summary:
      "Reports a server that connects to a database as a user who may do everything there (`postgres`, `root`, `sa`, `service_role` and the like), in a connection string or a variable, and, for those who look closely, a database server whose read-only mode is off. Databases of this machine are only shown.",
    why: "What an agent reads in one row can make it change or drop all others: the role is the only limit that holds.",
    remedy: "Create a role that reads what is needed, and switch the server's read-only mode on.",
    severity: "medium",
    persona: "regular",
    references: ["MCP02:2025", "ASI03", "CWE-250", "CWE-269"],
  },
  example: {
    before: `"args": ["postgresql://postgres@db.example.com:5432/app"]`,
    after: `"args": ["postgresql://agent_reader@db.example.com:5432/app"]`,
  },
  check,
};
