import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { SallyportError } from "../core/errors.ts";
import type { Channel, Message } from "./framing.ts";
import {
  MAX_LINE_BYTES,
  PROTOCOL,
  type BrokerInfo,
  type Challenge,
  type Hello,
  type Proof,
  type Refused,
  type Role,
  type Welcome,
} from "./messages.ts";

/** A peer that has not finished its hello by then is dropped. */
const HELLO_MS = 10_000;
const ROLES: readonly Role[] = ["proxy", "hook", "reviewer", "observer", "control"];

/** What each side proves to know the token with. The side is part of it, so that a proof cannot be sent back. */
function proofOf(
  token: string,
  side: "broker" | "client",
  role: Role,
  clientNonce: string,
  brokerNonce: string,
): string {
  const input = `sallyport link ${PROTOCOL}\n${side}\n${role}\n${clientNonce}\n${brokerNonce}`;
  return createHmac("sha256", Buffer.from(token, "hex")).update(input).digest("hex");
}

/** Compares in constant time; false for anything that is no proof. */
function proves(given: unknown, expected: string): boolean {
  if (typeof given !== "string" || given.length !== expected.length) return false;
  const a = Buffer.from(given, "utf8");
  const b = Buffer.from(expected, "utf8");
  return a.length === b.length && timingSafeEqual(a, b);
}

function isNonce(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

/** The hello as the client speaks it. Rejects REFUSED with the broker's words, UNAVAILABLE where it ends or hangs. */
export function sayHello(
  channel: Channel,
  token: string,
  detail: { role: Role; version: string; program: string },
): Promise<Welcome> {
  return new Promise((resolve, reject) => {
    const nonce = randomBytes(32).toString("hex");
    const fail = (code: "REFUSED" | "UNAVAILABLE" | "MALFORMED", message: string): void => {
      clearTimeout(watchdog);
      channel.onClose = () => {};
      channel.destroy();
      reject(new SallyportError(code, message));
    };
    const watchdog = setTimeout(() => fail("UNAVAILABLE", "the broker does not answer"), HELLO_MS);
    let proven = false;
    channel.onClose = () => fail("UNAVAILABLE", "the broker went away during the hello");
    channel.onMessage = (message: Message) => {
      if (message.type === "refused") {
        const { code, message: why } = message as Refused;
        if (code === "stopping") fail("UNAVAILABLE", "the broker is about to exit");
        else fail("REFUSED", `the broker refused the connection: ${why}`);
      } else if (message.type === "challenge" && !proven) {
        const { protocol, version, nonce: theirs, proof } = message as Challenge;
        if (protocol !== PROTOCOL) {
          fail("REFUSED", `the broker (${version}) speaks protocol ${protocol}, this program ${PROTOCOL}`);
        } else if (!isNonce(theirs) || !proves(proof, proofOf(token, "broker", detail.role, nonce, theirs))) {
          fail("REFUSED", "what listens on the broker's socket does not know the token: it is not our broker");
        } else {
          proven = true;
          const mine = proofOf(token, "client", detail.role, nonce, theirs);
          channel.send({ type: "proof", proof: mine, pid: process.pid, program: detail.program } satisfies Proof);
        }
      } else if (message.type === "welcome" && proven) {
        clearTimeout(watchdog);
        channel.onClose = () => {};
        channel.onMessage = () => {};
        channel.allow(MAX_LINE_BYTES);
        resolve(message as Welcome);
      } else {
        fail("MALFORMED", "what listens on the broker's socket does not speak our protocol");
      }
    };
    channel.send({
      type: "hello",
      protocol: PROTOCOL,
      version: detail.version,
      role: detail.role,
      nonce,
    } satisfies Hello);
  });
}

export interface Caller {
  readonly role: Role;
  readonly version: string;
  readonly pid: number;
  readonly program: string;
}

/**
 * The hello as the broker speaks it, up to the checked proof; the caller sends `welcome`. Whoever does not know the token
 * is told so and dropped, and `accept` is not called.
 */
export function hearHello(channel: Channel, token: string, broker: BrokerInfo, accept: (caller: Caller) => void): void {
  const watchdog = setTimeout(() => channel.destroy(), HELLO_MS);
  watchdog.unref();
  const refuse = (code: Refused["code"], message: string): void => {
    clearTimeout(watchdog);
    channel.close({ type: "refused", code, message } satisfies Refused);
  };
  let hello: Hello | undefined;
  let nonce = "";
  channel.onClose = () => clearTimeout(watchdog);
  channel.onMessage = (message: Message) => {
    if (message.type === "hello" && hello === undefined) {
      const said = message as Hello;
      if (said.protocol !== PROTOCOL) {
        refuse(
          "protocol",
          `the running broker (${broker.version}, pid ${broker.pid}) speaks protocol ${PROTOCOL}, not ` +
            `${String(said.protocol)}; stop it with: sallyport broker stop`,
        );
      } else if (!ROLES.includes(said.role) || !isNonce(said.nonce) || typeof said.version !== "string") {
        refuse("malformed", "the hello is malformed");
      } else {
        hello = said;
        nonce = randomBytes(32).toString("hex");
        channel.send({
          type: "challenge",
          protocol: PROTOCOL,
          version: broker.version,
          nonce,
          proof: proofOf(token, "broker", said.role, said.nonce, nonce),
        } satisfies Challenge);
      }
    } else if (message.type === "proof" && hello !== undefined) {
      const { proof, pid, program } = message as Proof;
      if (!proves(proof, proofOf(token, "client", hello.role, hello.nonce, nonce))) {
        refuse("token", "the proof is wrong: this program does not know the token");
      } else if (!Number.isSafeInteger(pid) || typeof program !== "string" || program.length > 200) {
        refuse("malformed", "the proof is malformed");
      } else {
        clearTimeout(watchdog);
        channel.onClose = () => {};
        channel.onMessage = () => {};
        channel.allow(MAX_LINE_BYTES);
        accept({ role: hello.role, version: hello.version.slice(0, 64), pid, program });
      }
    } else {
      refuse("malformed", "the hello is malformed");
    }
  };
}
