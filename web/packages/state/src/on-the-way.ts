/** Orders that were sent and not answered, beside those that the user's stream tells of already. */

import type { Order } from "./orders.ts";
import type { Request } from "./placement.ts";

/** What was sent: its name, and of how many orders it is. */
export interface OnTheWay {
  readonly clientId: string;
  readonly count: number;
}

/** Returns the names of the orders of a list, by which they are known before it is answered. */
export function legNames({ operation }: Request, name: string): Readonly<Record<string, string>> {
  const legs = LEGS[operation];
  return Object.fromEntries(
    legs.map((leg, index) => [`${leg}ClientOrderId`, `${name}.${(index + 1).toString()}`]),
  );
}

/** Returns of how many orders a request is. */
export const orderCount = ({ operation }: Request): number => Math.max(1, LEGS[operation].length);

const LEGS: Readonly<Record<Request["operation"], readonly string[]>> = {
  "POST /api/v3/order": [],
  "POST /api/v3/orderList/oco": ["above", "below"],
  "POST /api/v3/orderList/oto": ["working", "pending"],
  "POST /api/v3/orderList/otoco": ["working", "pendingAbove", "pendingBelow"],
};

const isOf = (order: Order, { clientId }: OnTheWay): boolean =>
  order.clientId === clientId || order.clientId.startsWith(`${clientId}.`);

/**
 * Returns what is still on its way and the orders beside it: an order takes the place of its request, and a list does so
 * when all of it is there.
 */
export function settled<T extends OnTheWay>(
  sent: readonly T[],
  orders: readonly Order[],
): { readonly waiting: readonly T[]; readonly orders: readonly Order[] } {
  const found = (one: T) => orders.filter((order) => isOf(order, one)).length;
  const waiting = sent.filter((one) => found(one) < one.count);
  return {
    waiting,
    orders: orders.filter((order) => !waiting.some((one) => isOf(order, one))),
  };
}
