import type { Refused } from "@bourse/api/client";
import type { AlgoPreview } from "@bourse/api/schema";
import type { Health } from "@bourse/feed/health";
import { Field } from "@bourse/kit/field.tsx";
import { type PageWords, usePageWords } from "@bourse/kit/words";
import { format, type Marks } from "@bourse/num/format";
import { parseUnits } from "@bourse/num/decimal";
import type { Market } from "@bourse/state/market";
import type { TicketFacts } from "@bourse/state/ticket";
import { checkTwap, SECONDS, twapSize, type TimeUnit, type TwapWish } from "@bourse/state/twap";
import {
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type ReactNode,
  type RefObject,
} from "react";
import { connection } from "../live/exchange.ts";
import { visitor } from "../live/visitor.ts";
import { dayTime } from "../live/time.ts";
import { isRefused } from "../live/refused.ts";
import { failureOf, type Failure } from "../live/requests.ts";
import { previewSpread, spread } from "../live/twap.ts";
import { useLook, useMarks, usePart, useStore } from "../live/use.ts";
import { Confirm } from "./confirm.tsx";
import { isHeard, MOST_PERCENT, type Doubt } from "./doubts.ts";
import { faultText } from "./faults.ts";
import { failedText, refusalText } from "./refusals.ts";
import { Facts } from "./facts.tsx";
import { phaseText } from "./market-bar.tsx";
import { PriceField } from "./ticket-fields.tsx";
import { ticket as ticketStore } from "./ticket-store.ts";

/** Typing comes in bursts; one question answers for all of it. */
const COLLECT_MS = 250;
const UNITS = Object.keys(SECONDS) as readonly TimeUnit[];

/** What became of a question. */
type Told<T> = T | Refused | null;
/** What became of the last order: its number, or what kept it; "unknown" while nobody knows. */
type Taken = number | Failure | "unknown" | null;

/** The part of the ticket that spreads an order over time. */
export function TwapForm({
  facts,
  isOpen,
  submitted,
  children,
}: {
  readonly facts: TicketFacts;
  readonly isOpen: boolean;
  /** What the ticket does when it is sent: by its button, its keys, or those that trade. */
  readonly submitted: RefObject<(() => void) | null>;
  /** What is available, and shares of it. */
  readonly children: ReactNode;
}) {
  const words = usePageWords();
  const health = usePart(connection, ({ health }) => health);
  const asksAlways = useLook((look) => look.asksBeforeOrders);
  const ticket = useStore(ticketStore);
  const isUser = useStore(visitor).kind === "user";
  const [count, setCount] = useState("30");
  const [unit, setUnit] = useState<TimeUnit>("minutes");
  const [wasTried, setWasTried] = useState(false);
  const [isSending, setIsSending] = useState(false);
  const [taken, setTaken] = useState<Taken>(null);
  const [doubts, setDoubts] = useState<readonly Doubt[] | null>(null);
  const turns = useRef(0);
  const { faults, wish, percent } = checkTwap(ticket, facts, count, unit);
  const preview = usePreview(isUser ? wish : null);
  const { market, marks } = facts;
  const fault = (field: "price" | "size" | "duration"): string | null => {
    const found = faults.get(field);
    const isEarly = found?.kind === "missing" && !wasTried;
    return found === undefined || isEarly ? null : faultText(found, words, market, marks);
  };
  const submit = (): void => {
    setWasTried(true);
    if (wish === null || isSending || !isOpen || !isUser) return;
    const found = doubtsOf(percent, health, asksAlways);
    if (found.length === 0) void send(wish);
    else setDoubts(found);
  };
  // With what is drawn, as the ticket does with its own.
  useLayoutEffect(() => {
    submitted.current = submit;
    return () => {
      submitted.current = null;
    };
  });
  const send = async (wish: TwapWish): Promise<void> => {
    setDoubts(null);
    setIsSending(true);
    const turn = (turns.current += 1);
    // Unless the next one is on its way by then.
    const tell = (what: Taken): void => {
      if (turns.current !== turn) return;
      setIsSending(false);
      setTaken(what);
    };
    const answer = await spread(wish, () => tell("unknown"));
    if (answer.kind === "answered") tell(answer.answer.algoId);
    else if (answer.kind === "found") tell(answer.found.algoId);
    else tell(failureOf(answer));
    if (failureOf(answer) === null && turns.current === turn && ticketStore.get() === ticket) {
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
        value={twapSize(ticket)}
        onValue={(size) => ticketStore.dispatch({ size, sizeUnit: "base" })}
        fault={fault("size")}
        unit={market.base}
      />
      {children}
      <Field
        label={words.twapDuration}
        inputMode="numeric"
        value={count}
        onValue={setCount}
        fault={fault("duration")}
        aside={
          <select
            className="unit-select"
            aria-label={words.twapUnit}
            value={unit}
            onChange={(event) => setUnit(event.target.value as TimeUnit)}
          >
            {UNITS.map((key) => (
              <option key={key} value={key}>
                {words[key]}
              </option>
            ))}
          </select>
        }
      />
      <Preview told={preview} wish={wish} market={market} words={words} />
      {isUser ? (
        <button
          type="submit"
          className={`button ${isBuy ? "buy" : "sell"} submit`}
          disabled={isSending || !isOpen}
        >
          {isSending ? words.sending : isOpen ? name : phaseText(market, words)}
        </button>
      ) : (
        <a className="button primary submit" href="/sign-in">
          {words.signInToTrade}
        </a>
      )}
      <p role="status" aria-label={words.twapLast} className="small-text">
        {takenText(taken, words)}
      </p>
      {doubts === null || wish === null ? null : (
        <Confirm
          what={whatText(wish, name, market, words, marks)}
          doubts={doubts}
          onConfirm={() => void send(wish)}
          onClose={() => setDoubts(null)}
        >
          <Preview told={preview} wish={wish} market={market} words={words} />
        </Confirm>
      )}
    </>
  );
}

function takenText(taken: Taken, words: PageWords): string {
  if (taken === null) return "";
  if (taken === "unknown") return words.ackUnknown;
  return typeof taken === "number" ? words.twapTaken(taken) : failedText(taken, words);
}

/** What speaks for asking once more, as it does before orders that are sent at once. */
function doubtsOf(percent: bigint | null, health: Health, asksAlways: boolean): readonly Doubt[] {
  const doubts: Doubt[] = [];
  if (!isHeard(health)) doubts.push({ kind: "stale" });
  if (percent !== null && MOST_PERCENT < percent) doubts.push({ kind: "most", percent });
  if (asksAlways && doubts.length === 0) doubts.push({ kind: "asked" });
  return doubts;
}

function whatText(
  { quantity, limitPrice }: TwapWish,
  name: string,
  market: Market,
  words: PageWords,
  marks: Marks,
): string {
  const text = (value: string, digits: number) => format(parseUnits(value) ?? 0n, digits, marks);
  const at =
    limitPrice === undefined ? "" : ` @ ${text(limitPrice, market.priceDigits)} ${market.quote}`;
  return `${name} · ${words.twap}: ${text(quantity, market.qtyDigits)} ${market.base}${at}`;
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
      previewSpread(JSON.parse(asked) as TwapWish)
        .then(show)
        .catch((error: unknown) => show(isRefused(error) ? error : null));
    }, COLLECT_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [asked]);
  return told;
}

/** Into what the order is cut; slices that differ are as large as the first, or larger by a little. */
function Preview({
  told,
  wish,
  market,
  words,
}: {
  readonly told: Told<AlgoPreview>;
  readonly wish: TwapWish | null;
  readonly market: Market;
  readonly words: PageWords;
}) {
  const marks = useMarks();
  if (isRefused(told)) {
    return (
      <p className="fault" role="alert">
        {refusalText(told, words)}
      </p>
    );
  }
  const slices = (count: number, first: bigint) => {
    const isEven = BigInt(count) * first === parseUnits(wish?.quantity ?? "");
    const size = `${format(first, market.qtyDigits, marks)} ${market.base}`;
    return `${count.toString()} × ${isEven ? "" : "≈ "}${size}`;
  };
  const rows =
    told === null
      ? [[words.twapSlices, "–"] as const, [words.twapEnds, "–"] as const]
      : [
          [words.twapSlices, slices(told.slices, parseUnits(told.sliceQty) ?? 0n)] as const,
          [words.twapEvery, words.twapSeconds(told.interval)] as const,
          [words.twapEnds, dayTime(told.endTime)] as const,
        ];
  return <Facts className="preview" rows={rows} />;
}
