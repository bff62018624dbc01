/** The ticket that is being written; panes put prices into it, and it outlives changes of the page. */

import { toWire } from "@bourse/num/format";
import { createStore, now } from "@bourse/state/store";
import { EMPTY_TICKET, hasTrail, type Ticket } from "@bourse/state/ticket";

export const ticket = createStore<Ticket, Partial<Ticket>>(
  EMPTY_TICKET,
  (before, change) => ({ ...before, ...change }),
  now,
);

/** The market that was written for. */
let symbol = "";
export const ticketSymbol = (): string => symbol;

/** Takes out of the ticket what was said of another market. */
export function enterMarket(entered: string): void {
  const isOther = symbol !== "" && symbol !== entered;
  symbol = entered;
  if (isOther) ticket.dispatch(OF_MARKET);
}

const OF_MARKET: Partial<Ticket> = {
  price: "",
  stopPrice: "",
  stopLimit: "",
  size: "",
  hasExits: false,
  takeProfit: "",
  stopLoss: "",
  takeProfitLimit: "",
  stopLossLimit: "",
  shown: "",
  scaleTo: "",
};

export const emptyTicket = (): void => ticket.dispatch(EMPTY_TICKET);

/** Takes up a ticket that was kept, as far as it is one, unless another market is open by now. */
export function restoreTicket(of: string, kept: Readonly<Record<string, unknown>>): void {
  if (symbol !== "" && symbol !== of) return;
  symbol = of;
  const fields = Object.entries(EMPTY_TICKET).filter(
    ([name, empty]) => typeof kept[name] === typeof empty,
  );
  ticket.dispatch(Object.fromEntries(fields.map(([name]) => [name, kept[name]])));
}

/** Whether the ticket lies over the page, where there is no room for it beside. */
export const sheet = createStore<boolean, boolean>(false, (_, is) => is, now);

/** Goes to the ticket and its first field, with what it is to say; false where there is none. */
export function goToTicket(change: Partial<Ticket> = {}): boolean {
  const pane = document.getElementById("pane-ticket");
  if (pane === null) return false;
  ticket.dispatch(change);
  // What is not seen is not laid out.
  if (pane.offsetParent === null) sheet.dispatch(true);
  requestAnimationFrame(() => {
    (pane.querySelector<HTMLElement>(".input input") ?? pane).focus();
  });
  return true;
}

/** Puts a price of the book or the chart into the ticket; a market order becomes a limit order by it. */
export function takePrice(price: bigint): void {
  const { type } = ticket.get();
  const isPriced = type !== "market" && !hasTrail(type);
  const text = toWire(price);
  if (type === "stopMarket" || type === "takeProfitMarket") ticket.dispatch({ stopPrice: text });
  else ticket.dispatch(isPriced ? { price: text } : { type: "limit", price: text });
}
