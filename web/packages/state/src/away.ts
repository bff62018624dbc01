/** What became of the own orders while nobody listened. */

import { orderKey, type Order, type Own } from "./orders.ts";

export interface OrderChange {
  readonly order: Order;
  /** Whether the order is gone and nobody said how: its page tells. */
  readonly isUnknown: boolean;
}

/** Returns the orders that are not as they were, those that changed last first. */
export function changesBetween(before: Own, after: Own): readonly OrderChange[] {
  const known = new Set(before.ended.map(orderKey));
  const ended = new Map(after.ended.map((order) => [orderKey(order), order]));
  const changes: OrderChange[] = [];
  for (const [key, order] of before.orders) {
    if (after.orders.has(key)) continue;
    changes.push({ order: ended.get(key) ?? order, isUnknown: !ended.has(key) });
  }
  for (const [key, order] of after.orders) {
    const was = before.orders.get(key);
    if (was === undefined || !isSame(was, order)) changes.push({ order, isUnknown: false });
  }
  // Some began and ended in between.
  for (const [key, order] of ended) {
    if (!known.has(key) && !before.orders.has(key)) changes.push({ order, isUnknown: false });
  }
  return changes.sort((one, other) => other.order.changedMs - one.order.changedMs);
}

const isSame = (one: Order, other: Order): boolean =>
  one.status === other.status &&
  one.filled === other.filled &&
  one.price === other.price &&
  one.qty === other.qty &&
  one.isWorking === other.isWorking;
