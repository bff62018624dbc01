import { Segments } from "@bourse/kit/segments.tsx";
import { Select } from "@bourse/kit/select.tsx";
import { useWords } from "@bourse/kit/words";
import type { Strings } from "@bourse/kit/strings/en";
import { formatAmount } from "@bourse/num/format";
import { amountDigits, takesOrders, type Market } from "@bourse/state/market";
import {
  checkTicket,
  hasTrail,
  TICKET_TYPES,
  type Ticket,
  type TicketFacts,
  type TicketType,
  mayStay,
} from "@bourse/state/ticket";
import { keepsMargin, percentOf, shareOf } from "@bourse/state/shares";
import { lazy, Suspense, useEffect, useLayoutEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { connection } from "../live/exchange.ts";
import { pilot } from "../live/pilot.ts";
import type { MarketView } from "../live/market-view.ts";
import { visitor } from "../live/visitor.ts";
import { useLook, useStore } from "../live/use.ts";
import { doubtsOf, type Doubt } from "./doubts.ts";
import { phaseText } from "./market-bar.tsx";
import { PreviewList } from "./preview.tsx";
import { useTicketFacts } from "./ticket-facts.ts";
import { stepPrice, TicketFields } from "./ticket-fields.tsx";
import { takePrice, ticket as ticketStore } from "./ticket-store.ts";
import { TicketTerms } from "./ticket-terms.tsx";

const ConfirmOrder = lazy(async () => ({
  default: (await import("./confirm.tsx")).ConfirmOrder,
}));

const TwapForm = lazy(async () => ({ default: (await import("./twap.tsx")).TwapForm }));

const typeTitle = (type: TicketType, words: Strings): string =>
  type === "market" ? words.marketOrder : words[type];

/** Whether a market takes orders of a type. */
const takes = (market: Market, type: TicketType): boolean =>
  (!hasTrail(type) || market.hasTrailing) && (type !== "oco" || market.hasPairs);

/** What sends orders: fetched once the form is there, so that it is at hand before anybody has filled it in. */
const trading = () => import("../live/trading.ts");

/** What is not said again of the next order. */
const SENT: Partial<Ticket> = {
  size: "",
  shown: "",
  takeProfit: "",
  stopLoss: "",
  takeProfitLimit: "",
  stopLossLimit: "",
};

/** A second click within this time does nothing. */
const LOCK_MS = 2_000;

/** The form that places orders. */
export function TicketPane({
  market,
  view,
}: {
  readonly market: Market;
  readonly view: MarketView;
}) {
  const words = useWords();
  const ticket = useStore(ticketStore);
  const facts = useTicketFacts(market, view);
  const isUser = useStore(visitor).kind === "user";
  const health = useStore(connection).health;
  const asksAlways = useLook((look) => look.asksBeforeOrders);
  const [wasTried, setWasTried] = useState(false);
  const [isSending, setIsSending] = useState(false);
  const [doubts, setDoubts] = useState<readonly Doubt[] | null>(null);
  const lockedUntil = useRef(0);
  const turns = useRef(0);
  const overTime = useRef<(() => void) | null>(null);
  const sending = useRef<Awaited<ReturnType<typeof trading>> | null>(null);
  const checked = checkTicket(ticket, facts);
  const isOpen = takesOrders(market);

  const send = async (): Promise<void> => {
    setDoubts(null);
    if (checked.placement === null || performance.now() < lockedUntil.current) return;
    lockedUntil.current = performance.now() + LOCK_MS;
    setIsSending(true);
    const turn = (turns.current += 1);
    // Unless the next order is on its way by then.
    const release = (): void => {
      if (turns.current !== turn) return;
      setIsSending(false);
      setWasTried(false);
    };
    // What fails at once does not let the second half of a double click through.
    const onDoubt = (): void => void setTimeout(release, lockedUntil.current - performance.now());
    const { placement } = checked;
    // At once where it is there: a turn of the loop would render the form first.
    const sender = sending.current ?? (await trading());
    const isTaken = await sender.place(placement, onDoubt);
    if (turns.current === turn) lockedUntil.current = 0;
    release();
    // What was typed since is the next order.
    if (isTaken && ticketStore.get() === ticket) {
      ticketStore.dispatch(SENT);
    }
  };
  const submit = (): void => {
    if (ticket.type === "twap") {
      overTime.current?.();
      return;
    }
    setWasTried(true);
    if (checked.placement === null || isSending || !isOpen) return;
    const found = doubtsOf(ticket, facts, checked, health, asksAlways);
    if (found.length === 0) void send();
    else setDoubts(found);
  };
  usePilot(facts, submit);
  useEffect(() => {
    void trading().then((sender) => {
      sending.current = sender;
    });
  }, []);
  const isBuy = ticket.side === "BUY";
  const name = isBuy ? words.placeBuy(market.base) : words.placeSell(market.base);
  return (
    <form
      className="ticket"
      aria-label={words.orderTicket}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit();
      }}
    >
      <Segments
        label={words.side}
        segments={[
          { key: "BUY", title: words.buy, tone: "up" },
          { key: "SELL", title: words.sell, tone: "down" },
        ]}
        chosen={ticket.side}
        onChoose={(side) => ticketStore.dispatch({ side })}
      />
      <Select
        term="orderType"
        label={words.orderType}
        choices={TICKET_TYPES.filter((type) => takes(market, type)).map((type) => ({
          key: type,
          title: typeTitle(type, words),
        }))}
        chosen={ticket.type}
        onChoose={(type) => ticketStore.dispatch({ type })}
      />
      {ticket.type === "twap" ? (
        <Suspense>
          <TwapForm facts={facts} isOpen={isOpen} submitted={overTime}>
            <Shares facts={facts} />
          </TwapForm>
        </Suspense>
      ) : (
        <>
          <TicketFields facts={facts} checked={checked} wasTried={wasTried} />
          <Shares facts={facts} />
          <TicketTerms facts={facts} checked={checked} wasTried={wasTried} />
          <PreviewList market={market} checked={checked} mayStay={mayStay(ticket.type)} />
          {isUser ? (
            <button
              type="submit"
              className={`button ${isBuy ? "buy" : "sell"} submit`}
              disabled={!isOpen || isSending}
            >
              {isSending ? words.sending : isOpen ? name : phaseText(market, words)}
            </button>
          ) : (
            <a className="button primary submit" href="/sign-in">
              {words.signInToTrade}
            </a>
          )}
        </>
      )}
      {doubts === null ? null : (
        <Suspense>
          <ConfirmOrder
            doubts={doubts}
            name={name}
            market={market}
            checked={checked}
            onConfirm={() => void send()}
            onClose={() => setDoubts(null)}
          />
        </Suspense>
      )}
    </form>
  );
}

/** Lets keys that trade work on this ticket. */
function usePilot(facts: TicketFacts, submit: () => void): void {
  const current = useRef({ facts, submit });
  // With what is drawn, not after it: a price that is taken is sent in the same moment.
  useLayoutEffect(() => {
    current.current = { facts, submit };
  });
  const { symbol } = facts.market;
  useEffect(() => {
    pilot.dispatch({
      symbol,
      takeSide: (side) => ticketStore.dispatch({ side }),
      takeShare: (percent) => takeShare(current.current.facts, percent),
      stepPrice: (direction) => stepPrice("price", current.current.facts, direction),
      submit: () => current.current.submit(),
      // What is sent next is of this price, so the form takes it in before.
      takePrice: (price) => flushSync(() => takePrice(price)),
    });
    return () => pilot.dispatch(null);
  }, [symbol]);
}

function takeShare(facts: TicketFacts, percent: bigint): void {
  const share = shareOf(ticketStore.get(), facts, percent);
  if (share !== null) ticketStore.dispatch(share);
}

const SHARES = [25n, 50n, 75n, 100n] as const;

function Shares({ facts }: { readonly facts: TicketFacts }) {
  const words = useWords();
  const ticket = useStore(ticketStore);
  const isBuy = ticket.side === "BUY";
  const asset = isBuy ? facts.market.quote : facts.market.base;
  const available = isBuy ? facts.quoteFree : facts.baseFree;
  const note = shareNote(ticket, facts, words);
  return (
    <div className="shares">
      <p className="small-text">
        <span className="quiet" data-term="available">
          {words.available}
        </span>{" "}
        <bdi>
          {available === null
            ? "–"
            : `${formatAmount(available, amountDigits(asset), facts.marks)} ${asset}`}
        </bdi>
      </p>
      <ShareSlider facts={facts} />
      <div role="group" aria-label={words.percentOfAvailable}>
        {SHARES.map((percent) => (
          <button
            key={percent.toString()}
            type="button"
            className="button plain small"
            disabled={available === null}
            onClick={() => takeShare(facts, percent)}
          >
            {`${percent.toString()}%`}
          </button>
        ))}
      </div>
      {note === null ? null : <p className="hint">{note}</p>}
    </div>
  );
}

/** What a share means where it is not just a size of the base asset. */
function shareNote(ticket: Ticket, facts: TicketFacts, words: Strings): string | null {
  if (keepsMargin(ticket)) return words.shareMargin;
  if (ticket.sizeUnit === "quote" && ticket.type === "market")
    return words.shareOfQuote(facts.market.quote);
  return null;
}

/** How much of what is available the order takes, as a place on a line. */
function ShareSlider({ facts }: { readonly facts: TicketFacts }) {
  const words = useWords();
  const ticket = useStore(ticketStore);
  const percent = percentOf(ticket, facts);
  return (
    <input
      type="range"
      className="slider"
      aria-label={words.percentOfAvailable}
      aria-valuetext={`${percent.toString()} %`}
      min={0}
      max={100}
      step={1}
      disabled={shareOf(ticket, facts, 100n) === null}
      value={percent}
      onChange={(event) => takeShare(facts, BigInt(event.target.value))}
    />
  );
}
