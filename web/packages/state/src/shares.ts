/** Shares of what is available as sizes of a ticket, so that all of it is what the exchange takes. */

import { floorTo, qtyFor, type Amount, type Price, type Qty } from "@bourse/num/decimal";
import { readEntry } from "@bourse/num/entry";
import { toWire } from "@bourse/num/format";
import { priceFor, readPrices, type Known } from "./ticket-reading.ts";
import { hasTrail, heldPrice, isPegged, type Ticket, type TicketFacts } from "./ticket.ts";

/** What all of it leaves where the price moves before it is known: a hundredth. */
const MARGIN_PERCENT = 1n;

export type Share = Pick<Ticket, "size" | "sizeUnit">;

/** Returns the size that a share of what is available makes, in hundredths; null while that is unknown. */
export function shareOf(ticket: Ticket, facts: TicketFacts, percent: bigint): Share | null {
  const free = ticket.side === "SELL" ? facts.baseFree : facts.quoteFree;
  if (free === null) return null;
  const most = keepsMargin(ticket) ? 100n - MARGIN_PERCENT : 100n;
  const amount = ((free * (percent < most ? percent : most)) / 100n) as Amount;
  // What buys at the market spends the amount, wherever the price is by then.
  if (ticket.side === "BUY" && ticket.type === "market") {
    return { size: toWire(amount), sizeUnit: "quote" };
  }
  const qty = ticket.side === "SELL" ? (amount as bigint as Qty) : bought(ticket, facts, amount);
  return { size: toWire(floorTo(qty, facts.market.lot)), sizeUnit: "base" };
}

/** Returns how much of what is available the size of a ticket is, in hundredths. */
export function percentOf(ticket: Ticket, facts: TicketFacts): number {
  const all = shareOf(ticket, facts, 100n);
  if (all?.sizeUnit !== ticket.sizeUnit) return 0;
  const [typed, most] = [ticket.size, all.size].map((text) => {
    const entry = readEntry(text, facts.marks);
    return entry.kind === "value" ? entry.units : 0n;
  });
  // eslint-disable-next-line no-restricted-syntax -- a per cent
  return typed === undefined || !most ? 0 : Math.min(100, Number((typed * 100n) / most));
}

/** Whether the price of a purchase is not known before it happens. */
export const keepsMargin = (ticket: Ticket): boolean =>
  ticket.side === "BUY" &&
  (isPegged(ticket) ||
    hasTrail(ticket.type) ||
    (ticket.type === "twap" && ticket.price.trim() === ""));

function bought(ticket: Ticket, facts: TicketFacts, amount: Amount): Qty {
  const known = readPrices(ticket, facts, new Map());
  return qtyFor(amount, dearest(ticket, facts, known));
}

/** The price that what an order holds is counted at; of a pair that of its dearer order. */
function dearest(ticket: Ticket, facts: TicketFacts, known: Known): Price {
  const price = priceFor(ticket, facts, known);
  const held = heldPrice(ticket, facts, known);
  return held !== null && price < held ? held : price;
}
