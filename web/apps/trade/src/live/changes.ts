/** Changes of orders on their way: amended and cancelled, and what the exchange said to each. */

import type { Answer } from "@bourse/api/answer";
import type { OutcomeAccepted } from "@bourse/api/schema";
import { requestOf, type Amendment } from "@bourse/state/amendment";
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

/** Returns how often an order was amended; null where nobody says. */
export const countAmendments = ({ symbol, id }: Order): Promise<number | null> =>
  client.call("GET /api/v3/order/amendments", { symbol, orderId: id }).then(
    (all) => all.length,
    () => null,
  );

/** What is unknown for good has a name, by which operators find it. */
const tellFailed = (failure: Failure, name: string): void =>
  ack.dispatch({
    kind: "failed",
    failure,
    name: failure === "lost" ? name : null,
    ladder: null,
  });

export interface Named extends Doubts {
  readonly name: string;
}

/** That nobody knows is told once for all that is asked for together. */
export const doubtsOf = (name: string): Named => ({
  name,
  onDoubt: () => ack.dispatch({ kind: "unknown", name, ladder: null }),
  onMissing: () => undefined,
});

/** Ends an order, under the name of the request. */
export const end = (order: Order, doubts: Named) =>
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
