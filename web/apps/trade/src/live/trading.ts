/** Orders on their way: placed, amended and cancelled, and what the exchange said to each. */

import { Refused } from "@bourse/api/client";
import { averagePrice, amountOf, qtyOf, type Qty } from "@bourse/num/decimal";
import { toWire } from "@bourse/num/format";
import type { Order } from "@bourse/state/orders";
import { createStore, now } from "@bourse/state/store";
import { sentOf, type Placement, type Sent } from "@bourse/state/placement";
import { client } from "./clients.ts";
import { noticeEnd } from "./session.ts";

/** What became of the last thing that was asked for. */
export type Ack =
  | { readonly kind: "none" | "sending" | "unknown" | "neverArrived" }
  | {
      readonly kind: "accepted" | "expired" | "cancelled" | "amended";
      readonly id: number;
      readonly tripMs: number;
    }
  | {
      readonly kind: "acceptedList";
      readonly ids: readonly number[];
      readonly tripMs: number;
    }
  | {
      readonly kind: "filled" | "partly";
      readonly id: number;
      readonly tripMs: number;
      readonly filled: bigint;
      readonly qty: bigint;
      readonly average: bigint;
      readonly symbol: string;
    }
  | { readonly kind: "cancelledAll"; readonly count: number; readonly tripMs: number }
  | {
      readonly kind: "replaced";
      readonly before: number;
      readonly id: number;
      readonly tripMs: number;
    }
  | { readonly kind: "rejected"; readonly refused: Refused };

/** An order that was sent and not answered; it is not working yet. */
export interface Pending {
  readonly clientId: string;
  readonly sent: Sent;
  readonly atMs: number;
}

export const ack = createStore<Ack, Ack>({ kind: "none" }, (_, next) => next, now);
type PendingAction =
  | { readonly kind: "sent"; readonly pending: Pending }
  | { readonly kind: "answered"; readonly clientId: string };
export const pending = createStore<readonly Pending[], PendingAction>(
  [],
  (before, action) =>
    action.kind === "sent"
      ? [...before, action.pending]
      : before.filter((one) => one.clientId !== action.clientId),
  now,
);
/** Orders whose change was asked for and not answered. */
export const changing = createStore<ReadonlySet<string>, { key: string; isOver: boolean }>(
  new Set(),
  (before, { key, isOver }) => {
    const next = new Set(before);
    if (isOver) next.delete(key);
    else next.add(key);
    return next;
  },
  now,
);

const ASK_PERIOD_MS = 1_000;
const ASKS_MAX = 30;
/** The exchange does not know an order or a list that never reached it. */
const UNKNOWN_ORDER_CODE = -2013;

const trip = (since: number): number => Math.max(1, Math.round(performance.now() - since));

function newClientId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `web-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

function refusedOf(error: unknown): Refused {
  return error instanceof Refused ? error : new Refused(0, 0, "no answer");
}

/** Places an order or a list; never twice, also when no answer comes. Returns whether it was taken. */
export async function place(placement: Placement): Promise<boolean> {
  const clientId = newClientId();
  const since = performance.now();
  const sent = sentOf(placement);
  ack.dispatch({ kind: "sending" });
  pending.dispatch({ kind: "sent", pending: { clientId, sent, atMs: Date.now() } });
  try {
    ack.dispatch(await send(placement, clientId, since));
    return true;
  } catch (error) {
    const refused = refusedOf(error);
    noticeEnd(refused);
    if (refused.isUnknown) return await askWhatBecame(placement, clientId, since);
    ack.dispatch({ kind: "rejected", refused });
    return false;
  } finally {
    pending.dispatch({ kind: "answered", clientId });
  }
}

async function send(placement: Placement, clientId: string, since: number): Promise<Ack> {
  const { operation, parameters } = placement;
  if (operation === "POST /api/v3/order") {
    const named = { ...parameters, newClientOrderId: clientId };
    return placedAck(await client.call(operation, named), trip(since));
  }
  const list = await client.call(operation, { ...parameters, listClientOrderId: clientId });
  const [first] = list.orderReports;
  const isFilled = first !== undefined && "executedQty" in first && /[1-9]/.test(first.executedQty);
  // What was filled at once is news; the rest of the list stands in the open orders.
  return isFilled
    ? placedAck(first, trip(since))
    : { kind: "acceptedList", ids: list.orders.map(({ orderId }) => orderId), tripMs: trip(since) };
}

type Placed = Awaited<ReturnType<typeof client.call<"POST /api/v3/order">>>;

function placedAck(placed: Placed, tripMs: number): Ack {
  const id = placed.orderId;
  if (!("executedQty" in placed)) return { kind: "accepted", id, tripMs };
  const filled = qtyOf(placed.executedQty);
  const qty = placed.origQty === "0.00000000" ? filled : qtyOf(placed.origQty);
  if (filled === 0n) {
    return { kind: placed.status.startsWith("EXPIRED") ? "expired" : "accepted", id, tripMs };
  }
  const average = averagePrice(amountOf(placed.cummulativeQuoteQty), filled) ?? 0n;
  const kind = placed.status === "FILLED" ? "filled" : "partly";
  return { kind, id, tripMs, filled, qty, average, symbol: placed.symbol };
}

/** Asks by the name of the order until the exchange knows; the order is not sent again. */
async function askWhatBecame(
  placement: Placement,
  clientId: string,
  since: number,
): Promise<boolean> {
  ack.dispatch({ kind: "unknown" });
  for (let asks = 0; asks < ASKS_MAX; asks += 1) {
    await new Promise((resolve) => setTimeout(resolve, ASK_PERIOD_MS));
    try {
      const id = await find(placement, clientId);
      ack.dispatch({ kind: "accepted", id, tripMs: trip(since) });
      return true;
    } catch (error) {
      const refused = refusedOf(error);
      if (refused.code === UNKNOWN_ORDER_CODE) {
        ack.dispatch({ kind: "neverArrived" });
        return false;
      }
    }
  }
  return false;
}

/** Returns the number of an order, or of the first of a list, by its name. */
async function find({ operation, parameters }: Placement, clientId: string): Promise<number> {
  const name = { origClientOrderId: clientId };
  if (operation === "POST /api/v3/order") {
    return (await client.call("GET /api/v3/order", { symbol: parameters.symbol, ...name })).orderId;
  }
  const { orders } = await client.call("GET /api/v3/orderList", name);
  return orders[0]?.orderId ?? 0;
}

/** Cancels an order; of a list, the list. */
export async function cancel(order: Order): Promise<void> {
  const key = `${order.symbol}/${order.id.toString()}`;
  const since = performance.now();
  changing.dispatch({ key, isOver: false });
  try {
    await client.call("DELETE /api/v3/order", { symbol: order.symbol, orderId: order.id });
    ack.dispatch({ kind: "cancelled", id: order.id, tripMs: trip(since) });
  } catch (error) {
    noticeEnd(error);
    ack.dispatch({ kind: "rejected", refused: refusedOf(error) });
  } finally {
    changing.dispatch({ key, isOver: true });
  }
}

/** Cancels every open order in some markets. */
export async function cancelAll(symbols: readonly string[], count: number): Promise<void> {
  const since = performance.now();
  try {
    for (const symbol of symbols) await client.call("DELETE /api/v3/openOrders", { symbol });
    ack.dispatch({ kind: "cancelledAll", count, tripMs: trip(since) });
  } catch (error) {
    noticeEnd(error);
    ack.dispatch({ kind: "rejected", refused: refusedOf(error) });
  }
}

export interface Amendment {
  readonly price: bigint;
  readonly qty: bigint;
}

/** Whether one request gives an order other terms under its number: one that waits, hides a part or is of a list is replaced. */
export const keepsNumber = (order: Order): boolean =>
  order.isWorking && order.price !== 0n && order.icebergQty === 0n && order.listId === -1;

/** Whether an amendment lets an order keep its number and its place. */
export const keepsPlace = (order: Order, { price, qty }: Amendment): boolean =>
  keepsNumber(order) && price === order.price && qty < order.qty;

/** Amends an order in one request: under its number, or else by another order that takes its place or leaves it. */
export async function amend(order: Order, amendment: Amendment): Promise<boolean> {
  const key = `${order.symbol}/${order.id.toString()}`;
  const since = performance.now();
  changing.dispatch({ key, isOver: false });
  try {
    if (keepsNumber(order)) {
      const { price, qty } = amendment;
      await client.call("POST /v1/order/amend", {
        symbol: order.symbol,
        orderId: order.id,
        ...(price === order.price ? {} : { newPrice: toWire(price) }),
        ...(qty === order.qty ? {} : { newQty: toWire(qty), executedQty: toWire(order.filled) }),
      });
      ack.dispatch({ kind: "amended", id: order.id, tripMs: trip(since) });
    } else {
      const id = await replace(order, amendment);
      ack.dispatch({ kind: "replaced", before: order.id, id, tripMs: trip(since) });
    }
    return true;
  } catch (error) {
    noticeEnd(error);
    ack.dispatch({ kind: "rejected", refused: refusedOf(error) });
    return false;
  } finally {
    changing.dispatch({ key, isOver: true });
  }
}

async function replace(order: Order, { price, qty }: Amendment): Promise<number> {
  const left = (qty - order.filled) as Qty;
  const isLimit = order.price !== 0n;
  const isMaker = order.type === "LIMIT_MAKER";
  const answer = await client.call("POST /api/v3/order/cancelReplace", {
    symbol: order.symbol,
    side: order.side,
    type: order.type,
    cancelReplaceMode: "STOP_ON_FAILURE",
    cancelOrderId: order.id,
    quantity: toWire(left),
    ...(isLimit ? { price: toWire(price) } : {}),
    ...(isLimit && !isMaker ? { timeInForce: order.timeInForce } : {}),
    ...(order.stopPrice === 0n ? {} : { stopPrice: toWire(order.stopPrice) }),
    ...(order.trailingDelta === null ? {} : { trailingDelta: order.trailingDelta }),
    ...(order.icebergQty === 0n ? {} : { icebergQty: toWire(order.icebergQty) }),
    newClientOrderId: newClientId(),
  });
  const placed: { readonly orderId?: number } | null = answer.newOrderResponse as {
    readonly orderId?: number;
  } | null;
  return placed?.orderId ?? order.id;
}
