/** The last price of the market that is shown, told in one tick to whatever shows it. */

import type { Price } from "@bourse/num/decimal";
import { createStore, now } from "@bourse/state/store";
import type { Print } from "@bourse/state/tape";
import { usePart } from "./use.ts";

export interface Newest {
  readonly symbol: string;
  readonly print: Print | null;
}

/** The newest trade that the tape has told. */
export const newest = createStore<Newest, Newest>(
  { symbol: "", print: null },
  (before, next) => (before.symbol === next.symbol && before.print === next.print ? before : next),
  now,
);

/** Returns the newest trade of a market; null of one that is not shown, and before there is one. */
export function newestOf(symbol: string): Print | null {
  const shown = newest.get();
  return shown.symbol === symbol ? shown.print : null;
}

/** Returns the last price of the market that is shown; null before its tape is there. */
export const useLastPrice = (symbol: string): Price | null =>
  usePart(newest, () => newestOf(symbol)?.price ?? null);
