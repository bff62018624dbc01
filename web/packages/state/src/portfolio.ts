/** What an account was worth, instant by instant: its balances then, at the prices of then. */

import { notional, type Amount, type Price, type Qty } from "@bourse/num/decimal";

/** Balances of one instant: how much of each asset. */
export interface Holding {
  readonly atMs: number;
  readonly amounts: ReadonlyMap<string, bigint>;
}

/** Closing prices of an asset, the earliest first. */
export type Closes = readonly { readonly openMs: number; readonly close: Price }[];

export interface Worth {
  readonly atMs: number;
  readonly total: Amount;
  /** Assets that had no price then; they count nothing. */
  readonly unpriced: readonly string[];
}

/** Returns instants that divide a span evenly, its end among them. */
export function instants(endMs: number, spanMs: number, count: number): readonly number[] {
  const step = spanMs / (count - 1);
  return Array.from({ length: count }, (_, index) => Math.round(endMs - spanMs + index * step));
}

/** Returns the price of the last candle that began by an instant; null before the first. */
export function priceAt(closes: Closes, atMs: number): Price | null {
  let found: Price | null = null;
  for (const { openMs, close } of closes) {
    if (atMs < openMs) break;
    found = close;
  }
  return found;
}

/** Returns what holdings were worth in the asset that values are told in. */
export function worthOf(
  holdings: readonly Holding[],
  closes: ReadonlyMap<string, Closes>,
  valuedIn: string,
): readonly Worth[] {
  return holdings.map(({ atMs, amounts }) => {
    let total = 0n;
    const unpriced: string[] = [];
    for (const [asset, amount] of amounts) {
      if (asset === valuedIn) {
        total += amount;
        continue;
      }
      const price = priceAt(closes.get(asset) ?? [], atMs);
      if (price !== null) total += notional(price, amount as Qty, "down");
      else if (amount !== 0n) unpriced.push(asset);
    }
    return { atMs, total: total as Amount, unpriced };
  });
}

/** Returns the deepest fall from a height before it, in ten-thousandths of that height. */
export function drawdownBps(worths: readonly Worth[]): bigint {
  let [height, deepest] = [0n, 0n];
  for (const { total } of worths) {
    if (height < total) height = total;
    const fall = height === 0n ? 0n : ((height - total) * 10_000n) / height;
    if (deepest < fall) deepest = fall;
  }
  return deepest;
}
