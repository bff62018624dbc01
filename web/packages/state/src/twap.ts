/** An order that is spread over time: what was entered, what is wrong with it, and what is asked for. */

import type { Operations } from "@bourse/api/schema";
import { isOnGrid } from "@bourse/num/decimal";
import { readEntry, type Entry } from "@bourse/num/entry";
import { toWire } from "@bourse/num/format";
import type { Fault, Ticket, TicketFacts } from "./ticket.ts";

export const SECONDS = { seconds: 1, minutes: 60, hours: 3_600 } as const;
export type TimeUnit = keyof typeof SECONDS;

export type TwapField = "price" | "size" | "duration";
export type TwapWish = Operations["POST /sapi/v1/algo/spot/newOrderTwap"]["parameters"];

export interface TwapChecked {
  readonly faults: ReadonlyMap<TwapField, Fault>;
  /** Null while something is wrong. */
  readonly wish: TwapWish | null;
}

/** Reads a ticket whose order is spread over time; bounds are those of the exchange, which tells them. */
export function checkTwap(
  ticket: Ticket,
  { market, marks }: TicketFacts,
  count: string,
  unit: TimeUnit,
): TwapChecked {
  const faults = new Map<TwapField, Fault>();
  const read = (field: TwapField, text: string, step: bigint): bigint | null => {
    const entry = readEntry(text, marks);
    const fault = faultOf(entry, step, field === "price" ? "offTick" : "offLot");
    if (fault !== null) faults.set(field, fault);
    return fault === null && entry.kind === "value" ? entry.units : null;
  };
  const size = read("size", ticket.size, market.lot);
  const limit = ticket.price.trim() === "" ? null : read("price", ticket.price, market.tick);
  const isCount = /^\s*\d{1,6}\s*$/.test(count);
  if (!isCount) {
    faults.set("duration", { kind: count.trim() === "" ? "missing" : "unreadable" });
  }
  if (0 < faults.size || size === null) return { faults, wish: null };
  const wish = {
    symbol: market.symbol,
    side: ticket.side,
    quantity: toWire(size),
    duration: Number(count) * SECONDS[unit],
    ...(limit === null ? {} : { limitPrice: toWire(limit) }),
  };
  return { faults, wish };
}

function faultOf(entry: Entry, step: bigint, off: "offTick" | "offLot"): Fault | null {
  if (entry.kind === "empty") return { kind: "missing" };
  if (entry.kind !== "value") return { kind: entry.kind };
  return isOnGrid(entry.units, step) ? null : { kind: off, step };
}
