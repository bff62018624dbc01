/** Changes of orders on their way: amended and cancelled, and what the exchange said to each. */

import type { Answer } from "@bourse/api/answer";
import { Refused } from "@bourse/api/client";
import type { OutcomeAccepted } from "@bourse/api/schema";
import { requestOf, type Amendment } from "@bourse/state/amendment";
import { tiedTo, toAskFor } from "@bourse/state/cancelling";
import { orderKey, type Order } from "@bourse/state/orders";
import { ack, changing } from "./acks.ts";
import { client } from "./clients.ts";
import {
  failureOf,
  newClientId,
  request,
  tripSince,
  type Doubts,
  type Failure,
} from "./requests.ts";

const CANCELS_AT_ONCE = 8;

/** Cancels an order; of a list, the list. */
export async function cancel(order: Order): Promise<void> {
  const since = performance.now();
  const name = newClientId();
  const failure = failureOf(await end(order, doubtsOf(name)));
  if (failure === null) {
    ack.dispatch({ kind: "cancelled", id: order.id, tripMs: tripSince(since) });
  } else tellFailed(failure, name);
}

/** Amends an order in one request, under its number; one that is refused leaves it as it was. Returns whether it was amended. */
export async function amend(order: Order, wanted: Amendment): Promise<boolean> {
  const since = performance.now();
  const name = newClientId();
  const answer = await change(order, wanted, doubtsOf(name), (named) =>
    client.call("POST /v1/order/amend", { ...requestOf(order, wanted), ...named }),
  );
  const failure = failureOf(answer);
  if (failure === null) {
    ack.dispatch({ kind: "amended", id: order.id, tripMs: tripSince(since) });
  } else tellFailed(failure, name);
  return failure === null;
}

/** What is unknown for good has a name, by which operators find it. */
const tellFailed = (failure: Failure, name: string): void =>
  ack.dispatch({
    kind: "failed",
    failure,
    name: failure === "lost" ? name : null,
    ladder: null,
  });

interface Named extends Doubts {
  readonly name: string;
}

/** That nobody knows is told once for all that is asked for together. */
const doubtsOf = (name: string): Named => ({
  name,
  onDoubt: () => ack.dispatch({ kind: "unknown", name, ladder: null }),
  onMissing: () => undefined,
});

const end = (order: Order, doubts: Named) =>
  change(order, null, doubts, (named) =>
    client.call("DELETE /api/v3/order", { symbol: order.symbol, orderId: order.id, ...named }),
  );

/** Asks for a change of an order, which shows it until it is known what became of it. */
async function change<T>(
  order: Order,
  wanted: Amendment | null,
  { name, onDoubt, onMissing }: Named,
  send: (named: object) => Promise<T>,
): Promise<Answer<T, OutcomeAccepted>> {
  const key = orderKey(order);
  changing.dispatch({ kind: "asked", key, change: { name, wanted, isUnknown: false } });
  const answer = await request(name, send, {
    onDoubt: () => {
      changing.dispatch({ kind: "doubted", key, name });
      onDoubt();
    },
    onMissing,
  });
  changing.dispatch({ kind: "answered", key, name });
  return answer;
}

/** Cancels orders by their numbers, a few at a time, and tells which are left. */
export async function cancelEach(orders: readonly Order[]): Promise<void> {
  const since = performance.now();
  const asked = toAskFor(orders);
  const answers = await eachOf(asked, end);
  const left = asked.flatMap((order, index) =>
    answers[index] === null ? [] : [order, ...tiedTo([order], orders)],
  );
  const names = left.map(({ id }) => `#${id.toString()}`);
  tellCancelled(orders.length - left.length, names, worst(answers), since);
}

/** Cancels every open order in some markets, and tells in which they are left. */
export async function cancelAll(symbols: readonly string[]): Promise<void> {
  const since = performance.now();
  let count = 0;
  const answers = await eachOf(symbols, async (symbol, { name, ...doubts }) => {
    const answer = await request(
      name,
      (named) => client.call("DELETE /api/v3/openOrders", { symbol, ...named }),
      doubts,
    );
    if (answer.kind === "found") count += answer.found.canceledOrderIds?.length ?? 0;
    if (answer.kind === "answered") {
      for (const one of answer.answer) count += "orderReports" in one ? one.orderReports.length : 1;
    }
    return answer;
  });
  const left = symbols.filter((_, index) => answers[index] !== null);
  tellCancelled(count, left, worst(answers), since);
}

/** Asks for many things, a few at a time; one of which nobody knows does not hold up the others. Returns why each failed. */
async function eachOf<I, T, F>(
  items: readonly I[],
  ask: (item: I, doubts: Named) => Promise<Answer<T, F>>,
): Promise<readonly (Failure | null)[]> {
  const answers: Promise<Failure | null>[] = [];
  for (let first = 0; first < items.length; first += CANCELS_AT_ONCE) {
    const turns = items.slice(first, first + CANCELS_AT_ONCE).map((item) => {
      const named = doubtsOf(newClientId());
      return new Promise<void>((resolve) => {
        const onDoubt = (): void => {
          named.onDoubt();
          resolve();
        };
        const answer = ask(item, { ...named, onDoubt }).then(failureOf);
        answers.push(answer);
        void answer.then(() => resolve());
      });
    });
    await Promise.all(turns);
  }
  return Promise.all(answers);
}

/** Of failures, the one that leaves most to look after: one of which nobody knows, or else the last. */
const worst = (failures: readonly (Failure | null)[]): Failure | null =>
  failures.find((one) => one === "lost") ?? failures.findLast((one) => one !== null) ?? null;

function tellCancelled(
  count: number,
  left: readonly string[],
  failure: Failure | null,
  since: number,
): void {
  if (failure === null) ack.dispatch({ kind: "cancelledAll", count, tripMs: tripSince(since) });
  else if (count === 0 && failure instanceof Refused) {
    ack.dispatch({ kind: "failed", failure, name: null, ladder: null });
  } else ack.dispatch({ kind: "cancelledSome", count, left, failure });
}
