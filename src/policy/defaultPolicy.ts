import { SallyportError } from "../core/errors.ts";
import { parsePolicy } from "./parse.ts";
import type { Policy } from "./schema.ts";

/**
 * What applies where the user's policy says nothing. `sallyport policy default` prints it; docs/policy.md explains it.
 * The strictest rule that fits wins, so the order is for readers only.
 */
export const DEFAULT_POLICY = `# Sallyport's default policy. It applies to a message where no rule of ~/.sallyport/policy.yaml fits it.
# The strictest rule that fits wins: deny, then ask, then allow.
version: 1
rules:
  # Opening a connection, listing what there is, reading prompts and resources: allowed and recorded.
  - id: protocol
    match: { direction: to-server }
    except:
      - { method: tools/call }
    effect: allow
    reason: it calls no tool

  # What the server says or asks for (sampling, elicitation, roots): the client asks its person itself.
  - id: from-server
    match: { direction: to-client }
    effect: allow
    reason: the client itself asks before it answers a server

  # Tools that look as if they only read: allowed and recorded.
  - id: read
    match: { method: tools/call, trait: looks-read-only }
    effect: allow
    reason: the tool looks as if it only reads

  # Every other tool sends, writes, executes or destroys, or nobody knows: asked.
  - id: act
    match: { method: tools/call }
    except:
      - { trait: looks-read-only }
    effect: ask
    reason: the tool may write, send, execute or destroy

  # A credential on its way out: asked each time, whatever was granted before.
  - id: secret-leaves
    match: { direction: to-server, finding: { rule: secret, severity: medium } }
    effect: ask
    always: true
    reason: the message holds what looks like a credential

  # A server's request (sampling, elicitation) that carries an instruction or hidden text.
  - id: server-instructs
    match:
      direction: to-client
      method: "{sampling,elicitation}/*"
      finding: { severity: high }
    effect: ask
    always: true
    reason: the server's request holds what looks like a planted instruction or hidden text

  # The conversation has read what looks like a planted instruction: from now on everything that acts is asked.
  - id: tainted
    match: { method: tools/call, session: tainted }
    except:
      - { trait: looks-read-only }
    effect: ask
    always: true
    reason: this conversation has read text that looks like a planted instruction

  # The same for reading at an address: the address itself can carry data away.
  - id: tainted-address
    match: { method: tools/call, session: tainted, trait: leaves-the-machine }
    effect: ask
    always: true
    reason: this conversation has read text that looks like a planted instruction, and the address may carry data away

  # The tool is not what it was when it was first seen.
  - id: changed-definition
    match: { method: tools/call, definition: changed }
    effect: ask
    always: true
    reason: the tool's definition has changed since it was first seen

  # The tool's own description instructs the agent or hides text.
  - id: flagged-definition
    match: { method: tools/call, definition: flagged }
    effect: ask
    always: true
    reason: the tool's definition holds what looks like a planted instruction or hidden text
`;

/** The default policy, parsed. A fault in it is ours. */
export function defaultPolicy(): Policy {
  const { policy, issues } = parsePolicy(DEFAULT_POLICY, "default");
  if (!policy) throw new SallyportError("INTERNAL", `the default policy: ${issues[0]?.message}`);
  return policy;
}
