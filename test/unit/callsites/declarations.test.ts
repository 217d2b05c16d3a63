import assert from "node:assert/strict";
import { test } from "node:test";
import { Declarations } from "../../../src/callsites/modules/declarations.ts";
import type { Family } from "../../../src/callsites/program.ts";

function noted(family: Family, files: Readonly<Record<string, string>>): Declarations {
  const declarations = new Declarations();
  for (const [file, text] of Object.entries(files)) declarations.note(file, family, text);
  return declarations;
}

test("go: a package is found by the end of its path, and its own files see each other", () => {
  const go = noted("go", {
    "/app/internal/llm/ask.go": "package llm\n\nfunc Ask(q string) string { return build(q) }\n",
    "/app/internal/llm/build.go": "package llm\n\nfunc build(q string) string { return q }\n",
    "/app/cmd/main.go":
      'package main\n\nimport (\n\t"fmt"\n\t"x.org/team/app/internal/llm"\n)\n\nfunc main() { fmt.Print(llm.Ask("a")) }\n',
    "/app/cmd/main_test.go": "package main\n\nfunc TestAsk() { main() }\n",
  });
  assert.deepEqual(go.used("/app/cmd/main.go"), ["/app/internal/llm/ask.go"]);
  assert.deepEqual(go.users("/app/internal/llm/ask.go"), ["/app/cmd/main.go"]);
  assert.deepEqual(go.inSight("/app/internal/llm/ask.go", "build"), ["/app/internal/llm/build.go"]);
  assert.deepEqual(go.inModule("/app/cmd/main.go", "x.org/team/app/internal/llm", "Ask"), ["/app/internal/llm/ask.go"]);
  assert.deepEqual(go.inModule("/app/cmd/main.go", "x.org/team/app/internal/llm", "Other"), []);
  assert.deepEqual(go.users("/app/cmd/main_test.go"), []);
});

test("java and kotlin: packages, of which the own one needs no import", () => {
  const jvm = noted("java", {
    "/a/Llm.java": "package com.acme.llm;\npublic class Llm { }\n",
    "/a/Log.java": "package com.acme.llm;\nclass Log { Llm llm; }\n",
    "/b/Api.java": "package com.acme.api;\nimport com.acme.llm.Llm;\nclass Api { Llm llm; }\n",
    "/b/Other.java": "package com.acme.api;\nclass Other { Llm llm; }\n",
  });
  jvm.note("/b/Job.kt", "kotlin", "package com.acme.api\n\nimport com.acme.llm.Llm\n\nfun run(llm: Llm) = llm\n");
  assert.deepEqual(jvm.users("/a/Llm.java").toSorted(), ["/a/Log.java", "/b/Api.java", "/b/Job.kt"]);
  assert.deepEqual(jvm.inSight("/a/Log.java", "Llm"), ["/a/Llm.java"]);
  assert.deepEqual(jvm.inSight("/b/Other.java", "Llm"), []);
});

test("c#: usings, those of all files, and the namespaces around", () => {
  const csharp = noted("csharp", {
    "/Llm.cs":
      "namespace Acme.Llm;\npublic static class LlmExtensions { public static void AddLlm(this Services s) { } }\n",
    "/Globals.cs": "global using Acme.Llm;\n",
    "/Program.cs": "services.AddLlm();\n",
    "/Core.cs": "namespace Acme { public class Clock { } }\n",
    "/Deep.cs": "namespace Acme.Api.V1 { class Deep { Clock c; } }\n",
  });
  assert.deepEqual(csharp.used("/Program.cs"), ["/Llm.cs"]);
  assert.deepEqual(csharp.used("/Deep.cs"), ["/Core.cs"]);
});

test("ruby, php and rust: constants, namespaces, paths in the crate", () => {
  const ruby = noted("ruby", { "/llm.rb": "module Acme\n  class Llm\n  end\nend\n", "/job.rb": "Acme::Llm.new\n" });
  assert.deepEqual(ruby.used("/job.rb"), ["/llm.rb"]);
  const php = noted("php", {
    "/Llm.php": "<?php\nnamespace App\\Ai;\nfinal class Llm {}\n",
    "/Job.php": "<?php\nnamespace App\\Jobs;\nuse App\\Ai\\Llm;\nnew Llm();\n",
  });
  assert.deepEqual(php.used("/Job.php"), ["/Llm.php"]);
  const rust = noted("rust", {
    "/c/src/llm/client.rs": "pub async fn ask() {}\n",
    "/c/src/llm/mod.rs": "mod client;\npub use self::client::ask;\npub struct Llm;\n",
    "/c/src/main.rs": "use crate::llm::client::ask;\nfn main() { ask() }\n",
    "/c/src/llm/jobs.rs": "use super::client;\nfn run() { client::ask() }\n",
  });
  assert.deepEqual(rust.used("/c/src/main.rs"), ["/c/src/llm/client.rs"]);
  assert.deepEqual(rust.users("/c/src/llm/client.rs").toSorted(), [
    "/c/src/llm/jobs.rs",
    "/c/src/llm/mod.rs",
    "/c/src/main.rs",
  ]);
  assert.deepEqual(rust.inModule("/c/src/llm/jobs.rs", "super.client", "ask"), ["/c/src/llm/client.rs"]);
});

test("a file that is noted again is known by its new text alone", () => {
  const jvm = noted("java", { "/A.java": "package p;\nclass A { }\n", "/B.java": "package p;\nclass B { A a; }\n" });
  assert.deepEqual(jvm.used("/B.java"), ["/A.java"]);
  jvm.note("/A.java", "java", "package q;\nclass A { }\n");
  assert.deepEqual(jvm.used("/B.java"), []);
  jvm.note("/B.java", "java", "package p;\nimport q.A;\nclass B { A a; }\n");
  assert.deepEqual(jvm.users("/A.java"), ["/B.java"]);
});
