/** What became of an order, from the first to the last: its changes and its trades, in the order in which they came. */

import type { OrderChange, OwnTrade } from "@bourse/api/schema";
import type { Page } from "./history.ts";

export type Happening =
  | { readonly kind: "change"; readonly change: OrderChange }
  | { readonly kind: "trade"; readonly trade: OwnTrade };

/** As many as the exchange tells at once. */
export const TRADES_PER_PAGE = 1_000;
/** More trades than a page should hold. */
export const TRADES_MAX = 10_000;

/** Returns all changes of an order, the oldest first. */
export async function changesOf(
  ask: (cursor: string | undefined) => Promise<Page<OrderChange>>,
): Promise<readonly OrderChange[]> {
  const found: OrderChange[] = [];
  let cursor: string | undefined;
  do {
    const { rows, next } = await ask(cursor);
    found.push(...rows);
    cursor = next;
  } while (cursor !== undefined);
  return found;
}

/** Returns the trades of an order, the oldest first; those behind the most that are held are left out. */
export async function tradesOf(
  ask: (fromId: number) => Promise<readonly OwnTrade[]>,
): Promise<readonly OwnTrade[]> {
  const found: OwnTrade[] = [];
  let told: readonly OwnTrade[];
  do {
    told = await ask((found.at(-1)?.id ?? -1) + 1);
    found.push(...told);
  } while (told.length === TRADES_PER_PAGE && found.length < TRADES_MAX);
  return found;
}

/**
 * Returns changes and trades in one row.
 *
 * A trade names no command: of what has the same millisecond, it stands behind what let the order trade, and before its end.
 */
export function storyOf(
  changes: readonly OrderChange[],
  trades: readonly OwnTrade[],
): readonly Happening[] {
  const story: Happening[] = [];
  let told = 0;
  for (const change of changes) {
    const isEnd = change.change === "CLOSED";
    const isBefore = ({ time }: OwnTrade): boolean =>
      time < change.time || (isEnd && time === change.time);
    for (let trade = trades[told]; trade !== undefined && isBefore(trade); trade = trades[told]) {
      story.push({ kind: "trade", trade });
      told += 1;
    }
    story.push({ kind: "change", change });
  }
  return [...story, ...trades.slice(told).map((trade) => ({ kind: "trade" as const, trade }))];
}
