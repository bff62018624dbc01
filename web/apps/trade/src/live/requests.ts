/** Requests that change something, each with a name by which the exchange is asked what became of it. */

import {
  answerOf,
  DOUBT_MS,
  type Answer,
  type Clocks,
  type Errand,
  type Term,
  type Word,
} from "@bourse/api/answer";
import { Refused } from "@bourse/api/client";
import type { OutcomeAccepted } from "@bourse/api/schema";
import { client, world } from "./clients.ts";
import { exchangeMs, measureClock, noteOrderTrip } from "./exchange.ts";
import { noticeEnd } from "./visitor.ts";

/** By how much the clock of the exchange may be taken for another one, and a little. */
const GRACE_MS = 3_000;
/** What was refused when it was carried out, as its own answer would have had it. */
const REFUSED_STATUS = 400;
/** Its time was over, or had not come: the clock was another one than was thought, or the way took too long. */
const TIME_CODE = -1021;

const clocks: Clocks = {
  exchangeMs,
  now: () => world.now(),
  after: (delayMs, call) => world.after(delayMs, call),
};

/** What was not carried out, as far as anybody knows: refused, never arrived in time, or unknown for good. */
export type Failure = Refused | "never" | "lost";

/** Returns a name that no other request has. */
export function newClientId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `web-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** Returns how many milliseconds have passed, of which there is always one. */
export const tripSince = (since: number): number =>
  Math.max(1, Math.round(performance.now() - since));

/** Whoever waits for an answer is told when nobody knows for now. */
export type Doubts = Pick<Errand<unknown, unknown>, "onDoubt" | "onMissing">;

/** Sends a request under its name, and returns what became of it. */
export const request = <T>(
  name: string,
  send: (named: Term & { readonly idempotencyKey: string }) => Promise<T>,
  doubts: Doubts,
): Promise<Answer<T, OutcomeAccepted>> =>
  sendAndAsk({
    send: (term) => send({ ...term, idempotencyKey: name }),
    ask: () => outcomeOf(name),
    graceMs: GRACE_MS,
    ...doubts,
  });

/** Sends what is asked for in its own way when it is not answered. */
export async function sendAndAsk<T, F>(errand: Errand<T, F>): Promise<Answer<T, F>> {
  const since = performance.now();
  /** Once, when it is answered; what is not answered so soon counts as that. */
  let note = noteOrderTrip;
  const onDoubt = (): void => {
    note(DOUBT_MS);
    note = () => undefined;
    errand.onDoubt();
  };
  const answer = await answerOf({ ...errand, onDoubt }, clocks);
  note(tripSince(since));
  if (answer.kind !== "refused") return answer;
  noticeEnd(answer.refused);
  if (answer.refused.code === TIME_CODE) measureClock();
  return answer;
}

async function outcomeOf(idempotencyKey: string): Promise<Word<OutcomeAccepted>> {
  const told = await client.call("GET /v1/outcome", { idempotencyKey });
  switch (told.outcome) {
    case "ACCEPTED":
      return { kind: "found", found: told };
    case "REJECTED": {
      const { code, msg } = told.refusal;
      return { kind: "refused", refused: new Refused(REFUSED_STATUS, code, msg) };
    }
    case "UNKNOWN":
      return { kind: "missing" };
  }
}

/** Returns why a request was not carried out; null of one that was. */
export function failureOf<T, F>(answer: Answer<T, F>): Failure | null {
  switch (answer.kind) {
    case "answered":
    case "found":
      return null;
    case "refused":
      return answer.refused;
    case "never":
    case "lost":
      return answer.kind;
  }
}
