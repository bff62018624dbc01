/** The ticket over an ended session and signing in: it stays, and goes with whoever signs out. */

import { EMPTY_TICKET } from "@bourse/state/ticket";
import { emptyTicket, restoreTicket, ticket, ticketSymbol } from "../panes/ticket-store.ts";
import { place } from "../router.ts";
import { forgetLeft, keepLeft, leftBy, readLeft, type Left } from "./left.ts";
import { visitor } from "./visitor.ts";

/** Whose page this is, or was until the session ended. */
let account: number | null = null;

/** Follows who is there, and keeps what guests leave behind as they go to sign in. */
export function followLeaving(): void {
  visitor.subscribe(() => {
    const who = visitor.get();
    if (who.kind === "user") {
      take(leftBy(who.session.account));
      forgetLeft();
      ({ account } = who.session);
    } else if (who.kind === "guest" && who.hasEnded) {
      // Of a document that was loaded again since.
      if (account === null) take(readLeft());
    } else if (account !== null) {
      account = null;
      forgetLeft();
      emptyTicket();
    }
  });
  addEventListener("pagehide", keep);
}

function take(left: Left | null): void {
  if (left === null) return;
  ({ account } = left);
  restoreTicket(left.symbol, left.ticket);
}

function keep(): void {
  const who = visitor.get();
  if (who.kind !== "guest" || (!who.hasEnded && place.get().page !== "trade")) return;
  const { pathname: path } = location;
  keepLeft({ account, path, symbol: ticketSymbol(), ticket: { ...EMPTY_TICKET, ...ticket.get() } });
}
