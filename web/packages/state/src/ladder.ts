/** A size spread over limit orders at even distances between two prices. */

import { floorTo, notional, type Amount, type Price, type Qty } from "@bourse/num/decimal";
import type { Market } from "./market.ts";
import type { Fault } from "./ticket.ts";

export interface Rung {
  readonly price: Price;
  readonly qty: Qty;
}

export const RUNGS_MIN = 2;
/** As many orders as stay far below what the exchange takes of one account in ten seconds. */
export const RUNGS_MAX = 20;

/**
 * Returns the orders of a ladder, from the first price to the last. Sizes are whole lots and sum up to the size; what does
 * not divide goes to the first orders, a lot each. Prices are on the grid, rounded toward zero.
 */
export function ladderOf(
  { tick, lot }: Market,
  from: Price,
  to: Price,
  qty: Qty,
  count: number,
): readonly Rung[] {
  const parts = BigInt(count);
  const lots = lot <= 0n ? qty : qty / lot;
  const unit = lot <= 0n ? 1n : lot;
  return Array.from({ length: count }, (_, index) => {
    const at = BigInt(index);
    const price = floorTo((from + ((to - from) * at) / (parts - 1n)) as Price, tick);
    const share = lots / parts + (at < lots % parts ? 1n : 0n);
    return { price, qty: (share * unit) as Qty };
  });
}

/** Returns what a ladder is worth, each order rounded up as it is held. */
export const ladderTotal = (rungs: readonly Rung[]): Amount =>
  rungs.reduce((total, { price, qty }) => total + notional(price, qty, "up"), 0n) as Amount;

/** Whether the prices of a ladder are all different. */
export function hasRoom({ tick }: Market, from: Price, to: Price, count: number): boolean {
  const distance = from < to ? to - from : from - to;
  return BigInt(count - 1) * (tick <= 0n ? 1n : tick) <= distance;
}

/** Returns why the smallest order of a ladder is not taken; null when it is. */
export function rungFault(market: Market, rungs: readonly Rung[]): Fault | null {
  const count = BigInt(rungs.length);
  const least = rungs.reduce(
    (low, { price, qty }) => {
      const total = notional(price, qty, "down");
      return { qty: qty < low.qty ? qty : low.qty, total: total < low.total ? total : low.total };
    },
    { qty: market.qtyMax, total: market.notionalMax },
  );
  if (least.qty < market.qtyMin) return { kind: "tooLow", bound: market.qtyMin * count };
  return least.total < market.notionalMin
    ? { kind: "notionalLow", bound: (market.notionalMin * count) as Amount }
    : null;
}
