/** Own orders as lines on the chart: dropped elsewhere they are amended, and a click on their cross cancels them. */

import { useDeskWords } from "@bourse/kit/words";
import { floorTo, priceOf, type Price } from "@bourse/num/decimal";
import { format, formatAmount } from "@bourse/num/format";
import { isSameTerms, linePrice, mayAmend, movedTo, termsOf } from "@bourse/state/amendment";
import type { Market } from "@bourse/state/market";
import { orderKey, type Order } from "@bourse/state/orders";
import { useEffect } from "react";
import { changing } from "../live/acks.ts";
import { look } from "../live/look.ts";
import { own } from "../live/session.ts";
import { amend, cancel } from "../live/trading.ts";
import { useMarks, useStore } from "../live/use.ts";
import type { ChartCanvas } from "./canvas.ts";

/** The orders of a list depend on each other, and one that trails sets its price itself. */
const mayMove = (order: Order): boolean => mayAmend(order) && order.trailingDelta === null;

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
  useEffect(() => {
    const text = (order: Order): string => {
      const side = order.side === "BUY" ? words.buy : words.sell;
      const qty = formatAmount(order.qty - order.filled, market.qtyDigits, marks);
      const line = words.orderLine(side, qty);
      const wanted = inFlight.get(orderKey(order));
      if (wanted === undefined) return line;
      if (wanted === null) return `${line} …`;
      const next = linePrice({ ...order, ...wanted });
      return `${line} → ${format(next, market.priceDigits, marks)} …`;
    };
    const here = [...orders.values()].filter(({ symbol }) => symbol === market.symbol);
    canvas?.setOrders(
      here
        .filter((order) => linePrice(order) !== 0n)
        .map((order) => ({
          key: orderKey(order),
          price: linePrice(order),
          text: text(order),
          isBuy: order.side === "BUY",
          isFixed: !mayMove(order) || inFlight.has(orderKey(order)),
        })),
    );
  }, [canvas, market, orders, inFlight, words, marks, theme, direction]);
}

/** A line that was dropped amends its order; until that is answered, and if it is refused, it stands where it was. */
export function dropLine(market: Market, key: string, pixels: number): void {
  const order = own.get().orders.get(key);
  const at = priceAt(market, pixels);
  if (order === undefined || !mayMove(order) || at === 0n) return;
  const wanted = movedTo(order, at);
  if (isSameTerms(wanted, termsOf(order))) return;
  void amend(order, wanted);
}

export function cancelLine(key: string): void {
  const order = own.get().orders.get(key);
  if (order !== undefined && !changing.get().has(key)) void cancel(order);
}
