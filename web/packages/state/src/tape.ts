/** The newest trades of a market. */

import type { Trade as WireTrade, TradeMessage } from "@bourse/api/schema";
import { priceOf, qtyOf, type Price, type Qty } from "@bourse/num/decimal";

export interface Print {
  readonly id: number;
  readonly price: Price;
  readonly qty: Qty;
  readonly atMs: number;
  /** The side of whoever came last and took. */
  readonly side: "BUY" | "SELL";
}

const PRINTS_MAX = 200;

/** Returns the newest first; none stands twice, whatever order they come in. */
export function addPrints(prints: readonly Print[], added: readonly Print[]): readonly Print[] {
  const newest = prints[0]?.id ?? -1;
  if (added.length === 1 && added[0] !== undefined && newest < added[0].id) {
    return [added[0], ...prints].slice(0, PRINTS_MAX);
  }
  const byId = new Map([...prints, ...added].map((print) => [print.id, print]));
  return [...byId.values()].sort((one, other) => other.id - one.id).slice(0, PRINTS_MAX);
}

export const printOf = (trade: WireTrade): Print => ({
  id: trade.id,
  price: priceOf(trade.price),
  qty: qtyOf(trade.qty),
  atMs: trade.time,
  side: trade.isBuyerMaker ? "SELL" : "BUY",
});

export const printOfMessage = (message: TradeMessage): Print => ({
  id: message.t,
  price: priceOf(message.p),
  qty: qtyOf(message.q),
  atMs: message.T,
  side: message.m ? "SELL" : "BUY",
});
