/** The last price of the market that is shown: one source for whatever shows it, the newest trade that was told. */

import { changeBps, type Price } from "@bourse/num/decimal";
import type { Ticker } from "./tickers.ts";

export const larger = (one: Price, other: Price): Price => (one < other ? other : one);
export const smaller = (one: Price, other: Price): Price => (one < other ? one : other);

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
