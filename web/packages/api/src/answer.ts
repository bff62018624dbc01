/** What became of a request that changes something, also where its answer does not come: it is asked for, never sent again. */

import { Refused } from "./client.ts";

/** Without an answer for so long nobody knows, and others may be sent. */
export const DOUBT_MS = 2_000;
/** A request counts for so long: the exchange refuses one that is older when its turn comes. */
const COUNTS_MS = 5_000;
const ASK_PERIOD_MS = 1_000;
/** After so many questions they become rarer. */
const ASKS_OFTEN = 10;
const ASK_PERIOD_MS_LONG = 5_000;
/** A request that may come at any time is given up after so many questions that did not find it. */
const MISSES_MAX = 10;
/** Whoever is signed out may not ask. */
const SIGNED_OUT: readonly number[] = [401, 403];

/** Until when a request counts, as it is sent with it; nothing where the clock of the exchange is not known. */
export type Term = { readonly timestamp: number; readonly recvWindow: number } | object;

/** What the exchange says of a request that it is asked about. */
export type Word<F> =
  | { readonly kind: "found"; readonly found: F }
  | { readonly kind: "refused"; readonly refused: Refused }
  /** It has not come so far. */
  | { readonly kind: "missing" };

export type Answer<T, F> =
  | { readonly kind: "answered"; readonly answer: T }
  | Exclude<Word<F>, { readonly kind: "missing" }>
  /** It did not come in time, and does not count any more. */
  | { readonly kind: "never" }
  /** Nobody knows, and nobody is asked any more. */
  | { readonly kind: "lost" };

export interface Errand<T, F> {
  readonly send: (term: Term) => Promise<T>;
  /** Asks what became of it; what fails is asked again. */
  readonly ask: () => Promise<Word<F>>;
  /** For how long after its time it may still be found. */
  readonly graceMs: number;
  /** Told once: nobody knows what became of it, for now. */
  readonly onDoubt: () => void;
  /** Told each time that it is not found, while it may still come. */
  readonly onMissing: () => void;
}

export interface Clocks {
  /** That of the exchange, in milliseconds; null while it is not known. */
  readonly exchangeMs: () => number | null;
  readonly now: () => number;
  /** Calls once after some milliseconds, unless the returned function is called before. */
  readonly after: (delayMs: number, call: () => void) => () => void;
}

/** Sends a request and returns what became of it. */
export async function answerOf<T, F>(errand: Errand<T, F>, clocks: Clocks): Promise<Answer<T, F>> {
  const atMs = clocks.exchangeMs();
  const term = atMs === null ? {} : { timestamp: Math.round(atMs), recvWindow: COUNTS_MS };
  const endMs = atMs === null ? null : clocks.now() + COUNTS_MS + errand.graceMs;
  const sent = errand.send(term).then((answer) => ({ kind: "answered", answer }) as const, told);
  const first = await within(DOUBT_MS, sent, clocks);
  if (first !== null) return first;
  errand.onDoubt();
  let isKnown = false;
  const search = lookFor(errand, endMs, clocks, () => isKnown);
  // It may still be answered, and that is as good.
  const end = await Promise.race([search, sent.then((answer) => answer ?? search)]);
  isKnown = true;
  return end;
}

/** Returns the refusal of what failed; null where nobody knows whether it was carried out. */
function told(error: unknown): { readonly kind: "refused"; readonly refused: Refused } | null {
  return error instanceof Refused && !error.isUnknown ? { kind: "refused", refused: error } : null;
}

/** Returns what comes within a time, or null. */
function within<V>(delayMs: number, coming: Promise<V | null>, clocks: Clocks): Promise<V | null> {
  return new Promise((resolve) => {
    const cancel = clocks.after(delayMs, () => resolve(null));
    void coming.then((value) => {
      cancel();
      resolve(value);
    });
  });
}

/** Asks for a request until it is known, or is no longer wanted to be. */
async function lookFor<T, F>(
  errand: Errand<T, F>,
  endMs: number | null,
  clocks: Clocks,
  isKnown: () => boolean,
): Promise<Answer<T, F>> {
  let misses = 0;
  for (let asks = 1; !isKnown(); asks += 1) {
    const isLate = endMs !== null && endMs < clocks.now();
    const word = await askOnce(errand);
    if (word?.kind === "missing") {
      misses += 1;
      if (isLate) return { kind: "never" };
      if (endMs === null && MISSES_MAX <= misses) break;
      errand.onMissing();
    } else if (word !== null) return word;
    const delayMs = asks < ASKS_OFTEN ? ASK_PERIOD_MS : ASK_PERIOD_MS_LONG;
    await new Promise<void>((resolve) => void clocks.after(delayMs, resolve));
  }
  return { kind: "lost" };
}

/** Returns what is said of a request; null where nobody answers. */
async function askOnce<T, F>(
  errand: Errand<T, F>,
): Promise<Word<F> | { readonly kind: "lost" } | null> {
  try {
    return await errand.ask();
  } catch (error) {
    const isOut = error instanceof Refused && SIGNED_OUT.includes(error.status);
    return isOut ? { kind: "lost" } : null;
  }
}
