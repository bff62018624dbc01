/** Other terms for an order that is open, which keeps its number, and the request for them. */

import type { Operations } from "@bourse/api/schema";
import { notional, type Amount, type Price, type Qty } from "@bourse/num/decimal";
import { toWire } from "@bourse/num/format";
import type { Market } from "./market.ts";
import type { Order } from "./orders.ts";
import { bandFault } from "./room.ts";
import type { Fault } from "./ticket.ts";

/** The terms that are asked for; of a price that the order has not, zero. */
export interface Amendment {
  readonly price: Price;
  readonly stopPrice: Price;
  readonly qty: Qty;
  /** What an iceberg shows at a time; zero of an order that shows all of itself. */
  readonly icebergQty: Qty;
  /** Hundredths of a per cent; null of an order that does not trail. */
  readonly trailingDelta: number | null;
}

export type AmendRequest = Operations["POST /v1/order/amend"]["parameters"];

/** Returns the terms that an order has. */
export const termsOf = (order: Order): Amendment => {
  const { price, stopPrice, qty, icebergQty, trailingDelta } = order;
  return { price, stopPrice, qty, icebergQty, trailingDelta };
};

export const isSameTerms = (one: Amendment, other: Amendment): boolean =>
  one.price === other.price &&
  one.stopPrice === other.stopPrice &&
  one.qty === other.qty &&
  one.icebergQty === other.icebergQty &&
  one.trailingDelta === other.trailingDelta;

const isPending = ({ status }: Order): boolean => status === "PENDING_NEW";

/** Whether an order is one of a pair: both have one size, which stays. */
export const isPaired = (order: Order, orders: Iterable<Order>): boolean =>
  order.listId !== -1 &&
  [...orders].some(
    (other) =>
      other.listId === order.listId &&
      other.symbol === order.symbol &&
      other.id !== order.id &&
      isPending(other) === isPending(order),
  );

/** Whether an amendment lets an order keep its place in the queue. */
export const keepsPlace = (order: Order, { price, qty }: Amendment): boolean =>
  order.isWorking && order.icebergQty === 0n && price === order.price && qty < order.qty;

/** Whether an order stands at its limit, in the book or once its list lets it; any other waits for a trigger. */
const hasNoTrigger = (order: Order): boolean =>
  order.isWorking || (order.stopPrice === 0n && order.trailingDelta === null);

/** Returns the price that a line on the chart stands for: that of the book, or the one that is waited for. */
export const linePrice = (order: Order): Price =>
  hasNoTrigger(order) && order.price !== 0n ? order.price : order.stopPrice;

/** Returns what an order is asked to become when its line is dropped at a price. */
export function movedTo(order: Order, at: Price): Amendment {
  const terms = termsOf(order);
  if (hasNoTrigger(order)) return { ...terms, price: at };
  // The limit of an order that trails is what it was, wherever it begins to.
  if (order.price === 0n || order.trailingDelta !== null) return { ...terms, stopPrice: at };
  // The limit of an order that waits stays as far from its trigger as it was.
  return { ...terms, stopPrice: at, price: (order.price + at - order.stopPrice) as Price };
}

/** Returns why a trigger would be met at once; null where it would not, and where nothing has traded. */
export function triggerFault(order: Order, stopPrice: Price, last: Price | null): Fault | null {
  if (last === null || order.isWorking || isPending(order)) return null;
  if (stopPrice === 0n || order.trailingDelta !== null) {
    return null;
  }
  const isStop = order.type.startsWith("STOP_LOSS");
  const isAbove = isStop === (order.side === "BUY");
  if (isAbove) return stopPrice <= last ? { kind: "notAbove", bound: last } : null;
  return last <= stopPrice ? { kind: "notBelow", bound: last } : null;
}

/** Returns why a limit may not be what it is to become: whatever queues again is near the average price. */
export function limitFault(
  order: Order,
  wanted: Amendment,
  average: Price | null,
  market: Market,
): Fault | null {
  if (wanted.price === 0n || isSameTerms(wanted, termsOf(order)) || keepsPlace(order, wanted))
    return null;
  return bandFault(order.side, wanted.price, average, market);
}

/** Returns why an order may not be worth what it would be, all of it at its limit. */
export function valueFault(
  { price, qty }: Amendment,
  { notionalMin, notionalMax }: Market,
): Fault | null {
  if (price === 0n) return null;
  if (notional(price, qty, "down") < notionalMin)
    return { kind: "notionalLow", bound: notionalMin };
  return notionalMax < notional(price, qty, "up")
    ? { kind: "notionalHigh", bound: notionalMax }
    : null;
}

/** Returns why an account cannot pay for what an order is to become beyond what it holds already. */
export function fundsFault(
  order: Order,
  wanted: Amendment,
  free: { readonly asset: string; readonly amount: Amount },
): Fault | null {
  // What an order of a list holds depends on the others.
  if (order.listId !== -1) return null;
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
  const { price, stopPrice, qty, icebergQty, trailingDelta } = wanted;
  return {
    symbol: order.symbol,
    orderId: order.id,
    ...(price === order.price ? {} : { newPrice: toWire(price) }),
    ...(stopPrice === order.stopPrice ? {} : { newStopPrice: toWire(stopPrice) }),
    ...(trailingDelta === null || trailingDelta === order.trailingDelta
      ? {}
      : { newTrailingDelta: trailingDelta }),
    ...(icebergQty === order.icebergQty ? {} : { newIcebergQty: toWire(icebergQty) }),
    // What is filled in between would count into the size.
    ...(qty === order.qty ? {} : { newQty: toWire(qty), executedQty: toWire(order.filled) }),
  };
}
