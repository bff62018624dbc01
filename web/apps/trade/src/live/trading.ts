/** Orders on their way, and what the exchange said to each. */

import type { OutcomeAccepted } from "@bourse/api/schema";
import { averagePrice, amountOf, qtyOf } from "@bourse/num/decimal";
import { legNames, orderCount } from "@bourse/state/on-the-way";
import { sentOf, type OrderRequest, type Placement, type Request } from "@bourse/state/placement";
import { ack, pending, type Ack, type Ladder } from "./acks.ts";
import { client } from "./clients.ts";
import { failureOf, newClientId, request, tripSince } from "./requests.ts";

/**
 * Places an order, a list or a ladder; nothing twice, also when no answer comes. Returns whether all was taken, and tells
 * before when nobody knows for now.
 */
export const place = (placement: Placement, onDoubt: () => void): Promise<boolean> =>
  placement.operation === "ladder"
    ? placeLadder(placement.orders, onDoubt)
    : placeOne(placement, onDoubt, null);

/** Places orders one after the other, and stops at the first that is not taken, or whose answer took too long. */
async function placeLadder(orders: readonly OrderRequest[], onDoubt: () => void): Promise<boolean> {
  const since = performance.now();
  const wanted = orders.length;
  const taken = { isLate: false };
  const doubt = (): void => {
    taken.isLate = true;
    onDoubt();
  };
  for (const [count, parameters] of orders.entries()) {
    const rung = { operation: "POST /api/v3/order", parameters } as const;
    if (!(await placeOne(rung, doubt, { count, wanted }))) return false;
    // By then something else may have been sent.
    if (taken.isLate && count + 1 < wanted) {
      ack.dispatch({ kind: "ladderCut", count: count + 1, wanted });
      return false;
    }
  }
  ack.dispatch({ kind: "acceptedLadder", count: wanted, tripMs: tripSince(since) });
  return true;
}

/** Sends a request and tells what became of it in the end. Returns whether it was taken. */
async function placeOne(
  placement: Request,
  onDoubt: () => void,
  ladder: Ladder | null,
): Promise<boolean> {
  const name = newClientId();
  const since = performance.now();
  const sent = sentOf(placement);
  ack.dispatch({ kind: "sending" });
  const count = orderCount(placement);
  pending.dispatch({
    kind: "sent",
    pending: { clientId: name, count, sent, atMs: Date.now(), isUnknown: false },
  });
  const answer = await request(name, (named) => send(placement, name, named, since), {
    onDoubt: () => {
      pending.dispatch({ kind: "doubted", clientId: name });
      ack.dispatch({ kind: "unknown", name, ladder });
      onDoubt();
    },
    onMissing: () => tellMissing(name),
  });
  const failure = failureOf(answer);
  if (failure !== null) {
    ack.dispatch({ kind: "failed", failure, name: failure === "lost" ? name : null, ladder });
  } else if (answer.kind === "answered") ack.dispatch(answer.answer);
  else if (answer.kind === "found") ack.dispatch(foundAck(answer.found, tripSince(since)));
  pending.dispatch({ kind: "answered", clientId: name });
  return failure === null;
}

/** Tells that a request is not found so far, unless something else was told since. */
function tellMissing(name: string): void {
  const shown = ack.get();
  if (shown.kind === "unknown" && shown.name === name) ack.dispatch({ ...shown, kind: "notFound" });
}

/** What was placed, found by the name of its request. */
function foundAck({ orders = [] }: OutcomeAccepted, tripMs: number): Ack {
  const [id = 0, ...others] = orders.map(({ orderId }) => orderId);
  return others.length === 0
    ? { kind: "accepted", id, tripMs }
    : { kind: "acceptedList", ids: [id, ...others], tripMs };
}

async function send(placement: Request, name: string, named: object, since: number): Promise<Ack> {
  const { operation, parameters } = placement;
  if (operation === "POST /api/v3/order") {
    const one = { ...parameters, ...named, newClientOrderId: name };
    return placedAck(await client.call(operation, one), tripSince(since));
  }
  const names = { listClientOrderId: name, ...legNames(placement, name) };
  const list = await client.call(operation, { ...parameters, ...named, ...names });
  const [first] = list.orderReports;
  const isFilled = first !== undefined && "executedQty" in first && /[1-9]/.test(first.executedQty);
  // What was filled at once is news; the rest of the list stands in the open orders.
  const tripMs = tripSince(since);
  return isFilled
    ? placedAck(first, tripMs)
    : { kind: "acceptedList", ids: list.orders.map(({ orderId }) => orderId), tripMs };
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
