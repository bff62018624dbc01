/** What a market takes beside grids and ranges: limits near the average price, and only so many open orders of an account. */

import { ceilTo, floorTo, share, type Amount, type Price } from "@bourse/num/decimal";
import type { Market } from "./market.ts";
import type { Order, Side } from "./orders.ts";
import type { Fault } from "./ticket.ts";

/** What an account has open in a market. */
export interface OpenCount {
  readonly orders: number;
  /** Those that wait for a trigger. */
  readonly waiting: number;
  readonly icebergs: number;
  readonly lists: number;
}

export const NOTHING_OPEN: OpenCount = { orders: 0, waiting: 0, icebergs: 0, lists: 0 };

/** Returns what is open in a market. */
export function openIn(symbol: string, all: Iterable<Order>): OpenCount {
  const here = [...all].filter((order) => order.symbol === symbol);
  const lists = here.map(({ listId }) => listId).filter((id) => id !== -1);
  return {
    orders: here.length,
    waiting: here.filter(({ isWorking }) => !isWorking).length,
    icebergs: here.filter(({ icebergQty }) => icebergQty !== 0n).length,
    lists: new Set(lists).size,
  };
}

/** Returns why a limit is too far from the average; null where it is not, and where nothing has traded. */
export function bandFault(
  side: Side,
  limit: Price | null,
  average: Price | null,
  { bidBand, askBand, tick }: Market,
): Fault | null {
  const band = side === "BUY" ? bidBand : askBand;
  if (limit === null || average === null || average === 0n || band === null) return null;
  const at = (factor: bigint, way: "down" | "up"): Price =>
    share(average as bigint as Amount, factor, way) as bigint as Price;
  const [low, high] = [ceilTo(at(band.down, "up"), tick), floorTo(at(band.up, "down"), tick)];
  if (limit < low) return { kind: "bandLow", bound: low };
  return high < limit ? { kind: "bandHigh", bound: high } : null;
}

/** Returns why another placement is one too many; null where it is not. */
export function roomFault(
  { ordersMax, waitingMax, icebergsMax, listsMax }: Market,
  open: OpenCount,
  more: OpenCount,
): Fault | null {
  const full = [
    [open.orders + more.orders, more.orders, ordersMax],
    [open.waiting + more.waiting, more.waiting, waitingMax],
    [open.icebergs + more.icebergs, more.icebergs, icebergsMax],
    [open.lists + more.lists, more.lists, listsMax],
  ] as const;
  const found = full.find(([sum, added, most]) => most !== null && 0 < added && most < sum);
  return found?.[2] === undefined || found[2] === null ? null : { kind: "tooMany", most: found[2] };
}
