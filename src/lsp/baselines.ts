import path from "node:path";
import { applyBaseline, type BaselineEntry, nameIn, parseBaseline } from "../audit/baseline.ts";
import { ignoreDigest } from "../audit/ignores.ts";
import type { Environment } from "../core/environment.ts";
import { isSallyportError } from "../core/errors.ts";
import type { Files } from "../core/files.ts";
import { atLeast, type Finding, type Problem } from "../core/finding.ts";
import { decodeText } from "../documents/decode.ts";
import { Places } from "../report/places.ts";
import { secretSpans } from "../report/secretSpans.ts";

/** At the top of a workspace folder: the name that the documentation gives it. */
export const BASELINE_NAME = "sallyport-baseline.json";

const MAX_BYTES = 16 * 1024 * 1024;

/** How far a folder's baseline is followed: as all that a project says to ignore. */
interface Consent {
  readonly trusted: boolean;
  /** Digests of the ignores that the person has accepted on this machine. */
  readonly accepted: ReadonlySet<string>;
}

/** Findings in source code with the fingerprints that the command line gives them; `text` is their file's. */
export function identified(
  findings: readonly Finding[],
  file: string,
  text: string,
  environment: Environment,
): Finding[] {
  const texts = new Map([[file, text]]);
  const secrets = secretSpans(findings, [], texts);
  const prints = new Places({ base: path.dirname(file), home: environment.home, texts, secrets }).fingerprints(
    findings,
  );
  return findings.map((one): Finding => {
    const fingerprint = prints.get(one);
    return fingerprint === undefined ? one : { ...one, fingerprint };
  });
}

/** The baselines of a workspace's folders, as they were read last. */
export class Baselines {
  #entries: ReadonlyMap<string, readonly BaselineEntry[]> = new Map();
  #consent: Consent = { trusted: false, accepted: new Set() };
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** Reads them anew, and gives what is wrong with them. One that cannot be read accepts nothing. */
  async read(files: Files, roots: readonly string[], consent: Consent): Promise<Problem[]> {
    const entries = new Map<string, readonly BaselineEntry[]>();
    const problems: Problem[] = [];
    for (const root of roots) {
      const file = path.join(root, BASELINE_NAME);
      try {
        if ((await files.kind(file)) === "missing") continue;
        const { text } = decodeText(file, await files.read(file, MAX_BYTES));
        entries.set(file, parseBaseline(file, text));
      } catch (error) {
        if (!isSallyportError(error)) throw error;
        const { message } = error;
        const code = error.code === "TOO_LARGE" || error.code === "MALFORMED" ? error.code : "UNREADABLE";
        problems.push({
          code,
          file,
          message: message.startsWith(`${file} `) ? message.slice(file.length + 1) : message,
        });
      }
    }
    this.#entries = entries;
    this.#consent = consent;
    return problems;
  }

  /**
   * The findings of one file, those marked that its folder's baseline accepts. It accepts nothing outside its folder; what
   * the project makes happen by itself, and anything severe in a folder that is not trusted, waits for the person.
   */
  weigh(file: string, findings: readonly Finding[]): readonly Finding[] {
    let weighed = findings;
    for (const [baseline, entries] of this.#entries) {
      if (!file.startsWith(path.dirname(baseline) + path.sep)) continue;
      const name = (one: string): string => nameIn(baseline, this.#environment, one);
      const { findings: marked } = applyBaseline(weighed, entries, name);
      weighed = marked.map((one, i): Finding => this.#follow(weighed[i] ?? one, one));
    }
    return weighed;
  }

  #follow(plain: Finding, marked: Finding): Finding {
    const { ignored } = marked;
    if (!ignored || plain.ignored) return plain;
    const { trusted, accepted } = this.#consent;
    const weighty = plain.rule.needsOwnConsent === true || (!trusted && atLeast(plain.severity, "high"));
    const digest = ignoreDigest(plain, ignored);
    if (!weighty || accepted.has(digest)) return marked;
    return plain.pendingIgnore ? plain : { ...plain, pendingIgnore: { ...ignored, digest } };
  }
}
