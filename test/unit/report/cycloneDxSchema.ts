import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";

/** The schemas of CycloneDX 1.6 and of what it refers to, from OWASP's own library. */
const manifest = createRequire(import.meta.url).resolve("@cyclonedx/cyclonedx-library/package.json");
const folder = path.join(path.dirname(manifest), "res", "schema");
const read = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(path.join(folder, `${name}.SNAPSHOT.schema.json`), "utf8")) as Record<string, unknown>;

const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats.default(ajv);
ajv.addFormat("iri-reference", true);
ajv.addFormat("idn-email", true);
// They name each other by their files.
ajv.addSchema(read("spdx"), "http://cyclonedx.org/schema/spdx.SNAPSHOT.schema.json");
ajv.addSchema(read("jsf-0.82"), "http://cyclonedx.org/schema/jsf-0.82.SNAPSHOT.schema.json");

/** Says whether a document is valid CycloneDX 1.6; `validateCycloneDx.errors` says why not. */
export const validateCycloneDx = ajv.compile(read("bom-1.6"));
