/** Which open orders are cancelled together, and by how many requests. */

import type { Order, Side } from "./orders.ts";

/** Null for every market, and for both sides. */
export interface Scope {
  readonly symbol: string | null;
  readonly side: Side | null;
}

/** Returns the orders of a market and a side. */
export const within = (orders: Iterable<Order>, { symbol, side }: Scope): readonly Order[] =>
  [...orders].filter(
    (order) =>
      (symbol === null || order.symbol === symbol) && (side === null || order.side === side),
  );

const isTied = (one: Order, other: Order): boolean =>
  one.listId !== -1 && one.listId === other.listId && one.symbol === other.symbol;

/** Returns the orders to ask for: one of each list, since the others end with it. */
export const toAskFor = (orders: readonly Order[]): readonly Order[] =>
  orders.filter((order, index) => !orders.slice(0, index).some((one) => isTied(one, order)));

/** Returns the orders that are not among those that are cancelled and end with them. */
export const tiedTo = (chosen: readonly Order[], orders: Iterable<Order>): readonly Order[] =>
  [...orders].filter(
    (order) => !chosen.includes(order) && chosen.some((one) => isTied(one, order)),
  );
