/** The order ticket: what was entered, what is wrong with it, what it would cost, and the request it becomes. */

import type { Operations } from "@bourse/api/schema";
import {
  floorTo,
  isOnGrid,
  notional,
  qtyFor,
  share,
  ZERO_AMOUNT,
  type Amount,
  type Price,
  type Qty,
} from "@bourse/num/decimal";
import { readEntry, type Entry } from "@bourse/num/entry";
import { toWire, type Marks } from "@bourse/num/format";
import { NOTHING_SWEPT, sweep, type Book, type BookSide, type Size, type Sweep } from "./book.ts";
import type { Market } from "./market.ts";
import type { Side, TimeInForce } from "./orders.ts";

export type TicketType =
  | "limit"
  | "market"
  | "stopLimit"
  | "stopMarket"
  | "takeProfitLimit"
  | "takeProfitMarket"
  | "trailingStop";

export const TICKET_TYPES: readonly TicketType[] = [
  "limit",
  "market",
  "stopLimit",
  "stopMarket",
  "takeProfitLimit",
  "takeProfitMarket",
  "trailingStop",
];

export interface Ticket {
  readonly side: Side;
  readonly type: TicketType;
  readonly price: string;
  readonly stopPrice: string;
  /** Per cent. */
  readonly trail: string;
  readonly size: string;
  readonly sizeUnit: "base" | "quote";
  readonly timeInForce: TimeInForce;
  readonly isPostOnly: boolean;
}

export const EMPTY_TICKET: Ticket = {
  side: "BUY",
  type: "limit",
  price: "",
  stopPrice: "",
  trail: "",
  size: "",
  sizeUnit: "base",
  timeInForce: "GTC",
  isPostOnly: false,
};

export type TicketField = "price" | "stopPrice" | "trail" | "size";

/** What is wrong with a field; the words are those of the page. */
export type Fault =
  | { readonly kind: "missing" | "unreadable" | "ambiguous" | "tooFine" }
  | { readonly kind: "offTick" | "offLot"; readonly step: bigint }
  | { readonly kind: "tooLow" | "tooHigh"; readonly bound: bigint }
  | { readonly kind: "notionalLow" | "notionalHigh"; readonly bound: Amount }
  | { readonly kind: "funds"; readonly available: Amount; readonly asset: string }
  | { readonly kind: "emptyBook" };

export interface TicketFacts {
  readonly market: Market;
  readonly book: Book;
  readonly last: Price | null;
  /** Null for whoever has not signed in. */
  readonly baseFree: Amount | null;
  readonly quoteFree: Amount | null;
  /** Hundred-millionths of what is received. */
  readonly makerRate: bigint;
  readonly takerRate: bigint;
  readonly marks: Marks;
}

export interface Checked {
  readonly faults: ReadonlyMap<TicketField, Fault>;
  readonly preview: Preview | null;
  readonly request: OrderRequest | null;
}

export interface Preview {
  readonly qty: Qty;
  readonly total: Amount;
  readonly average: Price | null;
  /** Ten-thousandths between the best price and the average; null when nothing is taken at once. */
  readonly slippageBps: bigint | null;
  readonly fee: Amount;
  readonly feeAsset: string;
  readonly isTaker: boolean;
  readonly isFilled: boolean;
}

export type OrderRequest = Operations["POST /api/v3/order"]["parameters"];

export const hasPrice = (type: TicketType): boolean =>
  type === "limit" || type === "stopLimit" || type === "takeProfitLimit";
export const hasStop = (type: TicketType): boolean =>
  type !== "limit" && type !== "market" && type !== "trailingStop";
export const hasTrail = (type: TicketType): boolean => type === "trailingStop";
/** Whether the size may be entered in the quote asset and sent so. */
const takesQuote = (type: TicketType): boolean => type === "market";

const WIRE_TYPES: Readonly<Record<TicketType, OrderRequest["type"]>> = {
  limit: "LIMIT",
  market: "MARKET",
  stopLimit: "STOP_LOSS_LIMIT",
  stopMarket: "STOP_LOSS",
  takeProfitLimit: "TAKE_PROFIT_LIMIT",
  takeProfitMarket: "TAKE_PROFIT",
  trailingStop: "STOP_LOSS",
};

type Read<T> = { readonly value: T } | { readonly fault: Fault };
type Refused = { readonly fault: Fault };
const NO_VALUE: Read<null> = { value: null };
const isFault = (read: Read<unknown>): read is Refused => "fault" in read;

/** Checks a ticket against the filters of its market, the balances and the book. */
export function checkTicket(ticket: Ticket, facts: TicketFacts): Checked {
  const faults = new Map<TicketField, Fault>();
  const price = hasPrice(ticket.type) ? readPrice(ticket.price, facts) : NO_VALUE;
  const stop = hasStop(ticket.type) ? readPrice(ticket.stopPrice, facts) : NO_VALUE;
  const trail = hasTrail(ticket.type) ? readTrail(ticket.trail, facts) : NO_VALUE;
  if (isFault(price)) faults.set("price", price.fault);
  if (isFault(stop)) faults.set("stopPrice", stop.fault);
  if (isFault(trail)) faults.set("trail", trail.fault);
  const known: Known = {
    limit: isFault(price) ? null : price.value,
    stop: isFault(stop) ? null : stop.value,
    trail: isFault(trail) ? null : trail.value,
  };
  const size = readSize(ticket, facts, known);
  if (isFault(size)) {
    faults.set("size", size.fault);
    return { faults, preview: null, request: null };
  }
  const preview = previewOf(ticket, facts, known, size.value);
  const fault = sizeFault(ticket, facts, preview);
  if (fault !== null) faults.set("size", fault);
  const request =
    faults.size === 0 ? requestOf(ticket, facts.market.symbol, known, size.value) : null;
  return { faults, preview, request };
}

/** Prices that were read; null where the type has none or the text is wrong. */
interface Known {
  readonly limit: Price | null;
  readonly stop: Price | null;
  readonly trail: bigint | null;
}

function entryFault(entry: Exclude<Entry, { kind: "value" }>): Fault {
  return { kind: entry.kind === "empty" ? "missing" : entry.kind };
}

function readPrice(text: string, { market, marks }: TicketFacts): Read<Price> {
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

function readSize(ticket: Ticket, facts: TicketFacts, known: Known): Read<Size> {
  const { market } = facts;
  const entry = readEntry(ticket.size, facts.marks);
  if (entry.kind !== "value") return { fault: entryFault(entry) };
  if (ticket.sizeUnit === "quote" && takesQuote(ticket.type)) {
    if (entry.units === 0n) return { fault: { kind: "missing" } };
    return { value: { kind: "quote", amount: entry.units as Amount } };
  }
  const qty =
    ticket.sizeUnit === "base"
      ? (entry.units as Qty)
      : floorTo(qtyFor(entry.units as Amount, priceFor(ticket, facts, known)), market.lot);
  if (entry.units === 0n) return { fault: { kind: "missing" } };
  if (!isOnGrid(qty, market.lot)) return { fault: { kind: "offLot", step: market.lot } };
  if (qty < market.qtyMin) return { fault: { kind: "tooLow", bound: market.qtyMin } };
  const most = hasPrice(ticket.type) ? market.qtyMax : market.marketQtyMax;
  return most < qty
    ? { fault: { kind: "tooHigh", bound: most } }
    : { value: { kind: "base", qty } };
}

/** The price that an amount of quote is converted at. */
function priceFor(ticket: Ticket, facts: TicketFacts, known: Known): Price {
  const best = facts.book[sideTaken(ticket.side)][0]?.price;
  return known.limit ?? known.stop ?? best ?? facts.last ?? (0n as Price);
}

/** The side of the book that an order takes from. */
export const sideTaken = (side: Side): BookSide => (side === "BUY" ? "asks" : "bids");

function previewOf(ticket: Ticket, facts: TicketFacts, known: Known, size: Size): Preview {
  const side = sideTaken(ticket.side);
  const levels = facts.book[side];
  const waits = hasStop(ticket.type) || hasTrail(ticket.type);
  const taken = waits || ticket.isPostOnly ? NOTHING_SWEPT : sweep(levels, side, size, known.limit);
  const qty = size.kind === "base" ? size.qty : taken.qty;
  const total = totalOf(ticket, facts, known, size, taken);
  const isTaker = !hasPrice(ticket.type) || 0n < taken.qty;
  const rate = isTaker ? facts.takerRate : facts.makerRate;
  const received = ticket.side === "BUY" ? (qty as bigint as Amount) : total;
  const best = levels[0]?.price ?? null;
  const away = best === null || taken.average === null ? null : taken.average - best;
  return {
    qty,
    total,
    average: taken.average,
    slippageBps:
      best === null || away === null ? null : ((away < 0n ? -away : away) * 10_000n) / best,
    fee: share(received, rate, "up"),
    feeAsset: ticket.side === "BUY" ? facts.market.base : facts.market.quote,
    isTaker,
    isFilled: waits || hasPrice(ticket.type) || taken.isFilled,
  };
}

function totalOf(
  ticket: Ticket,
  facts: TicketFacts,
  known: Known,
  size: Size,
  taken: Sweep,
): Amount {
  if (size.kind === "quote") return size.amount;
  if (known.limit !== null) return notional(known.limit, size.qty, "up");
  if (ticket.type === "market") return taken.quote;
  const price = known.stop ?? facts.last;
  return price === null ? ZERO_AMOUNT : notional(price, size.qty, "up");
}

function sizeFault(ticket: Ticket, facts: TicketFacts, preview: Preview): Fault | null {
  const { market } = facts;
  if (ticket.type === "market" && preview.average === null) return { kind: "emptyBook" };
  if (preview.total !== 0n && preview.total < market.notionalMin) {
    return { kind: "notionalLow", bound: market.notionalMin };
  }
  if (market.notionalMax < preview.total) {
    return { kind: "notionalHigh", bound: market.notionalMax };
  }
  const isBuy = ticket.side === "BUY";
  const available = isBuy ? facts.quoteFree : facts.baseFree;
  const needed = isBuy ? preview.total : preview.qty;
  if (available === null || needed <= available) return null;
  return { kind: "funds", available, asset: isBuy ? market.quote : market.base };
}

function requestOf(ticket: Ticket, symbol: string, known: Known, size: Size): OrderRequest {
  const isLimit = hasPrice(ticket.type);
  const isMaker = ticket.type === "limit" && ticket.isPostOnly;
  return {
    symbol,
    side: ticket.side,
    type: isMaker ? "LIMIT_MAKER" : WIRE_TYPES[ticket.type],
    ...(size.kind === "base"
      ? { quantity: toWire(size.qty) }
      : { quoteOrderQty: toWire(size.amount) }),
    ...(known.limit === null ? {} : { price: toWire(known.limit) }),
    ...(known.stop === null ? {} : { stopPrice: toWire(known.stop) }),
    ...(known.trail === null ? {} : { trailingDelta: Number(known.trail) }),
    ...(isLimit && !isMaker ? { timeInForce: ticket.timeInForce } : {}),
    newOrderRespType: "FULL",
  };
}

/** Returns the size that a share of what is available makes, in hundredths. */
export function sizeOfShare(ticket: Ticket, facts: TicketFacts, percent: bigint): Qty | null {
  const { market } = facts;
  const read = hasPrice(ticket.type) ? readPrice(ticket.price, facts) : NO_VALUE;
  const known: Known = { limit: isFault(read) ? null : read.value, stop: null, trail: null };
  if (ticket.side === "SELL") {
    if (facts.baseFree === null) return null;
    return floorTo(((facts.baseFree * percent) / 100n) as Qty, market.lot);
  }
  if (facts.quoteFree === null) return null;
  const amount = ((facts.quoteFree * percent) / 100n) as Amount;
  if (ticket.type === "market") {
    const side = sideTaken(ticket.side);
    const met = sweep(facts.book[side], side, { kind: "quote", amount }, null);
    return floorTo(met.qty, market.lot);
  }
  return floorTo(qtyFor(amount, priceFor(ticket, facts, known)), market.lot);
}
