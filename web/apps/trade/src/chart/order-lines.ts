/** Own orders as lines on the chart: dropped elsewhere they are amended, and a click on their cross cancels them. */

import { useDeskWords } from "@bourse/kit/words";
import { floorTo, priceOf, type Price } from "@bourse/num/decimal";
import { format, formatAmount, formatDistance } from "@bourse/num/format";
import { isSameTerms, linePrice, movedTo, termsOf, type Amendment } from "@bourse/state/amendment";
import { amendedThrough } from "@bourse/state/far";
import type { Market } from "@bourse/state/market";
import { orderKey, type Order } from "@bourse/state/orders";
import { createStore, now } from "@bourse/state/store";
import { useEffect, useMemo } from "react";
import { changing } from "../live/acks.ts";
import { tickers } from "../live/exchange.ts";
import { look } from "../live/look.ts";
import { own } from "../live/session.ts";
import type { Trails } from "../live/trails.ts";
import { amend, cancel } from "../live/changes.ts";
import { useMarks, useStore } from "../live/use.ts";
import { FAR_PERCENT } from "../panes/doubts.ts";
import type { ChartCanvas } from "./canvas.ts";

/** Orders that trail stand where they start, once that is known. */
const trails = createStore<Trails, Trails>(new Map(), (_, next) => next, now);
const trailOf = (order: Order) => trails.get().get(orderKey(order));

const placeOf = (order: Order): Price => trailOf(order)?.startOf(order) ?? linePrice(order);

/** Returns what an order is asked to become when its line is dropped somewhere: one that trails, by another delta. */
const wantedAt = (market: Market, order: Order, pixels: number): Amendment =>
  trailOf(order)?.movedTo(order, market, pixels) ?? movedTo(order, priceAt(market, pixels));

/** Follows the orders that trail. */
function useTrails(orders: readonly Order[]): void {
  const keys = orders.map(orderKey).join();
  useEffect(() => {
    if (keys === "") return;
    const watch = import("../live/trails.ts").then(({ watchTrails }) =>
      watchTrails(keys.split(","), trails.dispatch),
    );
    return () => void watch.then((leave) => leave());
  }, [keys]);
}

/** Returns the price on the grid at or below a place on the chart. */
export const priceAt = (market: Market, pixels: number): Price =>
  floorTo(priceOf(Math.max(0, pixels).toFixed(8)), market.tick);

/** Draws the orders of a market where they stand; one that is being changed says what it is to become. */
export function useOrderLines(market: Market, canvas: ChartCanvas | null): void {
  const words = useDeskWords();
  const marks = useMarks();
  const { orders } = useStore(own);
  const inFlight = useStore(changing);
  const { theme, direction } = useStore(look);
  const seen = useStore(trails);
  const here = useMemo(
    () => [...orders.values()].filter(({ symbol }) => symbol === market.symbol),
    [orders, market],
  );
  useTrails(here.filter((order) => order.trailingDelta !== null && !order.isWorking));
  useEffect(() => {
    const text = (order: Order): string => {
      const side = order.side === "BUY" ? words.buy : words.sell;
      const qty = formatAmount(order.qty - order.filled, market.qtyDigits, marks);
      const line = `${side} ${qty}`;
      const asked = inFlight.get(orderKey(order));
      if (asked === undefined) return line;
      const mark = asked.isUnknown ? "?" : "…";
      if (asked.wanted === null) return `${line} ${mark}`;
      const next = placeOf({ ...order, ...asked.wanted });
      return `${line} → ${format(next, market.priceDigits, marks)} ${mark}`;
    };
    const says = (order: Order) => (pixels: number) => {
      const delta = trailOf(order) && wantedAt(market, order, pixels).trailingDelta;
      return text(order) + (delta ? ` · ${formatDistance(BigInt(delta), marks)}` : "");
    };
    canvas?.orders.set(
      here
        .filter((order) => placeOf(order) !== 0n)
        .map((order) => ({
          key: orderKey(order),
          price: placeOf(order),
          says: says(order),
          isBuy: order.side === "BUY",
          isFixed: inFlight.has(orderKey(order)),
        })),
    );
  }, [canvas, market, here, seen, inFlight, words, marks, theme, direction]);
}

/** What a line was dropped for, far through the market, until that is confirmed. */
export interface FarDrop {
  readonly order: Order;
  readonly wanted: Amendment;
  readonly percent: bigint;
}
export const farDrop = createStore<FarDrop | null, FarDrop | null>(null, (_, next) => next, now);

/** A line that was dropped amends its order; until that is answered, and if it is refused, it stands where it was. */
export function dropLine(market: Market, key: string, pixels: number): void {
  const order = own.get().orders.get(key);
  if (order === undefined || priceAt(market, pixels) === 0n) return;
  const wanted = wantedAt(market, order, pixels);
  if (isSameTerms(wanted, termsOf(order))) return;
  const percent = amendedThrough(order, wanted, tickers.get().get(order.symbol)?.last ?? null);
  if (FAR_PERCENT < percent) farDrop.dispatch({ order, wanted, percent });
  else void amend(order, wanted);
}

export function cancelLine(key: string): void {
  const order = own.get().orders.get(key);
  if (order !== undefined && changing.get().get(key)?.isUnknown !== false) void cancel(order);
}
