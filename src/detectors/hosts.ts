import { FOLD } from "./folding.ts";

/** What a host is known for, where that matters to whoever sends something there. */
export type HostKind = "interceptor" | "paste" | "tunnel" | "chat-hook" | "metadata" | "private" | "shortener";

/**
 * Public services whose address anyone can take without a name, by what they are for. From the services' own
 * documentation.
 */
const SERVICES: Readonly<Record<"interceptor" | "paste" | "tunnel" | "shortener", string>> = {
  interceptor:
    "webhook.site requestbin.com requestbin.net requestcatcher.com pipedream.net burpcollaborator.net oastify.com oast.pro oast.live oast.site oast.online " +
    "oast.fun oast.me interact.sh interactsh.com hookbin.com beeceptor.com dnslog.cn ceye.io canarytokens.com requestinspector.com postb.in mockbin.org " +
    "ptsv2.com ptsv3.com webhook.cool dnsbin.zhack.ca bin.webhookrelay.com hookdeck.com svix.com",
  paste:
    "pastebin.com paste.ee hastebin.com ghostbin.com dpaste.com dpaste.org termbin.com ix.io 0x0.st transfer.sh file.io bashupload.com " +
    "anonfiles.com gofile.io catbox.moe privatebin.net rentry.co controlc.com paste.rs temp.sh oshi.at tmpfiles.org",
  tunnel:
    "ngrok.io ngrok.app ngrok-free.app ngrok.dev ngrok-free.dev trycloudflare.com loca.lt localtunnel.me serveo.net localhost.run lhr.life pagekite.me " +
    "bore.pub tunnelto.dev telebit.io devtunnels.ms",
  shortener: "bit.ly tinyurl.com t.co goo.gl is.gd ow.ly buff.ly cutt.ly rb.gy shorturl.at rebrand.ly t.ly v.gd",
};

const BY_HOST = new Map<string, HostKind>(
  Object.entries(SERVICES).flatMap(([kind, hosts]) =>
    hosts.split(" ").map((host): [string, HostKind] => [host, kind as HostKind]),
  ),
);

/** Where chat services take messages from anybody who has the address. */
const CHAT_HOOK =
  /^(?:(?:ptb\.|canary\.)?discord(?:app)?\.com\/api\/(?:v\d{1,2}\/)?webhooks\/|hooks\.slack\.com\/(?:services|triggers|workflows)\/|api\.telegram\.org\/bot|[\w-]{1,60}\.webhook\.office\.com\/)/;

/** Addresses at which clouds hand their machines' credentials out, and names for them (vendors' documentation). */
const METADATA = new Set([
  "169.254.169.254",
  "169.254.170.2",
  "169.254.169.253",
  "fd00:ec2::254",
  "100.100.100.200",
  "192.0.0.192",
  "metadata.google.internal",
  "metadata.goog",
  "instance-data",
  "metadata.azure.internal",
  "169.254.169.254.nip.io",
]);

/** The host as an IPv4 address where it is a spelling of one: decimal, hexadecimal, octal, with fewer parts. */
export function ipv4Of(host: string): readonly number[] | undefined {
  const parts = host.split(".");
  if (parts.length > 4 || parts.length === 0) return undefined;
  const numbers: number[] = [];
  for (const part of parts) {
    if (!/^(?:0x[0-9a-f]{1,8}|\d{1,11})$/.test(part)) return undefined;
    numbers.push(
      part.startsWith("0x") ? Number.parseInt(part, 16) : /^0\d/.test(part) ? Number.parseInt(part, 8) : Number(part),
    );
  }
  const last = numbers.pop() ?? 0;
  if (Number.isNaN(last) || numbers.some((number) => Number.isNaN(number) || number > 255)) return undefined;
  const room = 4 - numbers.length;
  if (last >= 256 ** room) return undefined;
  for (let i = room - 1; i >= 0; i--) numbers.push(Math.floor(last / 256 ** i) % 256);
  return numbers;
}

/** What a host is known for. `address`: host and path, since some services are only one path of a host. */
export function kindOf(host: string, address = host): HostKind | undefined {
  if (CHAT_HOOK.test(address)) return "chat-hook";
  const ip = ipv4Of(host);
  if (ip) {
    const [a = 0, b = 0] = ip;
    if (METADATA.has(ip.join("."))) return "metadata";
    const isPrivate =
      a === 10 ||
      a === 127 ||
      a === 0 ||
      (a === 172 && b >= 16 && b < 32) ||
      (a === 192 && b === 168) ||
      (a === 169 && b === 254);
    return isPrivate ? "private" : undefined;
  }
  if (METADATA.has(host)) return "metadata";
  if (host === "localhost" || host === "::1" || /^(?:f[cd][0-9a-f]{2}|fe80):/.test(host)) return "private";
  const mapped = /^::ffff:([\d.]{7,15})$/.exec(host);
  if (mapped?.[1]) return kindOf(mapped[1]);
  const labels = host.split(".");
  for (let i = Math.max(0, labels.length - 4); i < labels.length - 1; i++) {
    const kind = BY_HOST.get(labels.slice(i).join("."));
    if (kind) return kind;
  }
  return undefined;
}

/** Names that people trust at sight, and the domains that are really theirs. */
const BRANDS: Readonly<Record<string, string>> = {
  github:
    "github.com github.io githubusercontent.com githubassets.com github.dev githubstatus.com github.blog githubapp.com githubcopilot.com ghe.com",
  gitlab: "gitlab.com gitlab.io",
  google:
    "google.com googleapis.com google.dev googleusercontent.com googleblog.com withgoogle.com googletagmanager.com google-analytics.com googlesource.com googlecode.com",
  microsoft: "microsoft.com microsoftonline.com microsoft.dev microsoftedge.com microsoftazuread-sso.com",
  paypal: "paypal.com paypal.me paypalobjects.com paypal-engineering.com",
  amazonaws: "amazonaws.com amazonaws.com.cn",
  okta: "okta.com oktapreview.com okta-emea.com oktacdn.com",
  atlassian: "atlassian.com atlassian.net atlassian.design",
  openai: "openai.com chatgpt.com openai.azure.com oaistatic.com",
  anthropic: "anthropic.com claude.ai claude.com",
  stripe: "stripe.com stripe.dev stripecdn.com stripe.network",
  dropbox: "dropbox.com dropboxapi.com dropboxusercontent.com",
  linkedin: "linkedin.com licdn.com",
  facebook: "facebook.com facebook.net",
  npmjs: "npmjs.com npmjs.org",
  cloudflare: "cloudflare.com cloudflare.net cloudflareinsights.com cloudflarestorage.com cloudflare-dns.com",
  dockerhub: "docker.com docker.io",
  slack: "slack.com slack-edge.com slackb.com slack.dev slack-files.com",
  icloud: "icloud.com",
  coinbase: "coinbase.com",
  metamask: "metamask.io",
};

/** Words that lend a made-up host the air of a login. */
const TRUST_WORDS =
  /(?:^|[-.])(?:login|signin|sign-in|auth|sso|secure|security|account|accounts|verify|verification|support|oauth|id|billing|update|recovery|portal|session|access|token|tokens)(?:[-.]|$)/;

/** ASCII letters that a brand's name is respelt with. */
const SWAPPED: Readonly<Record<string, string>> = { "0": "o", "1": "l", "3": "e", "5": "s", "4": "a", "7": "t" };

/**
 * Says what is wrong with a host that poses as another; undefined where nothing is. `strict`: the person is sent there,
 * so a trusted name inside a stranger's host is enough without more.
 */
export function lookAlike(host: string, strict = false): string | undefined {
  if (host === "" || host.length > 253) return undefined;
  const labels = host.split(".");
  if (labels.length < 2) return undefined;
  if (labels.some((label) => /[^\u0000-\u007f]/.test(label) && hasMixedScripts(label)))
    return "mixes letters of several scripts";
  const decoded = labels.some((label) => label.startsWith("xn--")) ? unicodeOf(host) : host;
  // Accents are a language's own; letters of another script that look like Latin ones are not.
  let swaps = 0;
  const skeleton = Array.from(decoded, (character) => {
    const unit = character.charCodeAt(0);
    const folded = FOLD[unit] ?? unit;
    if (unit < 0x370 || folded >= 0x80) return character;
    swaps++;
    return String.fromCharCode(folded);
  }).join("");
  if (swaps > 0 && /^[\u0020-\u007e]*$/.test(skeleton)) return `reads ${skeleton}, in letters of another script`;
  const entries = Object.entries(BRANDS).map(([brand, domains]) => ({ brand, own: domains.split(" ") }));
  if (entries.some(({ own }) => own.some((domain) => host === domain || host.endsWith(`.${domain}`)))) return undefined;
  const plain = host
    .replace(/[013457]/g, (digit) => SWAPPED[digit] ?? digit)
    .replaceAll("rn", "m")
    .replaceAll("vv", "w");
  const registered = labels.slice(-2).join(".");
  const label = labels.at(-2) ?? "";
  const parts = host.split(/[.-]/);
  const plainParts = plain.split(/[.-]/);
  for (const { brand, own } of entries) {
    if (!parts.includes(brand)) {
      if (plainParts.includes(brand)) return `is spelt like ${brand}`;
      continue;
    }
    const first = own[0] ?? brand;
    // `github.com.evil.example`: a whole domain in front of another one.
    if (host.startsWith(`${first}.`) || host.includes(`.${first}.`)) return `puts ${first} in front of ${registered}`;
    const lends = TRUST_WORDS.test(label) && label.split("-").includes(brand);
    if (lends || (strict && (label !== brand || TRUST_WORDS.test(host))))
      return `has ${brand} in its name, and is none of its`;
  }
  return undefined;
}

function hasMixedScripts(label: string): boolean {
  const latin = /[a-z]/i.test(label);
  return (
    (latin && /[\u0370-\u03ff\u0400-\u052f\u0530-\u058f]/.test(label)) ||
    /[\u0400-\u052f][\u0370-\u03ff]|[\u0370-\u03ff][\u0400-\u052f]/.test(label)
  );
}

function unicodeOf(host: string): string {
  // The URL parser validates; the decoding itself is RFC 3492.
  return host
    .split(".")
    .map((label) => (label.startsWith("xn--") ? (punycode(label.slice(4)) ?? label) : label))
    .join(".");
}

/** RFC 3492's decoder; undefined for what is none. */
function punycode(input: string): string | undefined {
  const output: number[] = [];
  const dash = input.lastIndexOf("-");
  for (let i = 0; i < Math.max(0, dash); i++) output.push(input.charCodeAt(i));
  let n = 128;
  let bias = 72;
  let index = 0;
  for (let at = dash > 0 ? dash + 1 : 0; at < input.length;) {
    const before = index;
    for (let weight = 1, k = 36; ; k += 36) {
      const unit = input.charCodeAt(at++);
      const digit = unit >= 97 && unit <= 122 ? unit - 97 : unit >= 48 && unit <= 57 ? unit - 22 : 99;
      if (digit >= 36) return undefined;
      index += digit * weight;
      const threshold = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
      if (digit < threshold) break;
      weight *= 36 - threshold;
      if (weight > 0x7fffffff || index > 0x7fffffff) return undefined;
    }
    const length = output.length + 1;
    let delta = before === 0 ? Math.floor((index - before) / 700) : Math.floor((index - before) / 2);
    delta += Math.floor(delta / length);
    let k = 0;
    for (; delta > 455; k += 36) delta = Math.floor(delta / 35);
    bias = k + Math.floor((36 * delta) / (delta + 38));
    n += Math.floor(index / length);
    index %= length;
    if (n > 0x10ffff) return undefined;
    output.splice(index++, 0, n);
  }
  return String.fromCodePoint(...output);
}
