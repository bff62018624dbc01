/**
 * How far a limit reaches through the market, which is rather a slip of the finger: beyond the best price of the other side,
 * or, of an order that waits, beyond its trigger, since that is where the market will be.
 */

import { priceOf, type Price } from "@bourse/num/decimal";
import type { Amendment } from "./amendment.ts";
import type { Order, Side } from "./orders.ts";
import type { Placement } from "./placement.ts";

/** Where requests have the side, the limit and the trigger of their orders. */
const PLACES = [
  ["side", "price", "stopPrice"],
  ["side", "abovePrice", "aboveStopPrice"],
  ["side", "belowPrice", "belowStopPrice"],
  ["workingSide", "workingPrice", "workingStopPrice"],
  ["pendingSide", "pendingPrice", "pendingStopPrice"],
  ["pendingSide", "pendingAbovePrice", "pendingAboveStopPrice"],
  ["pendingSide", "pendingBelowPrice", "pendingBelowStopPrice"],
] as const;

/** Returns by how many per cent a limit is beyond a price; negative for one that waits for the market to come. */
function through(side: Side, limit: Price, market: Price | null): bigint {
  if (market === null || market === 0n) return 0n;
  return percentUp(side === "BUY" ? limit - market : market - limit, market);
}

/** Returns how many per cent of a whole a part is, a begun one for all of it, so that what is more than five is never five. */
export const percentUp = (part: bigint, whole: bigint): bigint =>
  (part * 100n + (0n < part ? whole - 1n : 0n)) / whole;

/** Returns by how many per cent the boldest limit of a placement is through the market; zero for none. */
export function placedThrough(placement: Placement, best: Price | null): bigint {
  const requests = placement.operation === "ladder" ? placement.orders : [placement.parameters];
  const all = requests.flatMap((request) => {
    const fields: Readonly<Record<string, unknown>> = { ...request };
    const price = (name: string): Price | null => {
      const text = fields[name];
      return typeof text === "string" && text !== "" ? priceOf(text) : null;
    };
    return PLACES.map(([side, limit, trigger]) => {
      const found = price(limit);
      const isBuy = fields[side] === "BUY";
      return found === null ? 0n : through(isBuy ? "BUY" : "SELL", found, price(trigger) ?? best);
    });
  });
  return all.reduce((most, one) => (most < one ? one : most), 0n);
}

/** Returns by how many per cent other terms put the limit of an order through the market; zero where its prices stay. */
export function amendedThrough(order: Order, wanted: Amendment, last: Price | null): bigint {
  const { price, stopPrice } = wanted;
  if (price === 0n || (price === order.price && stopPrice === order.stopPrice)) return 0n;
  const waits = !order.isWorking && stopPrice !== 0n && order.trailingDelta === null;
  const percent = through(order.side, price, waits ? stopPrice : last);
  return percent < 0n ? 0n : percent;
}
