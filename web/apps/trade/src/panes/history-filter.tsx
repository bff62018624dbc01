import { Select } from "@bourse/kit/select.tsx";
import { type PageWords, usePageWords } from "@bourse/kit/words";
import type { OrderStatus, OrderType } from "@bourse/state/orders";
import { readMinute } from "@bourse/state/typed-time";
import { useState } from "react";
import type { Wanted } from "../live/past.ts";
import { momentOf, zone } from "../live/time.ts";
import { typeText } from "./open-orders.tsx";

const TYPES: readonly OrderType[] = [
  "LIMIT",
  "LIMIT_MAKER",
  "MARKET",
  "STOP_LOSS",
  "STOP_LOSS_LIMIT",
  "TAKE_PROFIT",
  "TAKE_PROFIT_LIMIT",
];
const STATES = [
  "NEW",
  "PARTIALLY_FILLED",
  "FILLED",
  "CANCELED",
  "EXPIRED",
  "EXPIRED_IN_MATCH",
] as const satisfies readonly OrderStatus[];
const MINUTE_MS = 60_000;

/** Whether anything but time is chosen. */
export const isNarrowed = ({ side, type, state }: Wanted): boolean =>
  side !== "" || type !== "" || state !== "";

/** Time, side, type and state of what is shown; trades have no type and no state. */
export function HistoryFilter({
  kind,
  wanted,
  onChange,
}: {
  readonly kind: "orders" | "trades";
  readonly wanted: Wanted;
  readonly onChange: (wanted: Wanted) => void;
}) {
  const words = usePageWords();
  const { span } = wanted;
  return (
    <>
      <Moment
        name={words.from}
        ofDay="00:00"
        onMoment={(fromMs) => onChange({ ...wanted, span: { ...span, fromMs } })}
      />
      <Moment
        name={words.until}
        ofDay="23:59"
        onMoment={(ms) => {
          // All of the minute that was named.
          const untilMs = ms === null ? null : ms + MINUTE_MS - 1;
          onChange({ ...wanted, span: { ...span, untilMs } });
        }}
      />
      <Select
        label={words.side}
        isNamedOnly
        isSmall
        choices={[
          { key: "", title: words.anySide },
          { key: "BUY", title: words.buy },
          { key: "SELL", title: words.sell },
        ]}
        chosen={wanted.side}
        onChoose={(side) => onChange({ ...wanted, side })}
      />
      {kind === "orders" ? <OfOrders words={words} wanted={wanted} onChange={onChange} /> : null}
    </>
  );
}

function OfOrders({
  words,
  wanted,
  onChange,
}: {
  readonly words: PageWords;
  readonly wanted: Wanted;
  readonly onChange: (wanted: Wanted) => void;
}) {
  const typeTitle = (type: OrderType) => typeText({ type, trailingDelta: null }, words);
  return (
    <>
      <Select
        label={words.type}
        isNamedOnly
        isSmall
        choices={[
          { key: "", title: words.anyType },
          ...TYPES.map((key) => ({ key, title: typeTitle(key) })),
        ]}
        chosen={wanted.type}
        onChoose={(type) => onChange({ ...wanted, type })}
      />
      <Select
        label={words.state}
        isNamedOnly
        isSmall
        choices={[
          { key: "", title: words.anyState },
          ...STATES.map((key) => ({ key, title: words[`state${key}`] })),
        ]}
        chosen={wanted.state}
        onChoose={(state) => onChange({ ...wanted, state })}
      />
    </>
  );
}

/** A moment to the minute, or a day, of the zone that times are shown in; null until it is whole. */
function Moment({
  name,
  ofDay,
  onMoment,
}: {
  readonly name: string;
  /** The minute that a day alone stands for. */
  readonly ofDay: "00:00" | "23:59";
  readonly onMoment: (ms: number | null) => void;
}) {
  const words = usePageWords();
  const [text, setText] = useState("");
  const isWrong = text.trim() !== "" && readMinute(text, ofDay) === null;
  return (
    <label className="small-text row">
      {`${name} (${zone()})`}
      <input
        className="small-input date"
        placeholder={words.minutePattern}
        autoComplete="off"
        spellCheck={false}
        aria-invalid={isWrong}
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          const minute = readMinute(target.value, ofDay);
          onMoment(minute === null ? null : momentOf(minute));
        }}
      />
    </label>
  );
}
