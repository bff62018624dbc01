/** What keys can tell the ticket on the screen. */

import { createStore, now } from "@bourse/state/store";

export interface Pilot {
  readonly takeSide: (side: "BUY" | "SELL") => void;
  readonly takeShare: (percent: bigint) => void;
  readonly stepPrice: (direction: 1 | -1) => void;
  readonly submit: () => void;
  /** Makes the order a limit order at this price. */
  readonly takePrice: (price: bigint) => void;
  readonly symbol: string;
}

/** The ticket that keys are for; without one they do nothing. */
export const pilot = createStore<Pilot | null, Pilot | null>(null, (_, next) => next, now);

/** Begins to choose a price on the chart by keys; null while none is drawn. */
export const choosing = createStore<(() => void) | null, (() => void) | null>(
  null,
  (_, next) => next,
  now,
);
