import type { FamilyCatalogue } from "./family.ts";
import { PHP_SDKS } from "./sdksPhp.ts";

/** PHP. */
export const PHP: FamilyCatalogue = {
  sdks: PHP_SDKS,
  wrappers: [],
  tracers: [],
  dropIns: [],
  marks: [],
  shapes: [],
  http: /^curl_exec$|^file_get_contents$|^(?:Illuminate\.Support\.Facades\.)?Http\.(?:\w+\(\)\.)*(?:post|send)$|^GuzzleHttp\.Client\(\)\.(?:post|postAsync|request|requestAsync)$|^Symfony\.Component\.HttpClient\.HttpClient\.create\w*\(\)\.request$/,
  loggers: /^(?:Monolog|Psr\.Log|Illuminate\.Support\.Facades$|Illuminate\.Log)/,
  levels: {},
  prints: /^(?:echo|print|printf|print_r|var_dump|var_export|dump|dd|fwrite|fputs)$/,
  tokens: [],
  fixes: {},
};
