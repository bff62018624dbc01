/** Markets that were listed lately. */

const FRESH_MS = 30 * 86_400_000;

interface Listing {
  readonly symbol: string;
  readonly listedAt: number;
}

/** Returns the markets of the last thirty days, the newest first; of one instant in the order of the exchange. */
export function freshOf(markets: readonly Listing[], nowMs: number): readonly string[] {
  return markets
    .filter(({ listedAt }) => nowMs - listedAt < FRESH_MS)
    .toSorted((one, other) => other.listedAt - one.listedAt)
    .map(({ symbol }) => symbol);
}
