/** Other terms for an order that is open: what keeps its number, and the request that gives it another one. */

import type { Operations } from "@bourse/api/schema";
import { notional, type Amount, type Price, type Qty } from "@bourse/num/decimal";
import { toWire } from "@bourse/num/format";
import type { Order } from "./orders.ts";
import type { Fault } from "./ticket.ts";

/** The terms that are asked for; of a price that the order has not, zero. */
export interface Amendment {
  readonly price: Price;
  readonly stopPrice: Price;
  readonly qty: Qty;
}

export type Replacement = Operations["POST /api/v3/order/cancelReplace"]["parameters"];

/** Returns the terms that an order has. */
export const termsOf = ({ price, stopPrice, qty }: Order): Amendment => ({ price, stopPrice, qty });

export const isSameTerms = (one: Amendment, other: Amendment): boolean =>
  one.price === other.price && one.stopPrice === other.stopPrice && one.qty === other.qty;

/** Whether an order can be amended at all: one of a list would take the others with it. */
export const mayAmend = (order: Order): boolean => order.listId === -1;

/** Whether one request gives an order other terms under its number: one that waits or hides a part is replaced. */
export const keepsNumber = (order: Order): boolean =>
  order.isWorking && order.price !== 0n && order.icebergQty === 0n && mayAmend(order);

/** Whether an amendment lets an order keep its number and its place. */
export const keepsPlace = (order: Order, { price, qty }: Amendment): boolean =>
  keepsNumber(order) && price === order.price && qty < order.qty;

/** Returns the price that a line on the chart stands for: that of the book, or the one that is waited for. */
export const linePrice = (order: Order): Price =>
  order.isWorking && order.price !== 0n ? order.price : order.stopPrice;

/** Returns what an order is asked to become when its line is dropped at a price. */
export function movedTo(order: Order, at: Price): Amendment {
  const terms = termsOf(order);
  if (order.isWorking && order.price !== 0n) return { ...terms, price: at };
  if (order.price === 0n) return { ...terms, stopPrice: at };
  // The limit of an order that waits stays as far from its trigger as it was.
  return { ...terms, stopPrice: at, price: (order.price + at - order.stopPrice) as Price };
}

/** Returns why a trigger would be met at once; null where it would not, and where nothing has traded. */
export function triggerFault(order: Order, stopPrice: Price, last: Price | null): Fault | null {
  if (last === null || order.isWorking || stopPrice === 0n || order.trailingDelta !== null) {
    return null;
  }
  const isStop = order.type.startsWith("STOP_LOSS");
  const isAbove = isStop === (order.side === "BUY");
  if (isAbove) return stopPrice <= last ? { kind: "notAbove", bound: last } : null;
  return last <= stopPrice ? { kind: "notBelow", bound: last } : null;
}

/** Returns why an account cannot pay for what an order is to become beyond what it holds already. */
export function fundsFault(
  order: Order,
  wanted: Amendment,
  free: { readonly asset: string; readonly amount: Amount },
): Fault | null {
  const more = neededFor(order, wanted) - neededFor(order, termsOf(order));
  if (more <= free.amount) return null;
  return { kind: "funds", available: free.amount, asset: free.asset };
}

function neededFor({ side, filled }: Order, { price, stopPrice, qty }: Amendment): bigint {
  const left = (qty - filled) as Qty;
  return side === "SELL" ? left : notional(price === 0n ? stopPrice : price, left, "up");
}

/** Returns the request that puts another order in the place of one, with everything else as it was. */
export function replacementOf(order: Order, { price, stopPrice, qty }: Amendment): Replacement {
  const left = (qty - order.filled) as Qty;
  const hasTimeInForce = order.price !== 0n && order.type !== "LIMIT_MAKER";
  const shown = left < order.icebergQty ? left : order.icebergQty;
  return {
    symbol: order.symbol,
    side: order.side,
    type: order.type,
    cancelReplaceMode: "STOP_ON_FAILURE",
    cancelOrderId: order.id,
    // What is filled in between would be ordered twice.
    ...(order.filled === 0n ? { cancelRestrictions: "ONLY_NEW" } : {}),
    quantity: toWire(left),
    ...(order.price === 0n ? {} : { price: toWire(price) }),
    ...(hasTimeInForce ? { timeInForce: order.timeInForce } : {}),
    ...(order.stopPrice === 0n ? {} : { stopPrice: toWire(stopPrice) }),
    ...(order.trailingDelta === null ? {} : { trailingDelta: order.trailingDelta }),
    ...(order.icebergQty === 0n ? {} : { icebergQty: toWire(shown) }),
    selfTradePreventionMode: order.selfTrade,
  };
}
