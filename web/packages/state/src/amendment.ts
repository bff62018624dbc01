/** Other terms for an order that is open, which keeps its number, and the request for them. */

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
  /** Hundredths of a per cent; null of an order that does not trail. */
  readonly trailingDelta: number | null;
}

export type AmendRequest = Operations["POST /v1/order/amend"]["parameters"];

/** Returns the terms that an order has. */
export const termsOf = ({ price, stopPrice, qty, trailingDelta }: Order): Amendment => ({
  price,
  stopPrice,
  qty,
  trailingDelta,
});

export const isSameTerms = (one: Amendment, other: Amendment): boolean =>
  one.price === other.price &&
  one.stopPrice === other.stopPrice &&
  one.qty === other.qty &&
  one.trailingDelta === other.trailingDelta;

/** Whether an order can be amended: the orders of a list depend on each other. */
export const mayAmend = (order: Order): boolean => order.listId === -1;

/** Whether an amendment lets an order keep its place in the queue. */
export const keepsPlace = (order: Order, { price, qty }: Amendment): boolean =>
  order.isWorking && order.icebergQty === 0n && price === order.price && qty < order.qty;

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

/** Returns the request that gives an order other terms; what stays is left out. */
export function requestOf(order: Order, wanted: Amendment): AmendRequest {
  const { price, stopPrice, qty, trailingDelta } = wanted;
  return {
    symbol: order.symbol,
    orderId: order.id,
    ...(price === order.price ? {} : { newPrice: toWire(price) }),
    ...(stopPrice === order.stopPrice ? {} : { newStopPrice: toWire(stopPrice) }),
    ...(trailingDelta === null || trailingDelta === order.trailingDelta
      ? {}
      : { newTrailingDelta: trailingDelta }),
    // What is filled in between would count into the size.
    ...(qty === order.qty ? {} : { newQty: toWire(qty), executedQty: toWire(order.filled) }),
  };
}
