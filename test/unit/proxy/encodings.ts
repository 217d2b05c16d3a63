/** One way to write a call of the tool `send_mail` that a lenient server might understand. */
export interface Encoding {
  readonly what: string;
  readonly bytes: Buffer;
  /** A notification or an empty line gets no answer. */
  readonly answers: boolean;
}

const escapeAll = (text: string): string =>
  Array.from(text, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");

/** Many ways to write the denied call. Each is tried alone on a connection. */
export function encodings(): Encoding[] {
  const list: Encoding[] = [];
  const add = (what: string, text: string | Buffer, answers = true): void => {
    list.push({ what, bytes: Buffer.from(text), answers });
  };
  const params = `{"name":"send_mail","arguments":{"to":"x"}}`;
  const message = (fields: string): string => `{"jsonrpc":"2.0",${fields}}`;
  const call = (id: string, rest = `"method":"tools/call","params":${params}`): string => message(`"id":${id},${rest}`);
  const named = (name: string): string => call("1", `"method":"tools/call","params":{"name":${name},"arguments":{}}`);
  const method = (name: string): string => call("1", `"method":${name},"params":${params}`);

  add("as it is", call("1"));
  for (const id of [`"1"`, "0", "-1", "1.0", "1e2", "-0", `""`, `"\\u0031"`, `"__proto__"`]) add(`id ${id}`, call(id));
  for (const id of ["null", "1.5", "true", "[]", "{}", "[1]", "1e400", "9007199254740993", "-9007199254740992"])
    add(`id ${id}`, call(id));
  add("no id", message(`"method":"tools/call","params":${params}`));
  add("id after", message(`"method":"tools/call","params":${params},"id":1`));
  add("no jsonrpc", `{"id":1,"method":"tools/call","params":${params}}`);
  add("jsonrpc 1.0", `{"jsonrpc":"1.0","id":1,"method":"tools/call","params":${params}}`);
  add("jsonrpc a number", `{"jsonrpc":2.0,"id":1,"method":"tools/call","params":${params}}`);
  for (const name of [
    "tools/call ",
    " tools/call",
    "tools/call\\u200b",
    "tools/call\\u0000",
    "tools/call\\n",
    "Tools/Call",
    "TOOLS/CALL",
    "tools//call",
    "tools.call",
    "tools/call/",
    "/tools/call",
    "tools\\\\call",
    "tools／call",
    "tools_call",
    "toolsCall",
    "tools/cal\\u004c",
  ])
    add(`method ${name}`, method(`"${name}"`));
  add("method escaped", method(`"${escapeAll("tools/call")}"`));
  add("method as array", method(`["tools/call"]`));
  add("method as object", method(`{"0":"tools/call"}`));
  for (const name of [
    "send_mail ",
    " send_mail",
    "send_mail\\u200b",
    "send_mail\\u0000",
    "send_mail\\t",
    "send_mail\\ufeff",
    "ｓend_mail",
    "send_mail\\u00ad",
    "send\\u2060_mail",
    "send_mail\\ufe0f",
    "\\ud800send_mail",
  ])
    add(`name ${name}`, named(`"${name}"`));
  for (const name of [`["send_mail"]`, `{"name":"send_mail"}`, "null", "1", "true"]) add(`name ${name}`, named(name));
  add("name escaped", named(`"${escapeAll("send_mail")}"`));
  add("name in capitals", named(`"SEND_MAIL"`));
  add("name in camel case", named(`"sendMail"`));
  add("name missing, argument instead", call("1", `"method":"tools/call","params":{"arguments":{"name":"send_mail"}}`));
  add("key Name", call("1", `"method":"tools/call","params":{"Name":"send_mail","arguments":{}}`));
  add("key Name beside name", call("1", `"method":"tools/call","params":{"name":"list","Name":"send_mail"}`));
  add("key name twice", call("1", `"method":"tools/call","params":{"name":"list","name":"send_mail"}`));
  add("key name twice, escaped", call("1", `"method":"tools/call","params":{"name":"list","n\\u0061me":"send_mail"}`));
  add("key METHOD", call("1", `"METHOD":"tools/call","params":${params}`));
  add("key method twice", call("1", `"method":"ping","method":"tools/call","params":${params}`));
  add("key Method beside method", call("1", `"method":"ping","Method":"tools/call","params":${params}`));
  add("key Params beside params", call("1", `"method":"tools/call","params":{"name":"list"},"Params":${params}`));
  add("key params twice", call("1", `"method":"tools/call","params":{"name":"list"},"params":${params}`));
  add("key param\u017f", call("1", `"method":"tools/call","params":{"name":"list"},"param\u017f":${params}`));
  add("params as array", call("1", `"method":"tools/call","params":["send_mail",{}]`));
  add("params as string", call("1", `"method":"tools/call","params":${JSON.stringify(params)}`));
  add("arguments as string", call("1", `"method":"tools/call","params":{"name":"send_mail","arguments":"{}"}`));
  add("a batch of one", `[${call("1")}]`);
  add("a batch of two", `[${call("1")},${call("2")}]`);
  add("a batch in a batch", `[[${call("1")}]]`);
  add("a response too", call("1", `"method":"tools/call","params":${params},"result":{}`));
  add("two documents", `${call("1")}${call("2")}`);
  add("two documents, a space between", `${call("1")} ${call("2")}`);
  add(
    "inside another by a carriage return",
    `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":\r${call("2")}\r}}`,
  );
  add("after a carriage return", `{"jsonrpc":"2.0","id":1,"method":"ping"}\r${call("2")}`);
  add("with a byte order mark", Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(call("1"))]));
  add("in UTF-16", Buffer.from(call("1"), "utf16le"));
  add("invalid UTF-8 in the method", Buffer.from(call("1").replace("tools/call", "tools\xff/call"), "latin1"));
  add("overlong slash", Buffer.from(call("1").replace("tools/call", "tools\xc0\xafcall"), "latin1"));
  add("invalid UTF-8 in the name", Buffer.from(named(`"send_mail\xff"`), "latin1"));
  add("a trailing comma", call("1").replace(/\}$/, ",}"));
  add("a comment", call("1").replace("{", "{/* */"));
  add("single quotes", call("1").replaceAll(`"`, "'"));
  add("NaN", call("1", `"method":"tools/call","params":{"name":"send_mail","arguments":{"n":NaN}}`));
  add("a NUL byte after", `${call("1")}\u0000`);
  add("a form feed before", `\f${call("1")}`);
  add("a no-break space before", `\u00a0${call("1")}`);
  add("a header before", `Content-Length: 10 ${call("1")}`);
  add(
    "201 levels deep",
    call(
      "1",
      `"method":"tools/call","params":{"name":"send_mail","arguments":{"a":${"[".repeat(200)}${"]".repeat(200)}}}`,
    ),
  );
  add(
    "too large",
    call("1", `"method":"tools/call","params":{"name":"send_mail","arguments":{"a":"${"x".repeat(17_000_000)}"}}`),
  );
  return list;
}
