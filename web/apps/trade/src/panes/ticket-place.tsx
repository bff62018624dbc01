import { useWords } from "@bourse/kit/words";
import type { Market } from "@bourse/state/market";
import { lazy, Suspense, useEffect, useRef, type ReactNode } from "react";
import type { MarketView } from "../live/market-view.ts";
import { PHONE, useMedia } from "../live/media.ts";
import { useStore } from "../live/use.ts";
import { Boundary } from "./boundary.tsx";
import { TicketPane } from "./ticket.tsx";
import { sheet } from "./ticket-store.ts";

const MiniBook = lazy(async () => ({ default: (await import("./mini-book.tsx")).MiniBook }));

const AckLine = lazy(async () => ({ default: (await import("./ack.tsx")).AckLine }));

/** The ticket where it stands: beside the chart, or over the page where there is no room for both. */
export function TicketPlace({
  market,
  view,
  children,
}: {
  readonly market: Market;
  readonly view: MarketView;
  /** The edge by which it is made wider. */
  readonly children: ReactNode;
}) {
  const isPhone = useMedia(PHONE);
  const ticket = (
    <Boundary>
      <TicketPane market={market} view={view} />
    </Boundary>
  );
  if (isPhone) {
    return (
      <Sheet market={market} view={view}>
        {ticket}
      </Sheet>
    );
  }
  return (
    <div className="ticket-pane pane" id="pane-ticket" tabIndex={-1}>
      {children}
      {ticket}
    </div>
  );
}

/** A dialog from the foot of the screen, with the best prices and what became of the last order. */
function Sheet({
  market,
  view,
  children,
}: {
  readonly market: Market;
  readonly view: MarketView;
  readonly children: ReactNode;
}) {
  const words = useWords();
  const isOpen = useStore(sheet);
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    if (isOpen && dialog?.open === false) dialog.showModal();
    if (!isOpen) dialog?.close();
  }, [isOpen]);
  // What lies behind it would stay out of reach.
  useEffect(() => () => sheet.dispatch(false), []);
  const close = (): void => sheet.dispatch(false);
  return (
    <dialog
      ref={element}
      className="pane sheet"
      id="pane-ticket"
      aria-label={words.orderTicket}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onClick={(event) => {
        // Beside its content there is only what lies behind.
        if (event.target === event.currentTarget) close();
      }}
    >
      <div className="sheet-head">
        {isOpen ? (
          <Suspense fallback={<div className="ack" />}>
            <AckLine />
          </Suspense>
        ) : null}
        <button type="button" className="button plain" onClick={close}>
          {`✕ ${words.close}`}
        </button>
      </div>
      <div className="sheet-body">
        {isOpen ? (
          <Boundary>
            <Suspense fallback={<div className="mini-book" />}>
              <MiniBook market={market} view={view} />
            </Suspense>
          </Boundary>
        ) : null}
        {children}
      </div>
    </dialog>
  );
}
