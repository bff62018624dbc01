/** What stands in the fields of a ticket, read and held against the filters of the market. */

import { isOnGrid, floorTo, qtyFor, type Amount, type Price, type Qty } from "@bourse/num/decimal";
import { readEntry, type Entry } from "@bourse/num/entry";
import type { BookSide, Size } from "./book.ts";
import { hasRoom, RUNGS_MAX, RUNGS_MIN } from "./ladder.ts";
import type { Side } from "./orders.ts";
import { bandFault } from "./room.ts";
import {
  hasPrice,
  hasStop,
  hasTrail,
  isPegged,
  type Fault,
  type Ticket,
  type TicketFacts,
  type TicketField,
} from "./ticket.ts";

type PriceField = Extract<TicketField, "price" | "stopPrice" | "stopLimit" | ExitField | "scaleTo">;
type ExitField = "takeProfit" | "stopLoss" | "takeProfitLimit" | "stopLossLimit";

const EXITS: readonly ExitField[] = ["takeProfit", "stopLoss", "takeProfitLimit", "stopLossLimit"];

export type Read<T> = { readonly value: T } | { readonly fault: Fault };

/** What was read; null where the type has none or the text is wrong. */
export interface Known {
  /** The limit; of a pegged order what the book says of it now. */
  readonly limit: Price | null;
  readonly stop: Price | null;
  /** Hundredths of a per cent. */
  readonly trail: bigint | null;
  /** The limit of the stop of a pair, or of one that trails; null for one that takes what it gets. */
  readonly stopLimit: Price | null;
  readonly takeProfit: Price | null;
  readonly stopLoss: Price | null;
  /** The limits of both; null for what takes what it gets. */
  readonly takeProfitLimit: Price | null;
  readonly stopLossLimit: Price | null;
  /** The other end of a ladder, and of how many orders it is. */
  readonly scaleTo: Price | null;
  readonly scaleCount: number | null;
}

/** The side of the book that an order takes from. */
export const sideTaken = (side: Side): BookSide => (side === "BUY" ? "asks" : "bids");
/** The side of the book that an order rests on. */
const sideOwn = (side: Side): BookSide => (side === "BUY" ? "bids" : "asks");

export const entryFault = (entry: Exclude<Entry, { kind: "value" }>): Fault => ({
  kind: entry.kind === "empty" ? "missing" : entry.kind,
});

/** Reads every price of a ticket; what is wrong goes to the faults of its field. */
export function readPrices(
  ticket: Ticket,
  facts: TicketFacts,
  faults: Map<TicketField, Fault>,
): Known {
  const take = <T>(field: TicketField, isAsked: boolean, read: () => Read<T>): T | null => {
    if (!isAsked) return null;
    const found = read();
    if ("value" in found) return found.value;
    faults.set(field, found.fault);
    return null;
  };
  const price = (field: PriceField) => () => readPrice(ticket[field], facts);
  const isSet = (text: string): boolean => text.trim() !== "";
  const exits = hasExits(ticket);
  const trails = hasTrail(ticket.type);
  const exit = (field: PriceField, text: string) => take(field, exits && isSet(text), price(field));
  const known: Known = {
    limit: isPegged(ticket)
      ? take("peg", true, () => readPeg(ticket, facts))
      : take("price", hasPrice(ticket.type), price("price")),
    stop: take(
      "stopPrice",
      hasStop(ticket.type) || (trails && isSet(ticket.stopPrice)),
      price("stopPrice"),
    ),
    trail: take("trail", trails, () => readTrail(ticket.trail, facts)),
    stopLimit: take(
      "stopLimit",
      (ticket.type === "oco" || trails) && isSet(ticket.stopLimit),
      price("stopLimit"),
    ),
    // What has a limit has a price at which it starts.
    takeProfit: exit("takeProfit", ticket.takeProfit + ticket.takeProfitLimit),
    stopLoss: exit("stopLoss", ticket.stopLoss + ticket.stopLossLimit),
    takeProfitLimit: exit("takeProfitLimit", ticket.takeProfitLimit),
    stopLossLimit: exit("stopLossLimit", ticket.stopLossLimit),
    scaleTo: take("scaleTo", ticket.type === "scale", price("scaleTo")),
    scaleCount: take("scaleCount", ticket.type === "scale", () => readCount(ticket.scaleCount)),
  };
  if (exits && !EXITS.some((field) => isSet(ticket[field]))) {
    faults.set("takeProfit", { kind: "missing" });
  }
  checkOrder(ticket, facts, known, faults);
  checkLadder(facts, known, faults);
  checkBand(ticket, facts, known, faults);
  return known;
}

/** No limit is too far from the average price. */
function checkBand(
  ticket: Ticket,
  { market, average }: TicketFacts,
  { limit, stopLimit, scaleTo, takeProfitLimit, stopLossLimit }: Known,
  faults: Map<TicketField, Fault>,
): void {
  const { side } = ticket;
  // What leaves again trades the other way.
  const other = side === "BUY" ? "SELL" : "BUY";
  // One that follows the book is near.
  for (const [field, price, way] of [
    ["price", isPegged(ticket) ? null : limit, side],
    ["stopLimit", stopLimit, side],
    ["scaleTo", scaleTo, side],
    ["takeProfitLimit", takeProfitLimit, other],
    ["stopLossLimit", stopLossLimit, other],
  ] as const) {
    const fault = bandFault(way, price, average, market);
    if (fault !== null && !faults.has(field)) faults.set(field, fault);
  }
}

/** A ladder whose ends are too close has two orders at one price. */
function checkLadder(
  { market }: TicketFacts,
  { limit, scaleTo, scaleCount }: Known,
  faults: Map<TicketField, Fault>,
): void {
  if (limit === null || scaleTo === null || scaleCount === null) return;
  if (!hasRoom(market, limit, scaleTo, scaleCount)) faults.set("scaleTo", { kind: "tooClose" });
}

/** How many orders a ladder has. */
function readCount(text: string): Read<number> {
  if (text.trim() === "") return { fault: { kind: "missing" } };
  if (!/^\s*\d{1,4}\s*$/.test(text)) return { fault: { kind: "unreadable" } };
  // eslint-disable-next-line no-restricted-syntax -- a count
  const count = Number(text);
  const units = (value: number): bigint => BigInt(value) * 100_000_000n;
  if (count < RUNGS_MIN) return { fault: { kind: "tooLow", bound: units(RUNGS_MIN) } };
  if (RUNGS_MAX < count) return { fault: { kind: "tooHigh", bound: units(RUNGS_MAX) } };
  return { value: count };
}

/** Whether orders follow when this one is filled. */
export const hasExits = (ticket: Ticket): boolean => ticket.type === "limit" && ticket.hasExits;

/** Prices that would be met at once, or never, stand on the wrong side of another one. */
function checkOrder(
  ticket: Ticket,
  { last }: TicketFacts,
  known: Known,
  faults: Map<TicketField, Fault>,
): void {
  const isBuy = ticket.side === "BUY";
  const beyond = (
    field: TicketField,
    price: Price | null,
    isAbove: boolean,
    bound: Price | null,
  ) => {
    if (price === null || bound === null || faults.has(field)) return;
    if (isAbove && price <= bound) faults.set(field, { kind: "notAbove", bound });
    if (!isAbove && bound <= price) faults.set(field, { kind: "notBelow", bound });
  };
  if (ticket.type === "oco") {
    beyond("price", known.limit, !isBuy, last);
    beyond("stopPrice", known.stop, isBuy, last);
  } else if (hasStop(ticket.type)) {
    const isStop = ticket.type === "stopLimit" || ticket.type === "stopMarket";
    beyond("stopPrice", known.stop, isStop === isBuy, last);
  } else {
    beyond("takeProfit", known.takeProfit, isBuy, known.limit);
    beyond("stopLoss", known.stopLoss, !isBuy, known.limit);
  }
}

export function readPrice(text: string, { market, marks }: TicketFacts): Read<Price> {
  const entry = readEntry(text, marks);
  if (entry.kind !== "value") return { fault: entryFault(entry) };
  const price = entry.units as Price;
  if (!isOnGrid(price, market.tick)) return { fault: { kind: "offTick", step: market.tick } };
  if (price < market.priceMin) return { fault: { kind: "tooLow", bound: market.priceMin } };
  if (market.priceMax < price) return { fault: { kind: "tooHigh", bound: market.priceMax } };
  return { value: price };
}

/** Hundredths of a per cent. */
function readTrail(text: string, { market, marks }: TicketFacts): Read<bigint> {
  const entry = readEntry(text, marks);
  if (entry.kind !== "value") return { fault: entryFault(entry) };
  const one = 1_000_000n;
  const [low, high] = [BigInt(market.trailingMin) * one, BigInt(market.trailingMax) * one];
  if (entry.units % one !== 0n) return { fault: { kind: "offTick", step: one } };
  if (entry.units < low) return { fault: { kind: "tooLow", bound: low } };
  if (high < entry.units) return { fault: { kind: "tooHigh", bound: high } };
  return { value: entry.units / one };
}

/** The price of the level that a peg names, as the book is now. */
function readPeg(ticket: Ticket, { book }: TicketFacts): Read<Price> {
  const side = ticket.peg === "primary" ? sideOwn(ticket.side) : sideTaken(ticket.side);
  const level = book[side][ticket.pegLevel];
  return level === undefined ? { fault: { kind: "emptyBook" } } : { value: level.price };
}

/** How much of an order is shown; null for all of it. */
export function readShown(
  ticket: Ticket,
  { market, marks }: TicketFacts,
  qty: Qty,
): Read<Qty | null> {
  if (ticket.shown.trim() === "") return { value: null };
  const entry = readEntry(ticket.shown, marks);
  if (entry.kind !== "value") return { fault: entryFault(entry) };
  const shown = entry.units as Qty;
  const parts = BigInt(market.icebergParts);
  const least = (qty + parts - 1n) / parts;
  const bound = (least < market.qtyMin ? market.qtyMin : least) + market.lot - 1n;
  if (!isOnGrid(shown, market.lot)) return { fault: { kind: "offLot", step: market.lot } };
  if (shown < least || shown < market.qtyMin) {
    return { fault: { kind: "tooLow", bound: floorTo(bound as Qty, market.lot) } };
  }
  return qty < shown ? { fault: { kind: "tooHigh", bound: qty } } : { value: shown };
}

export function readSize(ticket: Ticket, facts: TicketFacts, known: Known): Read<Size> {
  const { market } = facts;
  const entry = readEntry(ticket.size, facts.marks);
  if (entry.kind !== "value") return { fault: entryFault(entry) };
  if (entry.units === 0n) return { fault: { kind: "missing" } };
  // Only a market order is sent in the quote asset.
  if (ticket.sizeUnit === "quote" && ticket.type === "market") {
    return { value: { kind: "quote", amount: entry.units as Amount } };
  }
  const qty =
    ticket.sizeUnit === "base"
      ? (entry.units as Qty)
      : floorTo(qtyFor(entry.units as Amount, priceFor(ticket, facts, known)), market.lot);
  if (!isOnGrid(qty, market.lot)) return { fault: { kind: "offLot", step: market.lot } };
  if (qty < market.qtyMin) return { fault: { kind: "tooLow", bound: market.qtyMin } };
  const most = hasPrice(ticket.type) ? market.qtyMax : market.marketQtyMax;
  return most < qty
    ? { fault: { kind: "tooHigh", bound: most } }
    : { value: { kind: "base", qty } };
}

/** The price that an amount of quote is converted at. */
export function priceFor(ticket: Ticket, facts: TicketFacts, known: Known): Price {
  const best = facts.book[sideTaken(ticket.side)][0]?.price;
  return known.limit ?? known.stop ?? best ?? facts.last ?? (0n as Price);
}
