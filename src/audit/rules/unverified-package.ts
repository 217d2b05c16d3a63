import { MCPB_BUNDLED } from "../../clients/claudeDesktop.ts";
import { objectsIn, REGISTRY_MANIFEST } from "../../clients/registryManifest.ts";
import { type DataObject, type DataString, property, valueAt } from "../../documents/data.ts";
import type { AuditRule, Found, RuleContext } from "../rule.ts";

const text = (object: DataObject, ...keys: readonly string[]): DataString | undefined => {
  const found = keys.map((key) => property(object, key)?.value).find((one) => one?.kind === "string");
  return found?.kind === "string" ? found : undefined;
};

/** Those that the registry takes; `docker` and the like are what its first schemas called `oci`. */
const KNOWN = ["npm", "pypi", "oci", "nuget", "mcpb", "cargo"];
const OCI = /^(?:oci|docker|docker-hub)$/;
/** A version that can be another tomorrow: a range, a tag, several. The registry itself refuses them. */
const LOOSE = /^(?:latest|\*|)$|^[\^~<>]|[*xX]$|\|\||\s-\s/;
const SHA256 = /^[0-9a-fA-F]{64}$/;

function* ofBundle(one: DataObject, name: DataString | undefined): Iterable<Found> {
  const digest = text(one, "fileSha256", "file_sha256");
  if (!digest) {
    yield {
      span: name?.span ?? one.span,
      message: "A bundle has no fileSha256: clients install whatever lies at its address",
    };
  } else if (!SHA256.test(digest.value)) {
    yield { span: digest.span, message: "A bundle's fileSha256 is no SHA-256 of 64 hexadecimal digits" };
  }
  if (name && /^http:/i.test(name.value)) {
    yield { span: name.span, severity: "high", message: "A bundle is fetched over plain HTTP" };
  }
}

function* ofImage(name: DataString | undefined, version: DataString | undefined): Iterable<Found> {
  if (!name || name.value.includes("@sha256:") || version?.value.startsWith("sha256:")) return;
  const tag = /:([\w.-]{1,128})$/.exec(name.value)?.[1] ?? version?.value;
  const loose = tag === undefined || tag === "latest";
  yield {
    span: name.span,
    severity: loose ? "medium" : "low",
    ...(!loose && { persona: "pedantic" as const }),
    message: loose
      ? "An image has no tag and no digest: clients start whatever was pushed last"
      : `An image has no digest: what the tag ${JSON.stringify(tag)} stands for can change`,
  };
}

function* ofPackage(one: DataObject): Iterable<Found> {
  const registry = text(one, "registryType", "registry_type", "registry_name");
  const name = text(one, "identifier", "name");
  const version = text(one, "version");
  if (registry && !KNOWN.includes(registry.value) && !OCI.test(registry.value)) {
    yield {
      span: registry.span,
      severity: "low",
      confidence: "medium",
      message: `${JSON.stringify(registry.value.slice(0, 60))} is no type of registry that clients know: there are ${KNOWN.join(", ")}`,
    };
  }
  if (registry?.value === "mcpb") return yield* ofBundle(one, name);
  if (registry && OCI.test(registry.value)) return yield* ofImage(name, version);
  if (!name || !registry) return;
  const shown = JSON.stringify(name.value.slice(0, 100));
  if (!version) yield { span: name.span, message: `The package ${shown} has no version` };
  else if (LOOSE.test(version.value.trim())) {
    yield {
      span: version.span,
      message: `The package ${shown} has no exact version: ${JSON.stringify(version.value.slice(0, 60))}`,
    };
  }
}

function* check({ file }: RuleContext): Iterable<Found> {
  const { root } = file.document;
  if (file.kind === REGISTRY_MANIFEST) {
    for (const one of objectsIn(valueAt(root, "packages"))) yield* ofPackage(one);
  }
  if (file.kind === MCPB_BUNDLED && file.archive && !file.archive.signed) {
    const name = valueAt(root, "name");
    yield {
      span: name?.span ?? { start: 0, end: Math.min(1, file.document.text.length) },
      severity: "info",
      persona: "pedantic",
      message: "The bundle is not signed: nothing in it says who made it",
    };
  }
}

export const unverifiedPackage: AuditRule = {
  info: {
    id: "unverified-package",
    title: "Published package without a fixed version or digest",
    summary:
      "Reports packages of a `server.json` that have no exact version, bundles without `fileSha256` or with one that is none, images without a digest (low where there is a tag), and types of registries that do not exist. For those who look closely also MCP bundles without a signature, which most are.",
    why: "Whoever can change what lies behind the name, a release's file or a tag decides what everybody who installs the server runs.",
    remedy:
      "Publish the exact version, the SHA-256 of the bundle (`sha256sum server.mcpb`) and the digest of the image.",
    severity: "medium",
    persona: "regular",
    references: ["MCP04:2025", "ASI04", "CWE-494", "CWE-353"],
  },
  example: {
    before: `{ "registryType": "npm", "identifier": "@example/tracker-mcp", "version": "latest" }`,
    after: `{ "registryType": "npm", "identifier": "@example/tracker-mcp", "version": "1.4.2" }`,
  },
  check,
};
