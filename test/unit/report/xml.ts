/** An element of a document that `parseXml` has read. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
}

const NAME = /^[A-Za-z_][\w.-]*/u;
/** What XML 1.0 allows as a character (section 2.2). */
const CHARACTERS = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function decode(text: string): string {
  if (/[<]|&(?!(?:amp|lt|gt|quot|apos|#\d+);)/u.test(text)) throw new Error(`not escaped: ${text}`);
  return text.replace(/&(#?)(\w+);/gu, (_, number: string, name: string) =>
    number === "" ? (ENTITIES[name] ?? "") : String.fromCodePoint(Number(name)),
  );
}

/** Reads the XML that we write, strictly: throws for what is not well-formed. Without namespaces, CDATA and comments. */
export function parseXml(source: string): Element {
  if (!CHARACTERS.test(source)) throw new Error("a character that XML does not have");
  const head = '<?xml version="1.0" encoding="UTF-8"?>\n';
  if (!source.startsWith(head)) throw new Error("no declaration");
  let at = head.length;
  const expect = (what: string): void => {
    if (!source.startsWith(what, at)) throw new Error(`expected ${what} at ${source.slice(at, at + 30)}`);
    at += what.length;
  };
  const name = (): string => {
    const found = NAME.exec(source.slice(at, at + 100))?.[0];
    if (found === undefined) throw new Error(`expected a name at ${source.slice(at, at + 30)}`);
    at += found.length;
    return found;
  };
  const element = (): Element => {
    expect("<");
    const tag = name();
    const attributes: Record<string, string> = {};
    while (source[at] === " ") {
      at++;
      const key = name();
      expect('="');
      const end = source.indexOf('"', at);
      if (key in attributes) throw new Error(`${key} twice`);
      const raw = source.slice(at, end);
      if (/[\n\t]/u.test(raw)) throw new Error("a line feed in an attribute is read as a blank");
      attributes[key] = decode(raw);
      at = end + 1;
    }
    const children: Element[] = [];
    let text = "";
    if (source.startsWith("/>", at)) {
      at += 2;
      return { name: tag, attributes, children, text };
    }
    expect(">");
    while (!source.startsWith("</", at)) {
      if (source[at] === "<") children.push(element());
      else {
        const end = source.indexOf("<", at);
        if (end < 0) throw new Error(`${tag} does not end`);
        text += decode(source.slice(at, end));
        at = end;
      }
    }
    expect(`</${tag}>`);
    return { name: tag, attributes, children, text };
  };
  const root = element();
  if (source.slice(at).trim() !== "") throw new Error("something after the end");
  return root;
}
