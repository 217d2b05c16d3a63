/**
 * Hosts of servers that a vendor or project runs for everybody: they ask for OAuth after the first answer, or serve what is
 * public. Those that the catalogue of abilities has are not repeated here. Sources: Docker's MCP catalogue
 * (https://github.com/docker/mcp-registry) and the vendors' own documentation.
 */
const HOSTS: ReadonlySet<string> = new Set(
  `ai-assistant.short.io api.dashboard.plaid.com api.findadomain.dev api.fireflies.ai api.grafbase.com
   api.manifold.markets api.openmesh.dev api.polarsignals.com api.telnyx.com app.hubspot.com app.wayfound.ai
   excalidraw-mcp-app.vercel.app getdialer.app mcp-docs.docker.com mcp.ai.pulumi.com mcp.aisfleet.com
   mcp.audioscrape.com mcp.box.com mcp.canva.com mcp.carbonvoice.app mcp.close.com mcp.dappier.com mcp.docs.astro.build
   mcp.dodopayments.com mcp.globalping.dev mcp.granola.ai mcp.incident.io mcp.instantdb.com mcp.intercom.com
   mcp.invideo.io mcp.jam.dev mcp.llmtxt.dev mcp.mercadolibre.com mcp.mercadopago.com mcp.miro.com mcp.morningstar.com
   mcp.needle.app mcp.octagonagents.com mcp.openzeppelin.com mcp.remote-mcp.com mcp.semgrep.ai mcp.webflow.com
   mcp.wix.com rube.app waystation.ai www.javadocs.dev`.split(/\s+/),
);

/** Below these a vendor has a host for each of its servers. */
const SUFFIXES = [".mcp.cloudflare.com", ".mcp.claude.com", ".gitmcp.io", ".sentry.dev"];

/** True for a host whose servers are a known vendor's. */
export function isKnownHost(host: string): boolean {
  const name = host.toLowerCase();
  return HOSTS.has(name) || SUFFIXES.some((suffix) => name.endsWith(suffix));
}
