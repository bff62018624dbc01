/** Which indicators a market is shown with: its own set, or else that of all markets. */

/** Names of indicators, and their numbers where they are not the standard ones. */
export interface Indicators {
  readonly names: readonly string[];
  readonly numbers: Readonly<Record<string, string>>;
}

/** What is kept of them. */
export interface KeptIndicators {
  /** Those of all markets that have no set of their own. */
  readonly indicators: readonly string[];
  readonly indicatorNumbers: Readonly<Record<string, string>>;
  /** Sets by market; whatever is none there is as if it were not. */
  readonly marketIndicators: Readonly<Record<string, unknown>>;
}

const isSet = (kept: unknown): kept is Indicators =>
  typeof kept === "object" &&
  kept !== null &&
  "names" in kept &&
  Array.isArray(kept.names) &&
  "numbers" in kept &&
  typeof kept.numbers === "object" &&
  kept.numbers !== null;

/** Returns the set of a market. */
export function indicatorsOf(kept: KeptIndicators, symbol: string): Indicators {
  const own = kept.marketIndicators[symbol];
  return isSet(own) ? own : { names: kept.indicators, numbers: kept.indicatorNumbers };
}

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
