import { useDeskWords } from "@bourse/kit/words";
import type { Ticket } from "@bourse/state/ticket";
import { markets } from "../live/exchange.ts";
import { go } from "../router.ts";
import { goToTicket } from "./ticket-store.ts";

/** Goes to the ticket, or to the screen that has one. */
export function PlaceOrder({
  symbol,
  change,
  title,
}: {
  readonly symbol: string | null;
  readonly change?: Partial<Ticket>;
  readonly title?: string;
}) {
  const words = useDeskWords();
  const start = (): void => {
    if (goToTicket(change)) return;
    const all = markets.get();
    const first = all.kind === "there" ? all.bySymbol.keys().next().value : undefined;
    go(`/trade/${symbol ?? first ?? ""}`);
  };
  return (
    <button type="button" className="button small" onClick={start}>
      {title ?? words.placeAnyway}
    </button>
  );
}
