/** The order ticket: what was entered, what is wrong with it, what it would cost, and what it becomes. */

import {
  averagePrice,
  notional,
  share,
  ZERO_AMOUNT,
  type Amount,
  type Price,
  type Qty,
} from "@bourse/num/decimal";
import type { Marks } from "@bourse/num/format";
import { NOTHING_SWEPT, sweep, type Book, type Size, type Sweep } from "./book.ts";
import { ladderOf, ladderTotal, rungFault } from "./ladder.ts";
import type { Market } from "./market.ts";
import { roomFault, type OpenCount } from "./room.ts";
import type { Side, TimeInForce } from "./orders.ts";
import { exitQty, placementOf, type Placement } from "./placement.ts";
import {
  hasExits,
  readPrices,
  readShown,
  readSize,
  sideTaken,
  type Known,
} from "./ticket-reading.ts";

export const TICKET_TYPES = [
  "limit",
  "market",
  "stopLimit",
  "stopMarket",
  "takeProfitLimit",
  "takeProfitMarket",
  "trailingStop",
  "trailingProfit",
  "oco",
  "scale",
  "twap",
] as const;
export type TicketType = (typeof TICKET_TYPES)[number];

/** Whose level of the book the price follows: none, the own side, the other side. */
export type Peg = "none" | "primary" | "market";
/** What is to happen when an order would meet another of the account. */
export type SelfTrade =
  "standard" | "NONE" | "EXPIRE_TAKER" | "EXPIRE_MAKER" | "EXPIRE_BOTH" | "DECREMENT";

export interface Ticket {
  readonly side: Side;
  readonly type: TicketType;
  readonly price: string;
  /** Of an order that trails, the price from which it does; empty for the next trade's. */
  readonly stopPrice: string;
  /** The limit of the stop of a pair, or of one that trails; empty for a stop at the market. */
  readonly stopLimit: string;
  /** Per cent. */
  readonly trail: string;
  readonly size: string;
  readonly sizeUnit: "base" | "quote";
  readonly timeInForce: TimeInForce;
  readonly isPostOnly: boolean;
  /** Whether a take profit, a stop loss or both follow once the order is filled. */
  readonly hasExits: boolean;
  readonly takeProfit: string;
  readonly stopLoss: string;
  /** The limits of both; empty for what the market gives. */
  readonly takeProfitLimit: string;
  readonly stopLossLimit: string;
  /** How much the book shows at a time; empty for all. */
  readonly shown: string;
  readonly peg: Peg;
  /** Levels behind the best one. */
  readonly pegLevel: number;
  readonly selfTrade: SelfTrade;
  /** The other end of a ladder, which begins at the price. */
  readonly scaleTo: string;
  /** How many orders a ladder has. */
  readonly scaleCount: string;
}

export const EMPTY_TICKET: Ticket = {
  side: "BUY",
  type: "limit",
  price: "",
  stopPrice: "",
  stopLimit: "",
  trail: "",
  size: "",
  sizeUnit: "base",
  timeInForce: "GTC",
  isPostOnly: false,
  hasExits: false,
  takeProfit: "",
  stopLoss: "",
  takeProfitLimit: "",
  stopLossLimit: "",
  shown: "",
  peg: "none",
  pegLevel: 0,
  selfTrade: "standard",
  scaleTo: "",
  scaleCount: "5",
};

export type TicketField =
  | "price"
  | "stopPrice"
  | "stopLimit"
  | "trail"
  | "size"
  | "takeProfit"
  | "stopLoss"
  | "takeProfitLimit"
  | "stopLossLimit"
  | "shown"
  | "peg"
  | "scaleTo"
  | "scaleCount";

/** What is wrong with a field; the words are those of the page. */
export type Fault =
  | { readonly kind: "missing" | "unreadable" | "ambiguous" | "tooFine" }
  | { readonly kind: "offTick" | "offLot"; readonly step: bigint }
  | { readonly kind: "tooLow" | "tooHigh" | "notAbove" | "notBelow"; readonly bound: bigint }
  | { readonly kind: "bandLow" | "bandHigh"; readonly bound: Price }
  | { readonly kind: "tooMany"; readonly most: number }
  | { readonly kind: "notionalLow" | "notionalHigh"; readonly bound: Amount }
  | { readonly kind: "funds"; readonly available: Amount; readonly asset: string }
  | { readonly kind: "emptyBook" | "tooClose" | "feesUnknown" };

/** Hundred-millionths of what is received. */
export interface FeeRates {
  readonly maker: bigint;
  readonly taker: bigint;
}

export interface TicketFacts {
  readonly market: Market;
  readonly book: Book;
  readonly last: Price | null;
  /** Of the last five minutes; null before it is told. */
  readonly average: Price | null;
  /** What the account has open in the market. */
  readonly open: OpenCount;
  /** Null for whoever has not signed in. */
  readonly baseFree: Amount | null;
  readonly quoteFree: Amount | null;
  /** How far above a price an order may be executed, in hundred-millionths of it. */
  readonly bandUp: bigint;
  /** Null until they are told, and for whoever has not signed in. */
  readonly rates: FeeRates | null;
  readonly marks: Marks;
}

export interface Checked {
  readonly faults: ReadonlyMap<TicketField, Fault>;
  readonly preview: Preview | null;
  readonly placement: Placement | null;
}

export interface Preview {
  readonly qty: Qty;
  readonly total: Amount;
  readonly average: Price | null;
  /** Ten-thousandths between the best price and the average; null when nothing is taken at once. */
  readonly slippageBps: bigint | null;
  /** Null while the rates are not known. */
  readonly fee: Amount | null;
  readonly feeAsset: string;
  readonly isTaker: boolean;
  readonly isFilled: boolean;
  /** The price that the book gives a pegged order now. */
  readonly pegged: Price | null;
  /** What the take profit and the stop loss would come to in the quote asset, against this order's own value. */
  readonly profit: Amount | null;
  readonly loss: Amount | null;
}

export const hasPrice = (type: TicketType): boolean =>
  type !== "market" && !hasTrail(type) && !isAtMarket(type);
const isAtMarket = (type: TicketType): boolean =>
  type === "stopMarket" || type === "takeProfitMarket";
export const hasStop = (type: TicketType): boolean =>
  type === "stopLimit" || type === "takeProfitLimit" || type === "oco" || isAtMarket(type);
export const hasTrail = (type: TicketType): boolean =>
  type === "trailingStop" || type === "trailingProfit";
/** Whether the book sets the price. */
export const isPegged = (ticket: Ticket): boolean =>
  ticket.type === "limit" && ticket.peg !== "none";

/** Checks a ticket against the filters of its market, the balances and the book. */
export function checkTicket(ticket: Ticket, facts: TicketFacts): Checked {
  const faults = new Map<TicketField, Fault>();
  const known = readPrices(ticket, facts, faults);
  const size = readSize(ticket, facts, known);
  if ("fault" in size) {
    faults.set("size", size.fault);
    return { faults, preview: null, placement: null };
  }
  const preview = previewOf(ticket, facts, known, size.value);
  const fault = sizeFault(ticket, facts, known, preview);
  if (fault !== null) faults.set("size", fault);
  const shown = mayHide(ticket) ? readShown(ticket, facts, preview.qty) : { value: null };
  if ("fault" in shown) faults.set("shown", shown.fault);
  if (0 < faults.size || "fault" in shown) return { faults, preview, placement: null };
  const terms = { known, size: size.value, shown: shown.value };
  return { faults, preview, placement: placementOf(ticket, facts, terms) };
}

/** Whether an order of this type may show a part of itself at a time. */
export const mayHide = (ticket: Ticket): boolean => ticket.type === "limit";

/** Whether the order stays until it is cancelled, whatever was chosen: post only, in parts, or behind the own side. */
export const mustStay = (ticket: Ticket): boolean =>
  (ticket.isPostOnly && mayStay(ticket.type)) ||
  (mayHide(ticket) && ticket.shown.trim() !== "") ||
  (isPegged(ticket) && ticket.peg === "primary");

/** Returns how long an order stays. */
export const stayOf = (ticket: Ticket): TimeInForce =>
  mustStay(ticket) ? "GTC" : ticket.timeInForce;

function previewOf(ticket: Ticket, facts: TicketFacts, known: Known, size: Size): Preview {
  const side = sideTaken(ticket.side);
  const levels = facts.book[side];
  const waits = hasStop(ticket.type) || hasTrail(ticket.type);
  const taken =
    waits || (ticket.isPostOnly && mayStay(ticket.type))
      ? NOTHING_SWEPT
      : sweep(levels, side, size, boldest(ticket, known));
  const qty = size.kind === "base" ? size.qty : taken.qty;
  const rungs = rungsOf(ticket, facts, known, qty);
  const total =
    rungs.length === 0 ? totalOf(ticket, facts, known, size, taken) : ladderTotal(rungs);
  const isTaker = !hasPrice(ticket.type) || 0n < taken.qty;
  const { rates } = facts;
  const received = ticket.side === "BUY" ? (qty as bigint as Amount) : total;
  const best = levels[0]?.price ?? null;
  const away = best === null || taken.average === null ? null : taken.average - best;
  return {
    qty,
    total,
    average: rungs.length === 0 ? taken.average : averagePrice(total, qty),
    slippageBps:
      best === null || away === null || 0 < rungs.length
        ? null
        : ((away < 0n ? -away : away) * 10_000n) / best,
    fee: rates === null ? null : share(received, isTaker ? rates.taker : rates.maker, "up"),
    feeAsset: ticket.side === "BUY" ? facts.market.base : facts.market.quote,
    isTaker,
    isFilled: waits || hasPrice(ticket.type) || taken.isFilled,
    pegged: isPegged(ticket) ? known.limit : null,
    profit: gainOf(ticket, facts, known, known.takeProfitLimit ?? known.takeProfit, qty),
    loss: gainOf(ticket, facts, known, known.stopLossLimit ?? known.stopLoss, qty),
  };
}

/** Whether an order of this type can be told to rest or be refused. */
export const mayStay = (type: TicketType): boolean => type === "limit" || type === "scale";

/** The price that reaches furthest into the other side; null for none. */
function boldest({ type, side }: Ticket, { limit, scaleTo }: Known): Price | null {
  if (type !== "scale" || limit === null || scaleTo === null) return limit;
  return (side === "BUY") === limit < scaleTo ? scaleTo : limit;
}

/** Returns the orders of a ladder; none of another type, or while something is missing. */
export function rungsOf({ type }: Ticket, { market }: TicketFacts, known: Known, qty: Qty) {
  const { limit, scaleTo, scaleCount } = known;
  if (type !== "scale" || limit === null || scaleTo === null || scaleCount === null) return [];
  return ladderOf(market, limit, scaleTo, qty, scaleCount);
}

/** What leaving at a price would gain against the entry, before fees. */
function gainOf(
  ticket: Ticket,
  facts: TicketFacts,
  known: Known,
  exit: Price | null,
  qty: Qty,
): Amount | null {
  if (!hasExits(ticket) || exit === null || known.limit === null) return null;
  const away = (ticket.side === "BUY" ? exit - known.limit : known.limit - exit) as Price;
  return notional(away, exitQty(ticket, facts, qty), "down");
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

function sizeFault(
  ticket: Ticket,
  facts: TicketFacts,
  known: Known,
  preview: Preview,
): Fault | null {
  const { market } = facts;
  const rungs = rungsOf(ticket, facts, known, preview.qty);
  const small = rungs.length === 0 ? null : rungFault(market, rungs);
  if (small !== null) return small;
  const full = roomFault(market, facts.open, opens(ticket, rungs.length));
  if (full !== null) return full;
  if (ticket.type === "market" && preview.average === null) return { kind: "emptyBook" };
  if (preview.total !== 0n && preview.total < market.notionalMin) {
    return { kind: "notionalLow", bound: market.notionalMin };
  }
  if (market.notionalMax < preview.total) {
    return { kind: "notionalHigh", bound: market.notionalMax };
  }
  if (hasExits(ticket) && exitQty(ticket, facts, preview.qty) < market.qtyMin) {
    return { kind: "tooLow", bound: market.qtyMin + market.lot };
  }
  if (hasExits(ticket) && areExitsSmall(ticket, facts, known, preview.qty)) {
    return { kind: "notionalLow", bound: market.notionalMin };
  }
  const isBuy = ticket.side === "BUY";
  // What follows a purchase is of what its fee leaves.
  if (hasExits(ticket) && isBuy && facts.quoteFree !== null && facts.rates === null) {
    return { kind: "feesUnknown" };
  }
  const available = isBuy ? facts.quoteFree : facts.baseFree;
  const needed = isBuy ? held(ticket, facts, known, preview) : preview.qty;
  if (available === null || needed <= available) return null;
  return { kind: "funds", available, asset: isBuy ? market.quote : market.base };
}

/** What a ticket would open at once; what follows an order waits until that is filled. */
function opens(ticket: Ticket, rungs: number): OpenCount {
  const { type } = ticket;
  const isPair = type === "oco";
  const waits = hasStop(type) || hasTrail(type);
  const rests = hasPrice(type) && stayOf(ticket) === "GTC";
  const single = waits || rests ? 1 : 0;
  return {
    orders: isPair ? 2 : type === "scale" ? (rests ? rungs : 0) : single,
    waiting: waits ? 1 : 0,
    icebergs: mayHide(ticket) && ticket.shown.trim() !== "" ? 1 : 0,
    lists: isPair || hasExits(ticket) ? 1 : 0,
  };
}

/** Whether an exit with a limit is worth less than the market takes. */
function areExitsSmall(ticket: Ticket, facts: TicketFacts, known: Known, qty: Qty): boolean {
  const left = exitQty(ticket, facts, qty);
  return [known.takeProfitLimit, known.stopLossLimit].some(
    (limit) => limit !== null && notional(limit, left, "down") < facts.market.notionalMin,
  );
}

/** What a purchase holds: a pair, what its dearer order does. */
function held(ticket: Ticket, facts: TicketFacts, known: Known, preview: Preview): Amount {
  const price = heldPrice(ticket, facts, known);
  if (price === null) return preview.total;
  const other = notional(price, preview.qty, "up");
  return preview.total < other ? other : preview.total;
}

/**
 * Returns the price that an order to buy holds for while it waits; null where its own one or the book says it.
 *
 * What will buy at the market holds for the dearest price that it may be executed at.
 */
export function heldPrice(ticket: Ticket, facts: TicketFacts, known: Known): Price | null {
  if (known.stopLimit !== null) return known.stopLimit;
  const waits = ticket.type === "oco" || isAtMarket(ticket.type) || hasTrail(ticket.type);
  const basis = known.stop ?? facts.last;
  if (!waits || basis === null) return null;
  return share(basis as bigint as Amount, facts.bandUp, "up") as bigint as Price;
}
