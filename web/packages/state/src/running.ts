/** A candle that runs, which ends at the last price of its market. */

import type { Candle } from "./candles.ts";
import { larger, smaller } from "./latest.ts";
import type { Print } from "./tape.ts";

/** A candle that runs, and the last moment of it. */
export interface Running {
  readonly candle: Candle;
  readonly closeMs: number;
}

/** Returns a running candle as of the newest trade; null where its own first trade is not told yet. */
export function candleAsOf({ candle, closeMs }: Running, newest: Print | null): Candle | null {
  if (newest === null) return candle;
  const { price, atMs, qty } = newest;
  // One without a trade stands where the one before it ended.
  if (atMs < candle.openMs) {
    if (candle.volume !== 0n) return null;
    return { ...candle, open: price, high: price, low: price, close: price };
  }
  if (atMs <= closeMs) {
    const [high, low] = [larger(candle.high, price), smaller(candle.low, price)];
    return { ...candle, close: price, high, low };
  }
  // The next one has begun; what its stream tells of it takes its place.
  const openMs = closeMs + 1;
  if (openMs + (closeMs - candle.openMs) < atMs) return candle;
  return { openMs, open: price, high: price, low: price, close: price, volume: qty };
}
