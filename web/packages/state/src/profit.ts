/** What trading in one market brought, at average cost, with the fees that were paid in its two assets. */

import { notional, type Amount, type Price, type Qty } from "@bourse/num/decimal";

/** A trade of the account's, by what it moved. */
export interface Fill {
  readonly isBuy: boolean;
  readonly qty: bigint;
  readonly quote: bigint;
  readonly fee: bigint;
  readonly feeAsset: string;
}

/** Where the account stands after its trades. */
export interface Profit {
  /** What was bought here and is not sold. */
  readonly held: Qty;
  /** What that cost. */
  readonly cost: Amount;
  /** What sales brought beyond the cost of what they sold. */
  readonly realised: bigint;
  /** What was sold but not bought here: its cost is not known, and it counts nothing. */
  readonly elsewhere: Qty;
}

/** Before the first trade. */
export const NO_TRADES: Profit = {
  held: 0n as Qty,
  cost: 0n as Amount,
  realised: 0n,
  elsewhere: 0n as Qty,
};

/** Returns what trades brought, the oldest first, after those before them. */
export function profitOf(
  fills: readonly Fill[],
  base: string,
  quote: string,
  before = NO_TRADES,
): Profit {
  return fills.reduce((known, fill) => after(known, fill, base, quote), before);
}

function after(before: Profit, fill: Fill, base: string, quote: string): Profit {
  const { held, cost, realised, elsewhere } = before;
  const baseFee = fill.feeAsset === base ? fill.fee : 0n;
  const quoteFee = fill.feeAsset === quote ? fill.fee : 0n;
  if (fill.isBuy) {
    return {
      ...before,
      held: (held + fill.qty - baseFee) as Qty,
      cost: (cost + fill.quote + quoteFee) as Amount,
    };
  }
  const sold = fill.qty + baseFee;
  const own = sold < held ? sold : held;
  const ownCost = held === 0n ? 0n : (cost * own) / held;
  const ownProceeds = sold === 0n ? 0n : ((fill.quote - quoteFee) * own) / sold;
  return {
    held: (held - own) as Qty,
    cost: (cost - ownCost) as Amount,
    realised: realised + ownProceeds - ownCost,
    elsewhere: (elsewhere + sold - own) as Qty,
  };
}

/** Returns what selling the rest at a price would bring beyond its cost, fees aside. */
export const unrealised = ({ held, cost }: Profit, price: Price): bigint =>
  notional(price, held, "down") - cost;
