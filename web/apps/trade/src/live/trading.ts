/** Orders on their way: placed, amended and cancelled, and what the exchange said to each. */

import { Refused } from "@bourse/api/client";
import { averagePrice, amountOf, qtyOf } from "@bourse/num/decimal";
import { requestOf, type Amendment } from "@bourse/state/amendment";
import { tiedTo, toAskFor } from "@bourse/state/cancelling";
import { legNames, orderCount } from "@bourse/state/on-the-way";
import { orderKey, type Order } from "@bourse/state/orders";
import { sentOf, type OrderRequest, type Placement, type Request } from "@bourse/state/placement";
import { ack, changing, pending, type Ack } from "./acks.ts";
import { client } from "./clients.ts";
import { noticeEnd } from "./visitor.ts";

const ASK_PERIOD_MS = 1_000;
const ASKS_MAX = 30;
const CANCELS_AT_ONCE = 8;
/** The exchange does not know an order or a list that never reached it. */
const UNKNOWN_ORDER_CODE = -2013;

const trip = (since: number): number => Math.max(1, Math.round(performance.now() - since));

/** Returns a name that no other order has. */
export function newClientId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `web-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

function refusedOf(error: unknown): Refused {
  return error instanceof Refused ? error : new Refused(0, 0, "no answer");
}

/** Places an order, a list or a ladder; nothing twice, also when no answer comes. Returns whether all was taken. */
export const place = (placement: Placement): Promise<boolean> =>
  placement.operation === "ladder" ? placeLadder(placement.orders) : placeOne(placement);

/** Places orders one after the other, and stops at the first that is not taken. */
async function placeLadder(orders: readonly OrderRequest[]): Promise<boolean> {
  const since = performance.now();
  for (const [count, parameters] of orders.entries()) {
    if (await placeOne({ operation: "POST /api/v3/order", parameters })) continue;
    const stopped = ack.get();
    if (0 < count && stopped.kind === "rejected") {
      const { refused } = stopped;
      ack.dispatch({ kind: "ladderStopped", count, wanted: orders.length, refused });
    }
    return false;
  }
  ack.dispatch({ kind: "acceptedLadder", count: orders.length, tripMs: trip(since) });
  return true;
}

async function placeOne(placement: Request): Promise<boolean> {
  const clientId = newClientId();
  const since = performance.now();
  const sent = sentOf(placement);
  ack.dispatch({ kind: "sending" });
  pending.dispatch({
    kind: "sent",
    pending: { clientId, count: orderCount(placement), sent, atMs: Date.now() },
  });
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

async function send(placement: Request, clientId: string, since: number): Promise<Ack> {
  const { operation, parameters } = placement;
  if (operation === "POST /api/v3/order") {
    const named = { ...parameters, newClientOrderId: clientId };
    return placedAck(await client.call(operation, named), trip(since));
  }
  const names = { listClientOrderId: clientId, ...legNames(placement, clientId) };
  const list = await client.call(operation, { ...parameters, ...names });
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
  placement: Request,
  clientId: string,
  since: number,
): Promise<boolean> {
  ack.dispatch({ kind: "unknown", name: clientId });
  for (let asks = 0; asks < ASKS_MAX; asks += 1) {
    await new Promise((resolve) => setTimeout(resolve, ASK_PERIOD_MS));
    try {
      const id = await find(placement, clientId);
      ack.dispatch({ kind: "accepted", id, tripMs: trip(since) });
      return true;
    } catch (error) {
      const refused = refusedOf(error);
      if (refused.code === UNKNOWN_ORDER_CODE) {
        ack.dispatch({ kind: "neverArrived", name: clientId });
        return false;
      }
    }
  }
  ack.dispatch({ kind: "lost", name: clientId });
  return false;
}

/** Returns the number of an order, or of the first of a list, by its name. */
async function find({ operation, parameters }: Request, clientId: string): Promise<number> {
  const name = { origClientOrderId: clientId };
  if (operation === "POST /api/v3/order") {
    return (await client.call("GET /api/v3/order", { symbol: parameters.symbol, ...name })).orderId;
  }
  const { orders } = await client.call("GET /api/v3/orderList", name);
  return orders[0]?.orderId ?? 0;
}

/** Cancels an order; of a list, the list. */
export async function cancel(order: Order): Promise<void> {
  const since = performance.now();
  const refused = await end(order);
  ack.dispatch(
    refused === null
      ? { kind: "cancelled", id: order.id, tripMs: trip(since) }
      : { kind: "rejected", refused },
  );
}

/** Asks for the end of an order; returns why it was refused. */
async function end(order: Order): Promise<Refused | null> {
  const key = orderKey(order);
  changing.dispatch({ kind: "asked", key, wanted: null });
  try {
    await client.call("DELETE /api/v3/order", { symbol: order.symbol, orderId: order.id });
    return null;
  } catch (error) {
    noticeEnd(error);
    return refusedOf(error);
  } finally {
    changing.dispatch({ kind: "answered", key });
  }
}

/** Cancels orders by their numbers, a few at a time, and tells which are left. */
export async function cancelEach(orders: readonly Order[]): Promise<void> {
  const since = performance.now();
  const asked = [...toAskFor(orders)];
  const left: Order[] = [];
  let refused: Refused | null = null;
  while (0 < asked.length) {
    const some = asked.splice(0, CANCELS_AT_ONCE);
    const answers = await Promise.all(some.map(end));
    for (const [index, order] of some.entries()) {
      const answer = answers[index] ?? null;
      if (answer === null) continue;
      refused = answer;
      left.push(order, ...tiedTo([order], orders));
    }
  }
  const names = left.map(({ id }) => `#${id.toString()}`);
  tellCancelled(orders.length - left.length, names, refused, since);
}

/** Cancels every open order in some markets, and tells in which they are left. */
export async function cancelAll(symbols: readonly string[]): Promise<void> {
  const since = performance.now();
  const left: string[] = [];
  let count = 0;
  let refused: Refused | null = null;
  for (const symbol of symbols) {
    try {
      const ended = await client.call("DELETE /api/v3/openOrders", { symbol });
      for (const one of ended) count += "orderReports" in one ? one.orderReports.length : 1;
    } catch (error) {
      noticeEnd(error);
      refused = refusedOf(error);
      left.push(symbol);
    }
  }
  tellCancelled(count, left, refused, since);
}

function tellCancelled(
  count: number,
  left: readonly string[],
  refused: Refused | null,
  since: number,
): void {
  if (refused === null) ack.dispatch({ kind: "cancelledAll", count, tripMs: trip(since) });
  else if (count === 0) ack.dispatch({ kind: "rejected", refused });
  else ack.dispatch({ kind: "cancelledSome", count, left, refused });
}

/** Amends an order in one request, under its number; one that is refused leaves it as it was. */
export async function amend(order: Order, wanted: Amendment): Promise<boolean> {
  const key = orderKey(order);
  const since = performance.now();
  changing.dispatch({ kind: "asked", key, wanted });
  try {
    await client.call("POST /v1/order/amend", requestOf(order, wanted));
    ack.dispatch({ kind: "amended", id: order.id, tripMs: trip(since) });
    return true;
  } catch (error) {
    noticeEnd(error);
    ack.dispatch({ kind: "rejected", refused: refusedOf(error) });
    return false;
  } finally {
    changing.dispatch({ kind: "answered", key });
  }
}
