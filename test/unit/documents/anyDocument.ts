import fc from "fast-check";

/** A document in one of the three formats, in some layout, with comments, that holds `servers` and a few scalars. */
export interface AnyDocument {
  readonly format: "json" | "toml" | "yaml";
  readonly text: string;
}

export type Entry = readonly [string, string | readonly string[] | Readonly<Record<string, string>>];
export type Server = readonly [string, readonly Entry[]];

const text = fc.oneof(
  fc.constantFrom(
    "npx",
    "-y",
    "a b",
    "it's",
    'say "x"',
    "true",
    "12",
    "https://a.example.com/x",
    "",
    "é",
    "a: b",
    "[x",
  ),
  fc.constantFrom("# no comment", "x,y", "*star", "--flag=1", "C:\\x", "- a", "${VAR}", "line\nline"),
);
const key = fc.constantFrom("a", "b-c", "d e", "__proto__x", "f.g", "h'i", "true", "7");
const entry: fc.Arbitrary<Entry> = fc.tuple(
  key,
  fc.oneof(text, fc.array(text, { maxLength: 4 }), fc.dictionary(key, text, { maxKeys: 3 })),
);
const servers: fc.Arbitrary<readonly Server[]> = fc.uniqueArray(
  fc.tuple(key, fc.uniqueArray(entry, { maxLength: 4, selector: ([k]) => k })),
  { minLength: 1, maxLength: 4, selector: ([k]) => k },
);
/** How a document is laid out. */
export const anyLayout = fc.record({
  eol: fc.constantFrom("\n", "\r\n"),
  /** Which of several ways to write a thing, taken one after the other. */
  ways: fc.array(fc.nat(11), { minLength: 12, maxLength: 12 }),
  last: fc.boolean(),
});

class Pen {
  #n = 0;
  constructor(
    readonly ways: readonly number[],
    readonly eol: string,
    /** The key of the servers. */
    readonly key = "servers",
    /** In YAML: as a list of servers with names, as a map, or either. */
    readonly list?: boolean,
  ) {}
  way(of: number): number {
    return (this.ways[this.#n++ % this.ways.length] ?? 0) % of;
  }
  /** Blanks or a comment at the end of a line. */
  end(mark: string): string {
    return ["", "", "", ` ${mark} why`, "  "][this.way(5)] ?? "";
  }
  /** Lines between members. */
  between(indent: string, mark: string): string {
    return ["", "", "", this.eol, `${indent}${mark} note - x:${this.eol}`][this.way(5)] ?? "";
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, string>> =>
  typeof value === "object" && !Array.isArray(value);
const quoted = (value: string): string => JSON.stringify(value);

function tomlString(pen: Pen, value: string): string {
  const way = pen.way(3);
  if (way === 0 && !/['\n]/.test(value)) return `'${value}'`;
  if (way === 1) return `"""${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", pen.eol)}"""`;
  return quoted(value);
}
const tomlKey = (value: string): string => (/^[\w-]+$/.test(value) ? value : quoted(value));

function toml(list: readonly Server[], pen: Pen): string {
  let out = `model = "m"${pen.end("#")}${pen.eol}`;
  for (const [name, entries] of list) {
    out += pen.between("", "#");
    if (pen.way(4) === 0) {
      const parts = entries.map(([k, v]) => `${tomlKey(k)} = ${tomlValue(pen, v)}`);
      out = `${pen.key}.${tomlKey(name)} = {${parts.length > 0 ? ` ${parts.join(", ")} ` : ""}}${pen.end("#")}${pen.eol}${out}`;
      continue;
    }
    out += `[${pen.key}.${tomlKey(name)}]${pen.end("#")}${pen.eol}`;
    const tables: string[] = [];
    for (const [k, v] of entries) {
      if (isRecord(v) && pen.way(2) === 0) {
        const lines = Object.entries(v).map(
          ([a, b]) => `${tomlKey(a)} = ${tomlString(pen, b)}${pen.end("#")}${pen.eol}`,
        );
        tables.push(`[${pen.key}.${tomlKey(name)}.${tomlKey(k)}]${pen.eol}${lines.join("")}`);
      } else out += `${pen.between("  ", "#")}${tomlKey(k)} = ${tomlValue(pen, v)}${pen.end("#")}${pen.eol}`;
    }
    out += tables.join(pen.between("", "#"));
  }
  return out;
}

function tomlValue(pen: Pen, value: Entry[1]): string {
  if (typeof value === "string") return tomlString(pen, value);
  if (isRecord(value)) {
    const parts = Object.entries(value).map(([k, v]) => `${tomlKey(k)} = ${tomlString(pen, v)}`);
    return `{${parts.join(", ")}}`;
  }
  const parts = value.map((one) => tomlString(pen, one));
  const gap = pen.way(2) === 0 ? " " : `${pen.end("#")}${pen.eol}  `;
  return `[${gap}${parts.join(`,${gap}`)}${parts.length > 0 && pen.way(2) === 0 ? "," : ""}${gap.trim() === "" && !gap.includes("\n") ? "" : pen.eol}]`;
}

const isPlain = (value: string): boolean =>
  /^[A-Za-z$/-][\w ./$={}"'\\:-]*$/.test(value) && !/^(?:true|- )|: |\s$/.test(value);

function yamlString(pen: Pen, value: string, indent: string, flow: boolean): string {
  const way = pen.way(4);
  if (way <= 1 && isPlain(value) && !(flow && /[{}[\],:"']/.test(value))) return value;
  if (way === 2 && !value.includes("\n")) return `'${value.replaceAll("'", "''")}'`;
  if (way === 3 && !flow && value.trim() !== "") {
    return `|-${pen.eol}${value
      .split("\n")
      .map((line) => `${indent}  ${line}`)
      .join(pen.eol)}`;
  }
  return quoted(value);
}

function yamlFlow(pen: Pen, value: Entry[1]): string {
  const one = (v: string): string => yamlString(pen, v, "", true);
  if (typeof value === "string") return one(value);
  if (isRecord(value)) {
    return `{${Object.entries(value)
      .map(([k, v]) => `${quoted(k)}: ${one(v)}`)
      .join(", ")}}`;
  }
  return `[${value.map(one).join(", ")}]`;
}

function yamlMap(pen: Pen, entries: readonly (readonly [string, unknown])[], indent: string, first = indent): string {
  if (entries.length === 0) return `${first}{}${pen.eol}`;
  return entries
    .map(([k, v], i) => {
      const lead = `${i === 0 ? first : indent}${yamlString(pen, k, "", true)}:`;
      return `${i === 0 ? "" : pen.between(indent, "#")}${lead}${yamlBehindKey(pen, v, indent)}`;
    })
    .join("");
}

function yamlBehindKey(pen: Pen, value: unknown, indent: string): string {
  const { eol } = pen;
  if (typeof value === "string") {
    const written = yamlString(pen, value, indent, false);
    return ` ${written}${written.startsWith("|") ? "" : pen.end("#")}${eol}`;
  }
  if (Array.isArray(value)) {
    const items = value as readonly string[];
    if (items.length === 0 || pen.way(2) === 0) return ` ${yamlFlow(pen, items)}${pen.end("#")}${eol}`;
    const at = pen.way(2) === 0 ? indent : `${indent}  `;
    return `${pen.end("#")}${eol}${items
      .map((one) => {
        const written = yamlString(pen, one, at, false);
        return `${pen.between(at, "#")}${at}- ${written}${written.startsWith("|") ? "" : pen.end("#")}${eol}`;
      })
      .join("")}`;
  }
  const entries = Object.entries(value as object);
  if (entries.length === 0 || (isFlat(entries) && pen.way(2) === 0)) {
    return ` ${yamlFlow(pen, Object.fromEntries(entries) as Record<string, string>)}${pen.end("#")}${eol}`;
  }
  return `${pen.end("#")}${eol}${yamlMap(pen, entries, `${indent}  `)}`;
}

const isFlat = (entries: readonly (readonly [string, unknown])[]): boolean =>
  entries.every(([, value]) => typeof value === "string");

function yaml(list: readonly Server[], pen: Pen): string {
  if (pen.list ?? pen.way(3) === 0) {
    // A list of servers with names.
    const items = list.map(([name, entries]) => {
      const all = [["name", name] as const, ...entries.filter(([k]) => k !== "name")];
      return `${pen.between("", "#")}${yamlMap(pen, all, "  ", "- ")}`;
    });
    return `${pen.key}:${pen.end("#")}${pen.eol}${items.join("")}`;
  }
  const servers = Object.fromEntries(list.map(([name, entries]) => [name, Object.fromEntries(entries)]));
  return yamlMap(
    pen,
    [
      ["model", "m"],
      [pen.key, servers],
    ],
    "",
  );
}

function json(list: readonly Server[], pen: Pen): string {
  const gap = (): string =>
    ["", " ", `${pen.eol}  `, "/*c*/", ` // line${pen.eol}`, `${pen.eol}\t// line${pen.eol}  `][pen.way(6)] ?? "";
  const write = (value: unknown): string => {
    if (typeof value === "string") return quoted(value);
    if (Array.isArray(value)) return `[${gap()}${value.map(write).join(`${gap()},${gap()}`)}${gap()}]`;
    const parts = Object.entries(value as object).map(([k, v]) => `${quoted(k)}:${gap()}${write(v)}`);
    return `{${gap()}${parts.join(`${gap()},${gap()}`)}${parts.length > 0 && pen.way(3) === 0 ? "," : ""}${gap()}}`;
  };
  return write({
    model: "m",
    [pen.key]: Object.fromEntries(list.map(([name, entries]) => [name, Object.fromEntries(entries)])),
  });
}

const WRITERS = { json, toml, yaml };

interface Layout {
  readonly eol: string;
  readonly ways: readonly number[];
  readonly last: boolean;
}

/** Servers as a document in some layout. */
export function written(
  format: AnyDocument["format"],
  list: readonly Server[],
  { eol, ways, last }: Layout,
  key?: string,
  asList?: boolean,
): string {
  const text = WRITERS[format](list, new Pen(ways, eol, key, asList));
  return last ? text : text.replace(/[\r\n]+$/, "");
}

export const anyDocument: fc.Arbitrary<AnyDocument> = fc
  .tuple(fc.constantFrom("json" as const, "toml" as const, "yaml" as const), servers, anyLayout)
  .map(([format, list, layout]) => ({ format, text: written(format, list, layout) }));
