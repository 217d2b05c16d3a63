import type { SyntaxNode } from "../../parsing/syntax.ts";
import { type Entry, type Expression, spanOf } from "../program.ts";
import type { RustBuilder } from "./rust.ts";

/**
 * What Rust's macros are given. The grammar leaves it as tokens: here they are put together again, as far as names,
 * members, calls, strings and nested macros go.
 */
export class MacroTokens {
  constructor(readonly builder: RustBuilder) {}

  /** `info!("…", x)`, `json!({…})`, `format!("…")`. */
  invocation(node: SyntaxNode): Expression {
    const [macro, tree] = node.children;
    const path = macro ? this.builder.slice(macro) : "";
    if (!macro || !tree) return this.builder.mix(node, []);
    return this.#macro(path, tree, node, macro);
  }

  #macro(path: string, tree: SyntaxNode, node: SyntaxNode, macro: SyntaxNode): Expression {
    const name = path.split("::").at(-1) ?? path;
    const at = spanOf(node);
    if (name === "json") return this.#json(tree);
    const entries = this.entries(tree);
    if (name === "vec") return { kind: "list", items: entries.map((one) => one.value), at };
    if (/^(?:format|format_args|concat)$/.test(name)) return this.#formatted(entries, node);
    if (/^(?:anyhow|bail|panic|unreachable|todo|ensure)$/.test(name) && name !== "anyhow") {
      this.builder.block.throws = true;
    }
    const on = (object: string, method: string, args: readonly Entry[]): Expression =>
      this.builder.call(
        {
          kind: "member",
          object: { kind: "name", name: object, at: spanOf(macro) },
          name: method,
          nameAt: spanOf(macro),
          at,
        },
        args,
        node,
      );
    const told = this.#captured(entries, node);
    if (LEVELS.has(name)) return on("logger", name, told);
    if (name === "event" || name === "log") {
      const level = /\bLevel::(\w+)/.exec(this.builder.slice(tree))?.[1]?.toLowerCase() ?? "info";
      return on("logger", level, told);
    }
    if (/^(?:trace|debug|info|warn|error)_span$|^span$/.test(name)) return on("tracer", "start_span", told);
    if (/^(?:counter|histogram|gauge|increment_counter)$/.test(name)) return on("metrics", "record", told);
    return this.builder.call({ kind: "name", name: `${name}!`, at: spanOf(macro) }, told, node);
  }

  /** Arguments with the names that a format string captures: `"answer {text}"`. */
  #captured(entries: readonly Entry[], node: SyntaxNode): Entry[] {
    return entries.flatMap((entry): Entry[] => {
      if (entry.value.kind !== "text") return [entry];
      const names = [...entry.value.value.slice(0, MAX_FORMAT).matchAll(/\{([a-z_]\w*)(?::[^{}]{0,20})?\}/g)];
      const parts = names.map((match): Expression => this.builder.name(match[1] ?? "", node));
      return [{ ...entry, value: { ...entry.value, parts } }];
    });
  }

  /** A format string with what is put into it. */
  #formatted(entries: readonly Entry[], node: SyntaxNode): Expression {
    const [first, ...rest] = entries;
    if (first?.value.kind !== "text")
      return this.builder.mix(
        node,
        entries.map((one) => one.value),
      );
    const positional = rest.filter((one) => one.name === undefined);
    let next = 0;
    const parts: Expression[] = [];
    const value = first.value.value
      .slice(0, MAX_FORMAT)
      .replace(/\{([a-z_]\w*|\d*)(?::[^{}]{0,20})?\}/g, (_all, name: string) => {
        const named = rest.find((one) => one.name === name)?.value;
        const own = /^[a-z_]/.test(name) ? (named ?? this.builder.name(name, node)) : positional[next++]?.value;
        parts.push(own ?? this.builder.mix(node, []));
        return "\0";
      });
    return { kind: "text", value, parts, at: spanOf(node) };
  }

  /** The text between two tokens: punctuation, which is no token here. */
  #between(a: SyntaxNode | undefined, b: SyntaxNode): string {
    return a ? this.builder.text.slice(a.end, b.start).replace(/\/\*[^*]{0,500}\*\/|\/\/[^\n]{0,500}/g, "") : "";
  }

  /** Arguments of a macro: by commas and semicolons, with the name before `=`, `=>` or `:`. */
  entries(tree: SyntaxNode): Entry[] {
    const groups: SyntaxNode[][] = [[]];
    let last: SyntaxNode | undefined;
    for (const node of tree.children) {
      if (last && /[,;]/.test(this.#between(last, node))) groups.push([]);
      groups.at(-1)?.push(node);
      last = node;
    }
    return groups.filter((group) => group.length > 0).map((group) => this.#entry(group));
  }

  #entry(group: readonly SyntaxNode[]): Entry {
    const [first] = group;
    // `user.id = %id`: a field's name may be dotted.
    for (let i = 1; i < Math.min(group.length, 6); i++) {
      const node = group[i];
      const before = node ? this.#between(group[i - 1], node).replace(/\s/g, "") : "";
      if (/^(?:=>?|:)[%?&*]*$/.test(before)) {
        const name =
          first?.type === "string_literal"
            ? this.builder.string(first)
            : group
                .slice(0, i)
                .map((one) => this.builder.slice(one))
                .join(".");
        return { name, value: this.#expression(group.slice(i)), spread: false };
      }
      if (before !== ".") break;
    }
    return { name: undefined, value: this.#expression(group), spread: false };
  }

  /** The expression of a run of tokens; what is not understood is a mix of its parts. */
  #expression(group: readonly SyntaxNode[]): Expression {
    const { builder } = this;
    const parts: Expression[] = [];
    let current: Expression | undefined;
    let last: SyntaxNode | undefined;
    for (const node of group) {
      const before = this.#between(last, node).trim();
      const text = builder.slice(node);
      const at = { start: current?.at.start ?? node.start, end: node.end };
      const joined = current !== undefined && /^\??(?:\.|::)$/.test(before);
      if (joined && current && node.type !== "token_tree") {
        if (text !== "await") current = { kind: "member", object: current, name: text, nameAt: spanOf(node), at };
      } else if (node.type === "token_tree" && current && before === "!" && last) {
        current = this.#macro(builder.slice(last), node, { ...node, start: last.start }, last);
      } else if (node.type === "token_tree" && current && /^\??(?:::<[^<>]{0,60}>)?$/.test(before)) {
        current = this.#applied(current, node, at);
      } else {
        if (current) parts.push(current);
        current = this.#atom(node);
      }
      last = node;
    }
    if (current) parts.push(current);
    const [only] = parts;
    const [first] = group;
    if (parts.length === 1 && only) return only;
    return builder.mix(first ?? builder.root, parts);
  }

  #applied(callee: Expression, tree: SyntaxNode, at: { start: number; end: number }): Expression {
    const open = this.builder.text[tree.start];
    const entries = this.entries(tree);
    if (open === "[") {
      const index = entries[0]?.value ?? this.builder.mix(tree, []);
      return { kind: "index", object: callee, index, at };
    }
    if (open === "{") return this.builder.mix(tree, [callee, ...entries.map((one) => one.value)]);
    if (
      entries.length === 0 &&
      callee.kind === "member" &&
      /^(?:clone|to_string|as_str|as_ref|unwrap|expect|into)$/.test(callee.name)
    ) {
      return callee.object;
    }
    return this.builder.call(callee, entries, { ...tree, ...at });
  }

  #atom(node: SyntaxNode): Expression {
    if (node.type === "token_tree") {
      const entries = this.entries(node);
      return this.builder.mix(
        node,
        entries.map((one) => one.value),
      );
    }
    return this.builder.expression(node);
  }

  /** What `json!` is given: objects and lists, with expressions among them. */
  #json(tree: SyntaxNode): Expression {
    const [only] = tree.children;
    if (tree.children.length === 1 && only?.type === "token_tree" && this.builder.text[tree.start] === "(") {
      return this.#value(only);
    }
    return this.#value(tree);
  }

  #value(tree: SyntaxNode): Expression {
    const at = spanOf(tree);
    const open = this.builder.text[tree.start];
    const inner = (entry: Entry): Entry => ({ ...entry });
    const entries = this.#jsonEntries(tree).map(inner);
    if (open === "{") return { kind: "object", entries, at };
    if (open === "[") return { kind: "list", items: entries.map((one) => one.value), at };
    const [first] = entries;
    return entries.length === 1 && first
      ? first.value
      : this.builder.mix(
          tree,
          entries.map((one) => one.value),
        );
  }

  #jsonEntries(tree: SyntaxNode): Entry[] {
    const groups: SyntaxNode[][] = [[]];
    let last: SyntaxNode | undefined;
    for (const node of tree.children) {
      if (last && this.#between(last, node).includes(",")) groups.push([]);
      groups.at(-1)?.push(node);
      last = node;
    }
    return groups
      .filter((group) => group.length > 0)
      .map((group): Entry => {
        const [key, second] = group;
        const keyed = key && second && /^:[&*]*$/.test(this.#between(key, second).replace(/\s/g, ""));
        const rest = keyed ? group.slice(1) : group;
        const [only] = rest;
        const value =
          rest.length === 1 && only?.type === "token_tree" && this.builder.text[only.start] !== "("
            ? this.#value(only)
            : this.#expression(rest);
        const name = !keyed
          ? undefined
          : key.type === "string_literal"
            ? this.builder.string(key)
            : this.builder.slice(key);
        return { name, value, spread: false };
      });
  }
}

/** Longer format strings are looked at as far as this. */
const MAX_FORMAT = 4000;
const LEVELS: ReadonlySet<string> = new Set(["trace", "debug", "info", "warn", "error", "crit"]);
