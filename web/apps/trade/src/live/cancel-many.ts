/** Many orders that are cancelled together, and what is left of them. */

import type { Answer } from "@bourse/api/answer";
import { Refused } from "@bourse/api/client";
import { tiedTo, toAskFor } from "@bourse/state/cancelling";
import type { Order } from "@bourse/state/orders";
import { ack } from "./acks.ts";
import { doubtsOf, end, type Named } from "./changes.ts";
import { client } from "./clients.ts";
import { failureOf, newClientId, request, tripSince, type Failure } from "./requests.ts";

const CANCELS_AT_ONCE = 8;

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
