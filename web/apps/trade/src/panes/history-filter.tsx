import { Select } from "@bourse/kit/select.tsx";
import { type PageWords, usePageWords } from "@bourse/kit/words";
import type { OrderStatus, OrderType } from "@bourse/state/orders";
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
        onMoment={(fromMs) => onChange({ ...wanted, span: { ...span, fromMs } })}
      />
      <Moment
        name={words.until}
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

/** A moment to the minute, of the zone that times are shown in; null until it is whole. */
function Moment({
  name,
  onMoment,
}: {
  readonly name: string;
  readonly onMoment: (ms: number | null) => void;
}) {
  const [text, setText] = useState("");
  return (
    <label className="small-text row">
      {`${name} (${zone()})`}
      <input
        type="datetime-local"
        className="small-input date"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          onMoment(momentOf(event.target.value));
        }}
      />
    </label>
  );
}
