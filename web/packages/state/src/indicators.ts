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

/** Returns the set of a market. */
export function indicatorsOf(kept: KeptIndicators, symbol: string): Indicators {
  const own = kept.marketIndicators[symbol] as Partial<Indicators> | null | undefined;
  return own && Array.isArray(own.names)
    ? { names: own.names, numbers: own.numbers ?? kept.indicatorNumbers }
    : { names: kept.indicators, numbers: kept.indicatorNumbers };
}
