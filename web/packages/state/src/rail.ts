/** The markets beside the trade screen: those that are watched, or the most traded while none is. */

import type { Market } from "./market.ts";
import type { Tickers } from "./tickers.ts";

export interface Rail {
  readonly isWatched: boolean;
  readonly markets: readonly Market[];
}

/** Returns watched markets in their own order; without any, those of the largest turnover. */
export function railOf(
  watchlist: readonly string[],
  bySymbol: ReadonlyMap<string, Market>,
  tickers: Tickers,
  most: number,
): Rail {
  const watched = watchlist.flatMap((symbol) => bySymbol.get(symbol) ?? []);
  if (0 < watched.length) return { isWatched: true, markets: watched };
  const traded = (market: Market): bigint => tickers.get(market.symbol)?.quoteVolume ?? -1n;
  const markets = [...bySymbol.values()].sort((one, other) =>
    traded(one) < traded(other) ? 1 : traded(one) === traded(other) ? 0 : -1,
  );
  return { isWatched: false, markets: markets.slice(0, most) };
}
