/** Candles of one market and interval, joined from pages of the past and the running one. */

import type { Kline, Operations } from "@bourse/api/schema";
import { priceOf, qtyOf, type Price, type Qty } from "@bourse/num/decimal";

export type Interval = Operations["GET /api/v3/klines"]["parameters"]["interval"];

export const INTERVALS: readonly Interval[] = [
  "1s",
  "1m",
  "3m",
  "5m",
  "15m",
  "30m",
  "1h",
  "2h",
  "4h",
  "6h",
  "8h",
  "12h",
  "1d",
  "3d",
  "1w",
  "1M",
];

export interface Candle {
  readonly openMs: number;
  readonly open: Price;
  readonly high: Price;
  readonly low: Price;
  readonly close: Price;
  readonly volume: Qty;
}

type WireCandle = Operations["GET /api/v3/klines"]["answer"][number];

export const candleOf = ([openMs, open, high, low, close, volume]: WireCandle): Candle => ({
  openMs,
  open: priceOf(open),
  high: priceOf(high),
  low: priceOf(low),
  close: priceOf(close),
  volume: qtyOf(volume),
});

export const candleOfMessage = ({ t, o, h, l, c, v }: Kline): Candle => ({
  openMs: t,
  open: priceOf(o),
  high: priceOf(h),
  low: priceOf(l),
  close: priceOf(c),
  volume: qtyOf(v),
});

/** Returns the candles in order of time; of one moment the one that was added counts. */
export function addCandles(
  candles: readonly Candle[],
  added: readonly Candle[],
): readonly Candle[] {
  const [last, only] = [candles.at(-1), added[0]];
  if (added.length === 1 && only !== undefined && last !== undefined) {
    if (last.openMs === only.openMs) return [...candles.slice(0, -1), only];
    if (last.openMs < only.openMs) return [...candles, only];
  }
  const byTime = new Map([...candles, ...added].map((candle) => [candle.openMs, candle]));
  return [...byTime.values()].sort((one, other) => one.openMs - other.openMs);
}

/** Returns candles with the newest ones joined to them; those alone where they do not meet. */
export function withNewest(
  candles: readonly Candle[],
  newest: readonly Candle[],
): readonly Candle[] {
  const [last, first] = [candles.at(-1), newest[0]];
  const isMet = last !== undefined && first !== undefined && first.openMs <= last.openMs;
  return isMet ? addCandles(candles, newest) : newest;
}

/** Where the candle before ended, as Heikin-Ashi draws it. */
export interface Smoothed {
  readonly open: Price;
  readonly close: Price;
}

/** Returns a candle as Heikin-Ashi draws it: from the middle of the one before to its own average. */
export function heikinAshi(candle: Candle, before: Smoothed | null): Candle {
  const close = ((candle.open + candle.high + candle.low + candle.close) / 4n) as Price;
  const from = before ?? { open: candle.open, close: candle.close };
  const open = ((from.open + from.close) / 2n) as Price;
  const [low, high] = open < close ? [open, close] : [close, open];
  return {
    ...candle,
    open,
    close,
    high: high < candle.high ? candle.high : high,
    low: candle.low < low ? candle.low : low,
  };
}

/** Returns candles in order of time as Heikin-Ashi draws them. */
export function smoothed(candles: readonly Candle[], before: Smoothed | null): readonly Candle[] {
  let last = before;
  return candles.map((candle) => {
    const drawn = heikinAshi(candle, last);
    last = drawn;
    return drawn;
  });
}
