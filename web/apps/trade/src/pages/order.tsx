import type { Amendment, Order as WireOrder, OwnTrade } from "@bourse/api/schema";
import { type PageWords, usePageWords } from "@bourse/kit/words";
import { priceOf, qtyOf } from "@bourse/num/decimal";
import { format, formatDistance, toWire, type Marks } from "@bourse/num/format";
import { orderOf } from "@bourse/state/orders";
import { useCallback } from "react";
import { client } from "../live/clients.ts";
import { zone } from "../live/time.ts";
import { Moment } from "../panes/ago.tsx";
import { useMarks } from "../live/use.ts";
import { ForUsers } from "../panes/dock.tsx";
import { Facts } from "../panes/facts.tsx";
import { typeText, useMarket } from "../panes/open-orders.tsx";
import { useAsked } from "./asked.ts";
import { Awaited } from "./awaited.tsx";

interface Place {
  readonly symbol: string;
  readonly id: number;
}

interface Story {
  readonly order: WireOrder;
  readonly amendments: readonly Amendment[];
  readonly trades: readonly OwnTrade[];
}

/** One order with an address of its own: its terms, and what became of it. */
export function OrderPage({ where }: { readonly where: Place }) {
  const words = usePageWords();
  return (
    <div className="page">
      <h1>{words.orderTitle(where.symbol, where.id)}</h1>
      <ForUsers>
        <OrderStory where={where} />
      </ForUsers>
    </div>
  );
}

async function storyOf({ symbol, id }: Place): Promise<Story> {
  const which = { symbol, orderId: id };
  const [order, amendments, trades] = await Promise.all([
    client.call("GET /api/v3/order", which),
    client.call("GET /api/v3/order/amendments", which),
    client.call("GET /api/v3/myTrades", { ...which, limit: 1_000 }),
  ]);
  return { order, amendments, trades };
}

function OrderStory({ where }: { readonly where: Place }) {
  const words = usePageWords();
  const { symbol, id } = where;
  const [asked, again] = useAsked(useCallback(() => storyOf({ symbol, id }), [symbol, id]));
  if (asked.kind === "refused" && asked.refused.status === 400) {
    return (
      <div className="empty" role="alert">
        <p>{words.orderUnknown}</p>
        <button type="button" className="button" onClick={again}>
          {words.retry}
        </button>
      </div>
    );
  }
  return (
    <Awaited what={words.orders} asked={asked} again={again}>
      {(story) => (
        <div className="stack">
          <Terms wire={story.order} />
          <Timeline story={story} onRefresh={again} />
        </div>
      )}
    </Awaited>
  );
}

function Terms({ wire }: { readonly wire: WireOrder }) {
  const words = usePageWords();
  const marks = useMarks();
  const market = useMarket(wire.symbol);
  const order = orderOf(wire);
  const price = (units: bigint) =>
    units === 0n ? "–" : format(units, market?.priceDigits ?? 8, marks);
  const qty = (units: bigint) => format(units, market?.qtyDigits ?? 8, marks);
  const rows: readonly (readonly [string, string])[] = [
    [words.type, typeText(order, words)],
    [words.side, order.side === "BUY" ? words.buy : words.sell],
    [words.price, price(order.price)],
    [words.trigger, price(order.stopPrice)],
    [words.size, qty(order.qty)],
    [words.filled, qty(order.filled)],
    [words.averagePrice, price(order.average ?? 0n)],
    [words.timeInForce, order.timeInForce],
    [words.state, words[`state${order.status}`]],
  ];
  return (
    <section className="panel padded" aria-label={words.orderNumber}>
      <Facts className="facts" rows={rows} />
    </section>
  );
}

interface Happening {
  readonly key: string;
  readonly atMs: number;
  readonly text: string;
}

/** Returns what an amendment changed, each with what was before. */
function changesOf(
  one: Amendment,
  words: PageWords,
  marks: Marks,
  digits: { readonly price: number },
): readonly string[] {
  const size = (text: string) => toWire(qtyOf(text));
  const price = (text: string) => format(priceOf(text), digits.price, marks);
  const trail = (points: number) => formatDistance(BigInt(points), marks);
  const { origPrice, newPrice, origStopPrice, newStopPrice } = one;
  const { origTrailingDelta, newTrailingDelta } = one;
  return [
    changed(one.origQty, one.newQty, size, words.changedSize),
    changed(origPrice, newPrice, price, words.changedPrice),
    changed(origStopPrice, newStopPrice, price, words.changedTrigger),
    changed(origTrailingDelta, newTrailingDelta, trail, words.changedTrail),
  ].filter((text) => text !== null);
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

/** What is known of the order, from the first to the last. */
function happeningsOf(
  { order, amendments, trades }: Story,
  words: PageWords,
  marks: Marks,
  digits: { readonly price: number },
): readonly Happening[] {
  const plain = (text: string) => toWire(qtyOf(text));
  const found: readonly Happening[] = [
    ...amendments.map((one) => ({
      key: `a${one.executionId.toString()}`,
      atMs: one.time,
      text: words.eventAmended(changesOf(one, words, marks, digits).join(", ")),
    })),
    ...trades.map((one) => ({
      key: `t${one.id.toString()}`,
      atMs: one.time,
      text: words.eventTrade(plain(one.qty), format(priceOf(one.price), digits.price, marks)),
    })),
  ];
  return [
    { key: "first", atMs: order.time, text: words.eventPlaced },
    ...[...found].sort((one, other) => one.atMs - other.atMs),
    {
      key: "last",
      atMs: order.updateTime,
      text: words.eventLast(words[`state${order.status}`]),
    },
  ];
}

function Timeline({ story, onRefresh }: { readonly story: Story; readonly onRefresh: () => void }) {
  const words = usePageWords();
  const marks = useMarks();
  const market = useMarket(story.order.symbol);
  const rows = happeningsOf(story, words, marks, { price: market?.priceDigits ?? 8 });
  return (
    <section className="panel" aria-label={words.timeline}>
      <table className="table" aria-label={words.timeline}>
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
        <tbody>
          {rows.map(({ key, atMs, text }) => (
            <tr key={key}>
              <td>
                <Moment atMs={atMs} />
              </td>
              <td>{text}</td>
              <td />
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
