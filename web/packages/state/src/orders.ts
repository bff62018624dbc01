/** The own orders and balances, from the snapshot and the events of the user's stream. */

import type {
  AccountPosition,
  ExecutionReport,
  Order as WireOrder,
  Snapshot,
} from "@bourse/api/schema";
import {
  amountOf,
  averagePrice,
  priceOf,
  qtyOf,
  type Amount,
  type Price,
  type Qty,
} from "@bourse/num/decimal";

export type OrderStatus = WireOrder["status"];
export type Side = WireOrder["side"];
export type OrderType = WireOrder["type"];
export type TimeInForce = WireOrder["timeInForce"];
export type SelfTrade = WireOrder["selfTradePreventionMode"];

export interface Order {
  readonly symbol: string;
  readonly id: number;
  readonly clientId: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly price: Price;
  readonly stopPrice: Price;
  readonly qty: Qty;
  readonly filled: Qty;
  readonly quoteFilled: Amount;
  readonly average: Price | null;
  readonly status: OrderStatus;
  readonly listId: number;
  readonly isWorking: boolean;
  readonly createdMs: number;
  readonly changedMs: number;
  /** Hundredths of a per cent, of an order that trails. */
  readonly trailingDelta: number | null;
  readonly icebergQty: Qty;
  /** What happens where it would meet another one of its owner. */
  readonly selfTrade: SelfTrade;
  readonly reason: string | null;
}

export interface Balance {
  readonly asset: string;
  readonly free: Amount;
  readonly locked: Amount;
}

export interface Own {
  readonly orders: ReadonlyMap<string, Order>;
  /** Orders that ended since the page was opened, the newest first. */
  readonly ended: readonly Order[];
  readonly balances: ReadonlyMap<string, Balance>;
}

export const NOTHING_OWN: Own = { orders: new Map(), ended: [], balances: new Map() };
const ENDED_MAX = 200;

export const orderKey = (order: { readonly symbol: string; readonly id: number }): string =>
  `${order.symbol}/${order.id.toString()}`;

export const isOpen = (status: OrderStatus): boolean =>
  status === "NEW" || status === "PENDING_NEW" || status === "PARTIALLY_FILLED";

/** Returns all that a snapshot says; orders that ended before it stay known. */
export function ownOf(snapshot: Snapshot, before: Own): Own {
  return {
    orders: new Map(snapshot.orders.map(orderOf).map((order) => [orderKey(order), order])),
    ended: before.ended,
    balances: new Map(
      snapshot.balances.map(({ asset, free, locked }) => [
        asset,
        { asset, free: amountOf(free), locked: amountOf(locked) },
      ]),
    ),
  };
}

/** Returns what is after an event. */
export function applyEvent(own: Own, event: ExecutionReport | AccountPosition): Own {
  return event.e === "executionReport" ? applyReport(own, event) : applyPosition(own, event);
}

function applyReport(own: Own, report: ExecutionReport): Own {
  const order = orderOfReport(report);
  const orders = new Map(own.orders);
  if (isOpen(order.status)) {
    orders.set(orderKey(order), order);
    return { ...own, orders };
  }
  orders.delete(orderKey(order));
  const others = own.ended.filter((ended) => orderKey(ended) !== orderKey(order));
  return { ...own, orders, ended: [order, ...others].slice(0, ENDED_MAX) };
}

function applyPosition(own: Own, position: AccountPosition): Own {
  const balances = new Map(own.balances);
  for (const { a, f, l } of position.B) {
    balances.set(a, { asset: a, free: amountOf(f), locked: amountOf(l) });
  }
  return { ...own, balances };
}

/** Returns the order of an answer of the interface. */
export function orderOf(order: WireOrder): Order {
  const [filled, quoteFilled] = [qtyOf(order.executedQty), amountOf(order.cummulativeQuoteQty)];
  return {
    symbol: order.symbol,
    id: order.orderId,
    clientId: order.clientOrderId,
    side: order.side,
    type: order.type,
    timeInForce: order.timeInForce,
    // Of a pegged order, what the book gave it.
    price: priceOf(order.peggedPrice ?? order.price),
    stopPrice: priceOf(order.stopPrice),
    qty: qtyOf(order.origQty),
    filled,
    quoteFilled,
    average: averagePrice(quoteFilled, filled),
    status: order.status,
    listId: order.orderListId,
    isWorking: order.isWorking,
    createdMs: order.time,
    changedMs: order.updateTime,
    trailingDelta: order.trailingDelta ?? null,
    icebergQty: qtyOf(order.icebergQty),
    selfTrade: order.selfTradePreventionMode,
    reason: order.expiryReason ?? null,
  };
}

function orderOfReport(report: ExecutionReport): Order {
  const [filled, quoteFilled] = [qtyOf(report.z), amountOf(report.Z)];
  // Of a cancel and of an amendment `c` is the name of the request, `C` that of the order.
  const isOther = report.x === "CANCELED" && report.C !== "";
  return {
    symbol: report.s,
    id: report.i,
    clientId: isOther ? report.C : report.c,
    side: report.S,
    type: report.o,
    timeInForce: report.f,
    price: priceOf(report.gp ?? report.p),
    stopPrice: priceOf(report.P),
    qty: qtyOf(report.q),
    filled,
    quoteFilled,
    average: averagePrice(quoteFilled, filled),
    status: report.X,
    listId: report.g,
    isWorking: report.w,
    createdMs: report.O,
    changedMs: report.T,
    trailingDelta: report.d ?? null,
    icebergQty: qtyOf(report.F),
    selfTrade: report.V,
    reason: report.eR ?? null,
  };
}
