import { atLeast, type Severity } from "../core/finding.ts";
import { compileGlobs } from "./globs.ts";
import type { Effect, Policy, PolicyLayer, PolicyMatch, PolicyRule } from "./schema.ts";

/** What a rule may look at. */
export interface Facts {
  readonly server: string;
  readonly launch: string;
  readonly client: string;
  readonly direction: "to-server" | "to-client";
  readonly method: string;
  readonly tool?: string | undefined;
  readonly findings: readonly { readonly rule: string; readonly severity: Severity }[];
  readonly traits: readonly string[];
  readonly tainted: boolean;
  readonly definition: { readonly changed: boolean; readonly flagged: boolean };
}

/** A rule that fits. */
export interface RuleHit {
  readonly layer: PolicyLayer;
  readonly rule: string;
  readonly effect: Effect;
  readonly always: boolean;
  readonly reason: string;
}

export interface Evaluation {
  readonly effect: Effect;
  /** Of an ask: some rule that asks does not let a grant answer. */
  readonly always: boolean;
  /** The hits that made the effect, the strictest layer first. Never empty. */
  readonly why: readonly RuleHit[];
  /** Every hit of every layer, also those that a stricter one or a higher layer overruled. */
  readonly hits: readonly RuleHit[];
}

const RANK: Record<Effect, number> = { allow: 0, ask: 1, deny: 2 };
/** The order in which reasons are given. */
const ORDER: readonly PolicyLayer[] = ["managed", "workspace", "user", "default"];

/** The part of a match that does not change from call to call of one tool. */
function compileStatic(match: PolicyMatch): (facts: Facts) => boolean {
  const server = match.server === undefined ? undefined : compileGlobs(match.server);
  const client = match.client === undefined ? undefined : compileGlobs(match.client);
  const tool = match.tool === undefined ? undefined : compileGlobs(match.tool);
  const method = match.method === undefined ? undefined : compileGlobs(match.method);
  const launch = match.launch === undefined ? undefined : new Set([match.launch].flat());
  return (facts) =>
    (!server || server(facts.server)) &&
    (!client || client(facts.client)) &&
    (!tool || (facts.tool !== undefined && tool(facts.tool))) &&
    (!method || method(facts.method)) &&
    (!launch || launch.has(facts.launch)) &&
    (match.direction === undefined || match.direction === facts.direction);
}

/** The part that depends on the message, the session and the definition; undefined where there is none. */
function compileDynamic(match: PolicyMatch): ((facts: Facts) => boolean) | undefined {
  const tests: ((facts: Facts) => boolean)[] = [];
  if (match.finding !== undefined) {
    const wanted = [match.finding].flat().map(({ rule, severity }) => {
      const named = rule === undefined ? undefined : compileGlobs(rule);
      return (finding: Facts["findings"][number]): boolean =>
        (!named || named(finding.rule)) && (severity === undefined || atLeast(finding.severity, severity));
    });
    tests.push((facts) => facts.findings.some((finding) => wanted.some((fits) => fits(finding))));
  }
  if (match.trait !== undefined) {
    const traits = [match.trait].flat();
    tests.push((facts) => traits.some((trait) => facts.traits.includes(trait)));
  }
  if (match.session !== undefined) tests.push((facts) => facts.tainted);
  if (match.definition !== undefined) {
    const states = [match.definition].flat();
    tests.push((facts) => states.some((state) => facts.definition[state]));
  }
  return tests.length === 0 ? undefined : (facts) => tests.every((test) => test(facts));
}

interface Compiled {
  readonly hit: RuleHit;
  readonly fits: (facts: Facts) => boolean;
  readonly dynamic: ((facts: Facts) => boolean) | undefined;
  readonly except: readonly {
    readonly fits: (facts: Facts) => boolean;
    readonly dynamic: ((facts: Facts) => boolean) | undefined;
  }[];
}

function compileRule(rule: PolicyRule, layer: PolicyLayer): Compiled {
  const match = rule.match ?? {};
  return {
    hit: {
      layer,
      rule: rule.id,
      effect: rule.effect,
      always: rule.always ?? false,
      reason: rule.reason ?? `the rule ${rule.id} says ${rule.effect}`,
    },
    fits: compileStatic(match),
    dynamic: compileDynamic(match),
    except: (rule.except ?? []).map((one) => ({ fits: compileStatic(one), dynamic: compileDynamic(one) })),
  };
}

/** What is left to test once everything is known that stays the same for one tool of one server. */
interface Candidate {
  readonly hit: RuleHit;
  readonly dynamic: ((facts: Facts) => boolean) | undefined;
  readonly except: readonly ((facts: Facts) => boolean)[];
}

/** Which rules can fit is remembered per (server, tool, method …); beyond this many the memory starts anew. */
const MAX_REMEMBERED = 4096;

/** The state of one layer: a policy, none, or a file that cannot be used and never could (decision 8). */
export type LayerState = Policy | "absent" | "failed";

/**
 * Methods that open a connection, list what there is, or end things. An unusable user or workspace policy makes
 * everything else ask; asking for these would only break clients, since nothing is done by them.
 */
const PLUMBING =
  /^(?:initialize|ping|server\/discover|subscriptions\/listen|logging\/setLevel|notifications\/[a-z_/]+|(?:tools|prompts|resources|resources\/templates|roots|tasks)\/list)$/;

const FAILED: Record<PolicyLayer, RuleHit> = {
  managed: failed("managed", "deny", "the managed policy cannot be read, so everything is denied"),
  user: failed("user", "ask", "your policy file cannot be read, so everything is asked"),
  workspace: failed("workspace", "ask", "the workspace's policy cannot be read, so everything is asked"),
  default: failed("default", "ask", "the default policy cannot be read, so everything is asked"),
};

function failed(layer: PolicyLayer, effect: Effect, reason: string): RuleHit {
  return { layer, rule: "unusable-policy", effect, always: true, reason };
}

/** All layers that apply to one server's messages, compiled. Immutable: a changed file makes a new one. */
export class RuleSet {
  readonly #layers: readonly { readonly layer: PolicyLayer; readonly rules: readonly Compiled[] | "failed" }[];
  readonly #remembered = new Map<string, readonly (readonly Candidate[])[]>();

  constructor(layers: Readonly<Record<PolicyLayer, LayerState>>) {
    this.#layers = ORDER.map((layer) => {
      const state = layers[layer];
      if (state === "failed") return { layer, rules: "failed" };
      if (state === "absent") return { layer, rules: [] };
      const tightens = layer === "managed" || layer === "workspace";
      const rules = state.rules.filter((rule) => !(tightens && rule.effect === "allow"));
      return { layer, rules: rules.map((rule) => compileRule(rule, layer)) };
    });
  }

  /**
   * The most restrictive of managed, workspace, and (user, where a user rule fits, else default). Within a layer the most
   * restrictive rule that fits wins. Where nothing fits at all: ask.
   */
  evaluate(facts: Facts): Evaluation {
    const candidates = this.#candidates(facts);
    const perLayer = this.#layers.map(({ layer, rules }, index): RuleHit[] => {
      if (rules === "failed") {
        const hit = FAILED[layer];
        return hit.effect === "ask" && PLUMBING.test(facts.method) ? [] : [hit];
      }
      const hits: RuleHit[] = [];
      for (const { hit, dynamic, except } of candidates[index] ?? []) {
        if ((!dynamic || dynamic(facts)) && !except.some((one) => one(facts))) hits.push(hit);
      }
      return hits;
    });
    const [managed = [], workspace = [], user = [], byDefault = []] = perLayer;
    const effective = [...managed, ...workspace, ...(user.length > 0 ? user : byDefault)];
    // Nobody vouches for it: managed and workspace only tighten, so they alone never allow.
    if (user.length === 0 && byDefault.length === 0) effective.push(NOTHING_FITS);
    let effect: Effect = "allow";
    for (const hit of effective) if (RANK[hit.effect] > RANK[effect]) effect = hit.effect;
    const why = effective.filter((hit) => hit.effect === effect);
    return { effect, always: effect === "ask" && why.some((hit) => hit.always), why, hits: perLayer.flat() };
  }

  #candidates(facts: Facts): readonly (readonly Candidate[])[] {
    const { server, launch, client, direction, method, tool } = facts;
    const key = `${server}\0${launch}\0${client}\0${direction}\0${method}\0${tool ?? "\0"}`;
    let found = this.#remembered.get(key);
    if (!found) {
      found = this.#layers.map(({ rules }) => (rules === "failed" ? [] : narrow(rules, facts)));
      if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear();
      this.#remembered.set(key, found);
    }
    return found;
  }
}

const NOTHING_FITS: RuleHit = {
  layer: "default",
  rule: "nothing-fits",
  effect: "ask",
  always: false,
  reason: "no rule fits this message",
};

function narrow(rules: readonly Compiled[], facts: Facts): Candidate[] {
  const found: Candidate[] = [];
  for (const { hit, fits, dynamic, except } of rules) {
    if (!fits(facts)) continue;
    const exceptions = except.filter((one) => one.fits(facts));
    if (exceptions.some((one) => one.dynamic === undefined)) continue;
    found.push({ hit, dynamic, except: exceptions.flatMap((one) => one.dynamic ?? []) });
  }
  return found;
}
