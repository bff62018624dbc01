/** What speaks for asking once more before an order is sent. */

import type { Health } from "@bourse/feed/health";
import { percentUp, placedThrough } from "@bourse/state/far";
import { mayStay, type Checked, type Ticket, type TicketFacts } from "@bourse/state/ticket";
import { sideTaken } from "@bourse/state/ticket-reading";

/** Why an order is asked about before it is sent. */
export type Doubt =
  | { readonly kind: "asked" | "stale" }
  | { readonly kind: "far" | "large" | "most"; readonly percent: bigint };

/** Beyond the market by more than this, it is rather a slip of the finger. */
export const FAR_PERCENT = 5n;
/** Of all that the book shows. */
const LARGE_PERCENT = 25n;
/** Of all that is available to pay with. */
export const MOST_PERCENT = 90n;

/** Whether what is shown of the market is what it is, or nearly. */
export const isHeard = (health: Health): boolean => health === "live" || health === "slow";

/** Returns what speaks for asking once more. */
export function doubtsOf(
  ticket: Ticket,
  facts: TicketFacts,
  { preview, placement }: Checked,
  health: Health,
  asksAlways: boolean,
): readonly Doubt[] {
  const doubts: Doubt[] = [];
  if (preview === null || placement === null) return doubts;
  if (!isHeard(health) && !mayStay(ticket.type)) doubts.push({ kind: "stale" });
  const levels = facts.book[sideTaken(ticket.side)];
  const through = placedThrough(placement, levels[0]?.price ?? null);
  if (FAR_PERCENT < through) doubts.push({ kind: "far", percent: through });
  const seen = levels.reduce((sum, { qty }) => sum + qty, 0n);
  const percent = seen === 0n ? 0n : percentUp(preview.qty, seen);
  if (preview.isTaker && LARGE_PERCENT < percent) doubts.push({ kind: "large", percent });
  const isBuy = ticket.side === "BUY";
  const free = isBuy ? facts.quoteFree : facts.baseFree;
  const whole = free === null || free === 0n ? 1n : free;
  const spent = percentUp(isBuy ? preview.total : preview.qty, whole);
  if (free !== null && MOST_PERCENT < spent) doubts.push({ kind: "most", percent: spent });
  if (asksAlways && doubts.length === 0) doubts.push({ kind: "asked" });
  return doubts;
}
