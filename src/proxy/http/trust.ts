import { readFileSync } from "node:fs";
import tls from "node:tls";

/** Where systems keep the authorities that they trust, as one file. */
const BUNDLES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * The authorities that an https server may be vouched for by: Node's own, and the system's (a company's own authority is
 * there). Undefined, which means Node's own alone, where the system's cannot be read.
 */
export function trustedAuthorities(): string[] | undefined {
  // Newer than the oldest Node that we run on.
  const { getCACertificates } = tls as { getCACertificates?: (kind: "system") => string[] };
  const system = getCACertificates ? getCACertificates("system") : fromBundle();
  return system.length === 0 ? undefined : [...new Set([...tls.rootCertificates, ...system])];
}

function fromBundle(): string[] {
  for (const file of BUNDLES) {
    try {
      return readFileSync(file, "utf8").match(CERTIFICATE) ?? [];
    } catch {
      // Not this system's place.
    }
  }
  return [];
}
