/** Sizes by what may be lost: from where an order is filled to where its stop loss is. */

import { floorTo, notional, qtyFor, type Amount, type Price, type Qty } from "@bourse/num/decimal";
import type { Market } from "./market.ts";
import type { Side } from "./orders.ts";

export interface RiskFacts {
  readonly market: Market;
  readonly side: Side;
  readonly entry: Price;
  readonly stop: Price;
  readonly baseFree: Amount;
  readonly quoteFree: Amount;
}

const BPS = 10_000n;

/**
 * Returns the size that loses this share of what is free of both assets, before fees; null where the stop loss lies on
 * the wrong side of the price.
 */
export function riskQty(facts: RiskFacts, riskBps: bigint): Qty | null {
  const { market, side, entry, stop, baseFree, quoteFree } = facts;
  const gap = (side === "BUY" ? entry - stop : stop - entry) as Price;
  if (entry <= 0n || gap <= 0n) return null;
  const worth = quoteFree + notional(entry, baseFree as bigint as Qty, "down");
  const budget = ((worth * riskBps) / BPS) as Amount;
  return floorTo(qtyFor(budget, gap), market.lot);
}
