import { Field } from "@bourse/kit/field.tsx";
import { Segments } from "@bourse/kit/segments.tsx";
import { Select } from "@bourse/kit/select.tsx";
import { useWords } from "@bourse/kit/words";
import type { Strings } from "@bourse/kit/strings/en";
import { floorTo, stepBy, type Price } from "@bourse/num/decimal";
import { readEntry } from "@bourse/num/entry";
import { formatAmount, toWire } from "@bourse/num/format";
import { amountDigits, type Market } from "@bourse/state/market";
import {
  checkTicket,
  hasPrice,
  hasStop,
  hasTrail,
  sizeOfShare,
  TICKET_TYPES,
  type Checked,
  type TicketFacts,
  type TicketField,
  type TicketType,
} from "@bourse/state/ticket";
import { useRef, useState } from "react";
import { connection } from "../live/exchange.ts";
import type { MarketView } from "../live/market-view.ts";
import { visitor } from "../live/session.ts";
import { place } from "../live/trading.ts";
import { useLook, useStore } from "../live/use.ts";
import { faultText } from "./faults.ts";
import { ConfirmOrder, doubtsOf, type Doubt } from "./confirm.tsx";
import { PreviewList } from "./preview.tsx";
import { useTicketFacts } from "./ticket-facts.ts";
import { ticket as ticketStore } from "./ticket-store.ts";

const typeTitle = (type: TicketType, words: Strings): string =>
  type === "market" ? words.marketOrder : words[type];

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
  const checked = checkTicket(ticket, facts);
  const isOpen = market.status === "TRADING";

  const send = async (): Promise<void> => {
    setDoubts(null);
    if (checked.request === null || performance.now() < lockedUntil.current) return;
    lockedUntil.current = performance.now() + LOCK_MS;
    setIsSending(true);
    const isTaken = await place(checked.request);
    setIsSending(false);
    lockedUntil.current = 0;
    setWasTried(false);
    if (isTaken) ticketStore.dispatch({ size: "" });
  };
  const submit = (): void => {
    setWasTried(true);
    if (checked.request === null || isSending) return;
    const found = doubtsOf(ticket, facts, checked, health, asksAlways);
    if (found.length === 0) void send();
    else setDoubts(found);
  };
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
        label={words.orderType}
        choices={TICKET_TYPES.filter((type) => type !== "trailingStop" || market.hasTrailing).map(
          (type) => ({ key: type, title: typeTitle(type, words) }),
        )}
        chosen={ticket.type}
        onChoose={(type) => ticketStore.dispatch({ type })}
      />
      <Fields facts={facts} checked={checked} wasTried={wasTried} />
      <Shares facts={facts} />
      <Terms />
      <PreviewList market={market} checked={checked} />
      {isUser ? (
        <button
          type="submit"
          className={`button ${isBuy ? "buy" : "sell"} submit`}
          disabled={!isOpen || isSending}
        >
          {isSending ? words.sending : isOpen ? name : words.closed}
        </button>
      ) : (
        <a className="button primary submit" href="/sign-in">
          {words.signInToTrade}
        </a>
      )}
      {doubts === null ? null : (
        <ConfirmOrder
          doubts={doubts}
          name={name}
          market={market}
          checked={checked}
          onConfirm={() => void send()}
          onClose={() => setDoubts(null)}
        />
      )}
    </form>
  );
}

function Fields({
  facts,
  checked,
  wasTried,
}: {
  readonly facts: TicketFacts;
  readonly checked: Checked;
  readonly wasTried: boolean;
}) {
  const words = useWords();
  const ticket = useStore(ticketStore);
  const { market, marks } = facts;
  /** An empty field is no fault before somebody tries to send it. */
  const fault = (field: TicketField): string | null => {
    const found = checked.faults.get(field);
    const isEarly = found?.kind === "missing" && !wasTried;
    return found === undefined || isEarly ? null : faultText(found, words, market, marks);
  };
  return (
    <>
      {hasStop(ticket.type) ? (
        <PriceField
          field="stopPrice"
          label={words.stopPrice}
          fault={fault("stopPrice")}
          facts={facts}
        />
      ) : null}
      {hasTrail(ticket.type) ? (
        <Field
          label={words.trail}
          inputMode="decimal"
          value={ticket.trail}
          onValue={(trail) => ticketStore.dispatch({ trail })}
          fault={fault("trail")}
          unit="%"
        />
      ) : null}
      {hasPrice(ticket.type) ? (
        <PriceField field="price" label={words.price} fault={fault("price")} facts={facts} />
      ) : null}
      <Field
        label={words.size}
        inputMode="decimal"
        value={ticket.size}
        onValue={(size) => ticketStore.dispatch({ size })}
        fault={fault("size")}
        aside={
          <select
            className="unit-select"
            aria-label={words.sizeUnit}
            value={ticket.sizeUnit}
            onChange={(event) =>
              ticketStore.dispatch({
                size: "",
                sizeUnit: event.target.value === "quote" ? "quote" : "base",
              })
            }
          >
            <option value="base">{market.base}</option>
            <option value="quote">{market.quote}</option>
          </select>
        }
      />
    </>
  );
}

function PriceField({
  field,
  label,
  fault,
  facts,
}: {
  readonly field: "price" | "stopPrice";
  readonly label: string;
  readonly fault: string | null;
  readonly facts: TicketFacts;
}) {
  const words = useWords();
  const text = useStore(ticketStore)[field];
  const { market, marks, book, last } = facts;
  const set = (units: bigint) => ticketStore.dispatch({ [field]: toWire(units) });
  const step = (direction: 1 | -1) => {
    const entry = readEntry(text, marks);
    const from = entry.kind === "value" ? (entry.units as Price) : last;
    if (from !== null) set(stepBy(from, market.tick, direction));
  };
  const [bid, ask] = [book.bids[0]?.price, book.asks[0]?.price];
  const chips: readonly (readonly [string, bigint | undefined])[] = [
    [words.bestBid, bid],
    [
      words.middle,
      bid === undefined || ask === undefined
        ? undefined
        : floorTo(((bid + ask) / 2n) as Price, market.tick),
    ],
    [words.bestAsk, ask],
  ];
  return (
    <Field
      label={label}
      inputMode="decimal"
      value={text}
      onValue={(value) => ticketStore.dispatch({ [field]: value })}
      fault={fault}
      onKeyDown={(event) => {
        if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
        event.preventDefault();
        step(event.key === "ArrowUp" ? 1 : -1);
      }}
      aside={
        <span className="chips">
          {chips.map(([name, units]) => (
            <button
              key={name}
              type="button"
              disabled={units === undefined}
              onClick={() => {
                if (units !== undefined) set(units);
              }}
            >
              {name}
            </button>
          ))}
          <button type="button" aria-label={words.stepDown(label)} onClick={() => step(-1)}>
            −
          </button>
          <button type="button" aria-label={words.stepUp(label)} onClick={() => step(1)}>
            +
          </button>
        </span>
      }
    />
  );
}

const SHARES = [25n, 50n, 75n, 100n] as const;

function Shares({ facts }: { readonly facts: TicketFacts }) {
  const words = useWords();
  const ticket = useStore(ticketStore);
  const isBuy = ticket.side === "BUY";
  const asset = isBuy ? facts.market.quote : facts.market.base;
  const available = isBuy ? facts.quoteFree : facts.baseFree;
  return (
    <div className="shares">
      <p className="small-text">
        <span className="quiet">{words.available}</span>{" "}
        {available === null
          ? "–"
          : `${formatAmount(available, amountDigits(asset), facts.marks)} ${asset}`}
      </p>
      <div role="group" aria-label={words.percentOfAvailable}>
        {SHARES.map((percent) => (
          <button
            key={percent.toString()}
            type="button"
            className="button plain small"
            disabled={available === null}
            onClick={() => {
              const qty = sizeOfShare(ticket, facts, percent);
              if (qty !== null) ticketStore.dispatch({ size: toWire(qty), sizeUnit: "base" });
            }}
          >
            {`${percent.toString()}%`}
          </button>
        ))}
      </div>
    </div>
  );
}

function Terms() {
  const words = useWords();
  const ticket = useStore(ticketStore);
  if (!hasPrice(ticket.type)) return null;
  const mayPost = ticket.type === "limit";
  return (
    <div className="terms">
      {mayPost ? (
        <label className="check">
          <input
            type="checkbox"
            checked={ticket.isPostOnly}
            onChange={(event) => ticketStore.dispatch({ isPostOnly: event.target.checked })}
          />
          {words.postOnly}
        </label>
      ) : null}
      {mayPost && ticket.isPostOnly ? null : (
        <Select
          label={words.timeInForce}
          isNamedOnly
          isSmall
          choices={[
            { key: "GTC", title: `GTC · ${words.gtc}` },
            { key: "IOC", title: `IOC · ${words.ioc}` },
            { key: "FOK", title: `FOK · ${words.fok}` },
          ]}
          chosen={ticket.timeInForce}
          onChoose={(timeInForce) => ticketStore.dispatch({ timeInForce })}
        />
      )}
    </div>
  );
}
