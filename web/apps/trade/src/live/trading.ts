/** Orders on their way: placed, amended and cancelled, and what the exchange said to each. */

import { Refused } from "@bourse/api/client";
import type { OutcomeAccepted } from "@bourse/api/schema";
import { averagePrice, amountOf, qtyOf } from "@bourse/num/decimal";
import { requestOf, type Amendment } from "@bourse/state/amendment";
import { tiedTo, toAskFor } from "@bourse/state/cancelling";
import { legNames, orderCount } from "@bourse/state/on-the-way";
import { orderKey, type Order } from "@bourse/state/orders";
import { outcomeOf } from "@bourse/state/outcome";
import { sentOf, type OrderRequest, type Placement, type Request } from "@bourse/state/placement";
import { ack, changing, pending, type Ack } from "./acks.ts";
import { client } from "./clients.ts";
import { noticeEnd } from "./visitor.ts";

const ASK_PERIOD_MS = 1_000;
/** Without an answer for so long nobody knows, and the next order may be written. */
const UNKNOWN_AFTER_MS = 2_000;
const CANCELS_AT_ONCE = 8;
/** What was refused when it was carried out, as its own answer would have had it. */
const REFUSED_STATUS = 400;

const trip = (since: number): number => Math.max(1, Math.round(performance.now() - since));

/** Returns a name that no other order has. */
export function newClientId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `web-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

function refusedOf(error: unknown): Refused {
  return error instanceof Refused ? error : new Refused(0, 0, "no answer");
}

/**
 * Places an order, a list or a ladder; nothing twice, also when no answer comes. Returns whether all was taken, and tells
 * before when nobody knows for now.
 */
export const place = (placement: Placement, onDoubt: () => void): Promise<boolean> =>
  placement.operation === "ladder"
    ? placeLadder(placement.orders, onDoubt)
    : placeOne(placement, onDoubt);

/** Places orders one after the other, and stops at the first that is not taken. */
async function placeLadder(orders: readonly OrderRequest[], onDoubt: () => void): Promise<boolean> {
  const since = performance.now();
  const wanted = orders.length;
  for (const [count, parameters] of orders.entries()) {
    const told = (end: Ack): Ack => (count === 0 ? end : inLadder(end, count, wanted));
    const rung = { operation: "POST /api/v3/order", parameters } as const;
    if (!(await placeOne(rung, onDoubt, told))) return false;
  }
  ack.dispatch({ kind: "acceptedLadder", count: wanted, tripMs: trip(since) });
  return true;
}

/** Returns an end as it is told of a ladder of which some orders were placed before. */
function inLadder(end: Ack, count: number, wanted: number): Ack {
  if (end.kind === "rejected") {
    return { kind: "ladderStopped", count, wanted, refused: end.refused };
  }
  return end.kind === "lost" ? { kind: "ladderLost", count, wanted, name: end.name } : end;
}

const isTaken = ({ kind }: Ack): boolean => kind !== "rejected" && kind !== "lost";

/** Sends a request and tells what became of it in the end. Returns whether it was taken. */
async function placeOne(
  placement: Request,
  onDoubt: () => void,
  told = (end: Ack): Ack => end,
): Promise<boolean> {
  const clientId = newClientId();
  const since = performance.now();
  const sent = sentOf(placement);
  ack.dispatch({ kind: "sending" });
  pending.dispatch({
    kind: "sent",
    pending: { clientId, count: orderCount(placement), sent, atMs: Date.now() },
  });
  const doubt = new Doubt(clientId, onDoubt);
  try {
    const end = await endOf(placement, doubt, since);
    ack.dispatch(told(end));
    return isTaken(end);
  } finally {
    pending.dispatch({ kind: "answered", clientId });
  }
}

async function endOf(placement: Request, doubt: Doubt, since: number): Promise<Ack> {
  try {
    const placed = await send(placement, doubt.name, since);
    doubt.end();
    return placed;
  } catch (error) {
    const found = await settle(error, doubt);
    return found.kind === "accepted" ? foundAck(found.outcome, trip(since)) : found;
  }
}

/** What was placed, found by the name of its request. */
function foundAck({ orders = [] }: OutcomeAccepted, tripMs: number): Ack {
  const [id = 0, ...others] = orders.map(({ orderId }) => orderId);
  return others.length === 0
    ? { kind: "accepted", id, tripMs }
    : { kind: "acceptedList", ids: [id, ...others], tripMs };
}

/** That nobody knows what became of a request: told after a while without an answer, or when none will come. */
class Doubt {
  private readonly timer: ReturnType<typeof setTimeout>;
  private isTold = false;

  constructor(
    readonly name: string,
    private readonly onDoubt: () => void = () => undefined,
  ) {
    this.timer = setTimeout(() => this.tell(), UNKNOWN_AFTER_MS);
  }

  tell(): void {
    if (this.isTold) return;
    this.isTold = true;
    ack.dispatch({ kind: "unknown", name: this.name });
    this.onDoubt();
  }

  /** Tells that it is not found so far, unless something else was told since. */
  miss(): void {
    const shown = ack.get();
    if (shown.kind === "unknown" && shown.name === this.name) {
      ack.dispatch({ kind: "notFound", name: this.name });
    }
  }

  end(): void {
    clearTimeout(this.timer);
  }
}

type Settled =
  | { readonly kind: "accepted"; readonly outcome: OutcomeAccepted }
  | Extract<Ack, { readonly kind: "rejected" }>
  | { readonly kind: "lost"; readonly name: string };

/** Returns what became of a request that failed: where that is unknown, the exchange is asked by its name. */
async function settle(error: unknown, doubt: Doubt): Promise<Settled> {
  const refused = refusedOf(error);
  noticeEnd(refused);
  doubt.end();
  if (!refused.isUnknown) return { kind: "rejected", refused };
  doubt.tell();
  const { name } = doubt;
  const outcome = await outcomeOf({
    ask: () => client.call("GET /v1/outcome", { idempotencyKey: name }),
    pause: () => new Promise((resolve) => setTimeout(resolve, ASK_PERIOD_MS)),
    onMiss: () => doubt.miss(),
  });
  if (outcome === null) return { kind: "lost", name };
  if (outcome.outcome === "ACCEPTED") return { kind: "accepted", outcome };
  const { code, msg } = outcome.refusal;
  return { kind: "rejected", refused: new Refused(REFUSED_STATUS, code, msg) };
}

async function send(placement: Request, clientId: string, since: number): Promise<Ack> {
  const { operation, parameters } = placement;
  if (operation === "POST /api/v3/order") {
    const named = { ...parameters, newClientOrderId: clientId, idempotencyKey: clientId };
    return placedAck(await client.call(operation, named), trip(since));
  }
  const names = {
    listClientOrderId: clientId,
    ...legNames(placement, clientId),
    idempotencyKey: clientId,
  };
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

/** Cancels an order; of a list, the list. */
export async function cancel(order: Order): Promise<void> {
  await change(order, null, "cancelled", (idempotencyKey) =>
    client.call("DELETE /api/v3/order", {
      symbol: order.symbol,
      orderId: order.id,
      idempotencyKey,
    }),
  );
}

/** Asks for a change of an order and tells what became of it. Returns whether it was carried out. */
async function change(
  order: Order,
  wanted: Amendment | null,
  kind: "cancelled" | "amended",
  ask: (name: string) => Promise<unknown>,
): Promise<boolean> {
  const key = orderKey(order);
  const since = performance.now();
  const doubt = new Doubt(newClientId());
  changing.dispatch({ kind: "asked", key, wanted });
  const answered = (): void => changing.dispatch({ kind: "answered", key });
  const done = (): Ack => ({ kind, id: order.id, tripMs: trip(since) });
  try {
    await ask(doubt.name);
    doubt.end();
    ack.dispatch(done());
    answered();
    return true;
  } catch (error) {
    // Whoever waits for what is unknown may ask for the change again.
    answered();
    const end = await settle(error, doubt);
    if (end.kind === "accepted") ack.dispatch(done());
    // An order shows what became of its change; the name is that of the request alone.
    else ack.dispatch(end.kind === "lost" ? { kind: "unanswered" } : end);
    return end.kind === "accepted";
  }
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
      refused = worse(refused, answer);
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
      refused = worse(refused, refusedOf(error));
      left.push(symbol);
    }
  }
  tellCancelled(count, left, refused, since);
}

/** Of two failures, the one that leaves more to look after: one of which nobody knows, or else the later one. */
const worse = (before: Refused | null, refused: Refused): Refused =>
  before?.isUnknown === true ? before : refused;

function tellCancelled(
  count: number,
  left: readonly string[],
  refused: Refused | null,
  since: number,
): void {
  if (refused === null) ack.dispatch({ kind: "cancelledAll", count, tripMs: trip(since) });
  else if (count === 0) {
    ack.dispatch(refused.isUnknown ? { kind: "unanswered" } : { kind: "rejected", refused });
  } else ack.dispatch({ kind: "cancelledSome", count, left, refused });
}

/** Amends an order in one request, under its number; one that is refused leaves it as it was. */
export const amend = (order: Order, wanted: Amendment): Promise<boolean> =>
  change(order, wanted, "amended", (idempotencyKey) =>
    client.call("POST /v1/order/amend", { ...requestOf(order, wanted), idempotencyKey }),
  );
