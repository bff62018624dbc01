import { Refused } from "@bourse/api/client";
import type { AlgoPreview } from "@bourse/api/schema";
import { Field } from "@bourse/kit/field.tsx";
import { Select } from "@bourse/kit/select.tsx";
import { type PageWords, usePageWords } from "@bourse/kit/words";
import { format } from "@bourse/num/format";
import { parseUnits } from "@bourse/num/decimal";
import type { TicketFacts } from "@bourse/state/ticket";
import { checkTwap, SECONDS, type TimeUnit, type TwapWish } from "@bourse/state/twap";
import { useEffect, useState } from "react";
import { client } from "../live/clients.ts";
import { visitor } from "../live/session.ts";
import { dayTime } from "../live/time.ts";
import { spread } from "../live/twap.ts";
import { useMarks, useStore } from "../live/use.ts";
import { faultText, refusalText } from "./faults.ts";
import { PriceField } from "./ticket-fields.tsx";
import { ticket as ticketStore } from "./ticket-store.ts";

/** Typing comes in bursts; one question answers for all of it. */
const COLLECT_MS = 250;
const UNITS = Object.keys(SECONDS) as readonly TimeUnit[];

/** What became of a question or of an order. */
type Told<T> = T | Refused | null;

/** The part of the ticket that spreads an order over time. */
export function TwapForm({
  facts,
  isOpen,
}: {
  readonly facts: TicketFacts;
  readonly isOpen: boolean;
}) {
  const words = usePageWords();
  const ticket = useStore(ticketStore);
  const isUser = useStore(visitor).kind === "user";
  const [count, setCount] = useState("30");
  const [unit, setUnit] = useState<TimeUnit>("minutes");
  const [wasTried, setWasTried] = useState(false);
  const [isSending, setIsSending] = useState(false);
  const [taken, setTaken] = useState<Told<number>>(null);
  const { faults, wish } = checkTwap(ticket, facts, count, unit);
  const preview = usePreview(isUser ? wish : null);
  const { market, marks } = facts;
  const fault = (field: "price" | "size" | "duration"): string | null => {
    const found = faults.get(field);
    const isEarly = found?.kind === "missing" && !wasTried;
    return found === undefined || isEarly ? null : faultText(found, words, market, marks);
  };
  const send = async (): Promise<void> => {
    setWasTried(true);
    if (wish === null || isSending) return;
    setIsSending(true);
    const told = await spread(wish).catch((error: unknown) =>
      error instanceof Refused ? error : new Refused(0, 0, "no answer"),
    );
    setIsSending(false);
    setTaken(told);
    if (!(told instanceof Refused)) {
      setWasTried(false);
      ticketStore.dispatch({ size: "" });
    }
  };
  const isBuy = ticket.side === "BUY";
  const name = isBuy ? words.placeBuy(market.base) : words.placeSell(market.base);
  return (
    <>
      <PriceField
        field="price"
        label={words.twapLimit}
        fault={fault("price")}
        hint={words.twapLimitHint}
        facts={facts}
      />
      <Field
        label={words.size}
        inputMode="decimal"
        value={ticket.size}
        onValue={(size) => ticketStore.dispatch({ size, sizeUnit: "base" })}
        fault={fault("size")}
        unit={market.base}
      />
      <Field
        label={words.twapDuration}
        inputMode="numeric"
        value={count}
        onValue={setCount}
        fault={fault("duration")}
      />
      <Select
        label={words.twapUnit}
        choices={UNITS.map((key) => ({ key, title: words[key] }))}
        chosen={unit}
        onChoose={setUnit}
      />
      <Preview told={preview} base={market.base} words={words} />
      {isUser ? (
        <button
          type="button"
          className={`button ${isBuy ? "buy" : "sell"} submit`}
          disabled={isSending || !isOpen}
          onClick={() => void send()}
        >
          {isSending ? words.sending : name}
        </button>
      ) : (
        <a className="button primary submit" href="/sign-in">
          {words.signInToTrade}
        </a>
      )}
      <p role="status" aria-label={words.twapLast} className="small-text">
        {taken === null
          ? ""
          : taken instanceof Refused
            ? refusalText(taken, words)
            : words.twapTaken(taken)}
      </p>
    </>
  );
}

/** Asks into what an order would be cut. */
function usePreview(wish: TwapWish | null): Told<AlgoPreview> {
  const [told, setTold] = useState<Told<AlgoPreview>>(null);
  const asked = wish === null ? null : JSON.stringify(wish);
  useEffect(() => {
    let isCurrent = true;
    const show = (next: Told<AlgoPreview>) => {
      if (isCurrent) setTold(next);
    };
    const timer = setTimeout(() => {
      if (asked === null) {
        show(null);
        return;
      }
      client
        .call("GET /v1/algo/twap/preview", JSON.parse(asked) as TwapWish)
        .then(show)
        .catch((error: unknown) => show(error instanceof Refused ? error : null));
    }, COLLECT_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [asked]);
  return told;
}

function Preview({
  told,
  base,
  words,
}: {
  readonly told: Told<AlgoPreview>;
  readonly base: string;
  readonly words: PageWords;
}) {
  const marks = useMarks();
  if (told instanceof Refused) {
    return (
      <p className="fault" role="alert">
        {refusalText(told, words)}
      </p>
    );
  }
  const size = (text: string) => `${format(parseUnits(text) ?? 0n, 8, marks)} ${base}`;
  const rows =
    told === null
      ? [[words.twapSlices, "–"] as const, [words.twapEnds, "–"] as const]
      : [
          [words.twapSlices, `${told.slices.toString()} × ${size(told.sliceQty)}`] as const,
          [words.twapEvery, words.twapSeconds(told.interval)] as const,
          [words.twapEnds, dayTime(told.endTime)] as const,
        ];
  return (
    <dl className="preview">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
