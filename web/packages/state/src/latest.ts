/** The last price of the market that is shown: one source for whatever shows it, the newest trade that was told. */

import { changeBps, type Price } from "@bourse/num/decimal";
import type { Candle } from "./candles.ts";
import type { Print } from "./tape.ts";
import type { Ticker } from "./tickers.ts";

/** A candle that runs, and the last moment of it. */
export interface Running {
  readonly candle: Candle;
  readonly closeMs: number;
}

const larger = (one: Price, other: Price): Price => (one < other ? other : one);
const smaller = (one: Price, other: Price): Price => (one < other ? one : other);

/** Returns the day of a market with a last price, which its stream tells later than the trade. */
export function withLast(ticker: Ticker, last: Price): Ticker {
  return {
    ...ticker,
    last,
    high: larger(ticker.high, last),
    low: smaller(ticker.low, last),
    changeBps: changeBps(ticker.open, last),
  };
}

/** Returns a running candle as of the newest trade; null where its own first trade is not told yet. */
export function candleAsOf({ candle, closeMs }: Running, newest: Print | null): Candle | null {
  if (newest === null) return candle;
  const { price, atMs, qty } = newest;
  // One without a trade stands where the one before it ended.
  if (atMs < candle.openMs) return candle.volume === 0n ? candle : null;
  if (atMs <= closeMs) {
    const [high, low] = [larger(candle.high, price), smaller(candle.low, price)];
    return { ...candle, close: price, high, low };
  }
  // The next one has begun; what its stream tells of it takes its place.
  const openMs = closeMs + 1;
  if (openMs + (closeMs - candle.openMs) < atMs) return candle;
  return { openMs, open: price, high: price, low: price, close: price, volume: qty };
}
