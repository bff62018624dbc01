/** An order that is spread over time: what was entered, what is wrong with it, and what is asked for. */

import type { Operations } from "@bourse/api/schema";
import {
  isOnGrid,
  notional,
  priceOf,
  ZERO_AMOUNT,
  type Price,
  type Qty,
} from "@bourse/num/decimal";
import { readEntry } from "@bourse/num/entry";
import { toWire } from "@bourse/num/format";
import { entryFault, readPrice, type Read } from "./ticket-reading.ts";
import type { Fault, Ticket, TicketFacts } from "./ticket.ts";

export const SECONDS = { seconds: 1, minutes: 60, hours: 3_600 } as const;
export type TimeUnit = keyof typeof SECONDS;

export type TwapField = "price" | "size" | "duration";
export type TwapWish = Operations["POST /sapi/v1/algo/spot/newOrderTwap"]["parameters"];

export interface TwapChecked {
  readonly faults: ReadonlyMap<TwapField, Fault>;
  /** Null while something is wrong. */
  readonly wish: TwapWish | null;
  /** Of what is available to pay with, in per cent; null while nobody knows. */
  readonly percent: bigint | null;
}

/** What was entered as a size of the base asset; an amount of the other one is none. */
export const twapSize = ({ size, sizeUnit }: Ticket): string => (sizeUnit === "base" ? size : "");

/** Reads a ticket whose order is spread over time; bounds are those of the exchange, which tells them. */
export function checkTwap(
  ticket: Ticket,
  facts: TicketFacts,
  count: string,
  unit: TimeUnit,
): TwapChecked {
  const faults = new Map<TwapField, Fault>();
  const take = <T>(field: TwapField, read: Read<T>): T | null => {
    if ("value" in read) return read.value;
    faults.set(field, read.fault);
    return null;
  };
  const qty = take("size", readQty(twapSize(ticket), facts));
  const limit = ticket.price.trim() === "" ? null : take("price", readPrice(ticket.price, facts));
  const isCount = /^\s*\d{1,6}\s*$/.test(count);
  if (!isCount) {
    faults.set("duration", { kind: count.trim() === "" ? "missing" : "unreadable" });
  }
  const percent = qty === null ? null : percentOfFree(ticket, facts, qty, limit ?? facts.last);
  if (percent !== null && 100n < percent) faults.set("size", fundsFault(ticket, facts));
  if (0 < faults.size || qty === null) return { faults, wish: null, percent };
  const wish = {
    symbol: facts.market.symbol,
    side: ticket.side,
    quantity: toWire(qty),
    // eslint-disable-next-line no-restricted-syntax -- seconds
    duration: Number(count) * SECONDS[unit],
    ...(limit === null ? {} : { limitPrice: toWire(limit) }),
  };
  return { faults, wish, percent };
}

function readQty(text: string, { market, marks }: TicketFacts): Read<Qty> {
  const entry = readEntry(text, marks);
  if (entry.kind !== "value") return { fault: entryFault(entry) };
  const qty = entry.units as Qty;
  if (qty === 0n) return { fault: { kind: "missing" } };
  if (!isOnGrid(qty, market.lot)) return { fault: { kind: "offLot", step: market.lot } };
  return qty < market.qtyMin ? { fault: { kind: "tooLow", bound: market.qtyMin } } : { value: qty };
}

/** What is sold is paid in itself. */
const ONE = priceOf("1");

/** What the order would take of what is available, in per cent, rounded up. */
function percentOfFree(
  { side }: Ticket,
  { baseFree, quoteFree }: TicketFacts,
  qty: Qty,
  price: Price | null,
): bigint | null {
  const isBuy = side === "BUY";
  const free = isBuy ? quoteFree : baseFree;
  const unitPrice = isBuy ? price : ONE;
  if (free === null || unitPrice === null) return null;
  const cost = notional(unitPrice, qty, "up");
  return free === 0n ? 101n : (cost * 100n + free - 1n) / free;
}

function fundsFault({ side }: Ticket, { market, baseFree, quoteFree }: TicketFacts): Fault {
  const isBuy = side === "BUY";
  return {
    kind: "funds",
    available: (isBuy ? quoteFree : baseFree) ?? ZERO_AMOUNT,
    asset: isBuy ? market.quote : market.base,
  };
}
