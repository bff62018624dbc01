/** The ticket that is being written; panes put prices into it, and it outlives changes of the page. */

import { toWire } from "@bourse/num/format";
import { createStore, now } from "@bourse/state/store";
import { EMPTY_TICKET, type Ticket } from "@bourse/state/ticket";

export const ticket = createStore<Ticket, Partial<Ticket>>(
  EMPTY_TICKET,
  (before, change) => ({ ...before, ...change }),
  now,
);

/** Puts a price of the book or the chart into the ticket; a market order becomes a limit order by it. */
export function takePrice(price: bigint): void {
  const { type } = ticket.get();
  const isPriced = type !== "market" && type !== "trailingStop";
  const text = toWire(price);
  if (type === "stopMarket" || type === "takeProfitMarket") ticket.dispatch({ stopPrice: text });
  else ticket.dispatch(isPriced ? { price: text } : { type: "limit", price: text });
}
