/** What is kept of indicators once some are chosen. */

import { indicatorsOf, type Indicators, type KeptIndicators } from "./indicators.ts";

/** Returns what is kept once a market has this set. */
export const withIndicators = (
  { marketIndicators }: KeptIndicators,
  symbol: string,
  set: Indicators,
): Partial<KeptIndicators> => ({ marketIndicators: { ...marketIndicators, [symbol]: set } });

/** Returns what is kept once all markets have the set of this one. */
export function forAllMarkets(kept: KeptIndicators, symbol: string): KeptIndicators {
  const { names, numbers } = indicatorsOf(kept, symbol);
  return { indicators: names, indicatorNumbers: numbers, marketIndicators: {} };
}
