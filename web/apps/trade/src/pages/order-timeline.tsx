import type { Order as WireOrder, OrderChange, OwnTrade } from "@bourse/api/schema";
import { type PageWords, usePageWords } from "@bourse/kit/words";
import { priceOf, qtyOf } from "@bourse/num/decimal";
import { format, formatDistance, toWire, type Marks } from "@bourse/num/format";
import { orderOf } from "@bourse/state/orders";
import { storyOf, TRADES_MAX, type Happening } from "@bourse/state/story";
import { zone } from "../live/time.ts";
import { Moment } from "../panes/ago.tsx";
import { ManyRows } from "../panes/many-rows.tsx";
import { stateText, useMarket } from "../panes/open-orders.tsx";
import { useMarks } from "../live/use.ts";

/** What the history tells of an order. */
export interface Past {
  readonly changes: readonly OrderChange[];
  readonly trades: readonly OwnTrade[];
}

/** How things are said: the words, the marks of numbers, and the digits of prices. */
interface Manner {
  readonly words: PageWords;
  readonly marks: Marks;
  readonly priceDigits: number;
}

interface Row {
  readonly key: string;
  readonly atMs: number;
  readonly text: string;
}

/** What became of an order, from the first to the last. */
export function Timeline({
  order,
  past,
  onRefresh,
}: {
  readonly order: WireOrder;
  readonly past: Past;
  readonly onRefresh: () => void;
}) {
  const words = usePageWords();
  const marks = useMarks();
  const market = useMarket(order.symbol);
  const manner = { words, marks, priceDigits: market?.priceDigits ?? 8 };
  const rows = [
    ...storyOf(past.changes, past.trades).map((one) => rowOf(one, manner)),
    ...lastOf(order, past, words),
  ];
  return (
    <section className="panel" aria-label={words.timeline}>
      {past.trades.length < TRADES_MAX ? null : <p className="hint">{words.eventsMore}</p>}
      <table className="table" aria-label={words.timeline} aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            <th scope="col">{`${words.time} (${zone()})`}</th>
            <th scope="col">{words.event}</th>
            <th scope="col" className="number">
              <button type="button" className="button small" onClick={onRefresh}>
                {words.refresh}
              </button>
            </th>
          </tr>
        </thead>
        <ManyRows
          rows={rows}
          draw={({ key, atMs, text }, place) => (
            <tr key={key} aria-rowindex={place + 2}>
              <td>
                <Moment atMs={atMs} />
              </td>
              <td>{text}</td>
              <td />
            </tr>
          )}
        />
      </table>
    </section>
  );
}

/** How an order stands that no change has ended: it is open, or filled. */
function lastOf(order: WireOrder, { changes }: Past, words: PageWords): readonly Row[] {
  if (changes.at(-1)?.change === "CLOSED") return [];
  const text = words.eventLast(stateText(orderOf(order), words));
  return [{ key: "last", atMs: order.updateTime, text }];
}

function rowOf(one: Happening, manner: Manner): Row {
  switch (one.kind) {
    case "change": {
      const { sequence, change, time } = one.change;
      const key = `${sequence.toString()} ${change}`;
      return { key, atMs: time, text: changeText(one.change, manner) };
    }
    case "trade": {
      const { id, time, qty, price } = one.trade;
      const { words, marks, priceDigits } = manner;
      const text = words.eventTrade(toWire(qtyOf(qty)), format(priceOf(price), priceDigits, marks));
      return { key: `trade ${id.toString()}`, atMs: time, text };
    }
  }
}

function changeText(one: OrderChange, manner: Manner): string {
  const { words } = manner;
  switch (one.change) {
    case "ACCEPTED":
      return words.eventPlaced;
    case "ACTIVATED":
      return words.eventActivated;
    case "TRIGGERED":
      return words.eventTriggered;
    case "AMENDED":
      return words.eventAmended(termsText(one, manner));
    case "CLOSED":
      return closedText(one, words);
  }
}

function closedText({ status, reason }: OrderChange, words: PageWords): string {
  const state = words[`state${status ?? "CANCELED"}`];
  return reason === undefined ? state : words.eventClosed(state, words[`ended${reason}`]);
}

/** Returns what an amendment changed, each with what was before. */
function termsText(one: OrderChange, { words, marks, priceDigits }: Manner): string {
  const size = (text: string) => toWire(qtyOf(text));
  const price = (text: string) => format(priceOf(text), priceDigits, marks);
  const trail = (points: number) => formatDistance(BigInt(points), marks);
  const { origTrailingDelta, newTrailingDelta } = one;
  return [
    changed(one.origQty, one.newQty, size, words.changedSize),
    changed(one.origIcebergQty, one.newIcebergQty, size, words.changedShown),
    changed(one.origPrice, one.newPrice, price, words.changedPrice),
    changed(one.origStopPrice, one.newStopPrice, price, words.changedTrigger),
    changed(origTrailingDelta, newTrailingDelta, trail, words.changedTrail),
  ]
    .filter((text) => text !== null)
    .join(", ");
}

/** Returns what to say of a term; null where there is none, and where it stayed. */
function changed<T>(
  before: T | undefined,
  after: T | undefined,
  show: (term: T) => string,
  say: (before: string, after: string) => string,
): string | null {
  if (before === undefined || after === undefined || before === after) return null;
  return say(show(before), show(after));
}
