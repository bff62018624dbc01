import type { Order as WireOrder } from "@bourse/api/schema";
import { usePageWords } from "@bourse/kit/words";
import { format, formatDistance } from "@bourse/num/format";
import { orderOf } from "@bourse/state/orders";
import { changesOf, tradesOf, TRADES_PER_PAGE } from "@bourse/state/story";
import { useCallback } from "react";
import { client } from "../live/clients.ts";
import { useMarks } from "../live/use.ts";
import { ForUsers } from "../panes/dock.tsx";
import { Facts } from "../panes/facts.tsx";
import { stateText, typeText, useMarket } from "../panes/open-orders.tsx";
import { useAsked } from "./asked.ts";
import { Awaited } from "./awaited.tsx";
import { Timeline, type Past } from "./order-timeline.tsx";

interface Place {
  readonly symbol: string;
  readonly id: number;
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

const askOrder = ({ symbol, id }: Place): Promise<WireOrder> =>
  client.call("GET /api/v3/order", { symbol, orderId: id });

async function askPast({ symbol, id }: Place): Promise<Past> {
  const which = { symbol, orderId: id };
  const [changes, trades] = await Promise.all([
    changesOf(async (cursor) => {
      const page = await client.call("GET /v1/order/changes", {
        ...which,
        ...(cursor === undefined ? {} : { cursor }),
      });
      return { rows: page.changes, next: page.next };
    }),
    tradesOf((fromId) =>
      client.call("GET /api/v3/myTrades", { ...which, fromId, limit: TRADES_PER_PAGE }),
    ),
  ]);
  return { changes, trades };
}

/** Its terms are told by what is open, its past by the history: each is there without the other. */
function OrderStory({ where }: { readonly where: Place }) {
  const words = usePageWords();
  const { symbol, id } = where;
  const [order, orderAgain] = useAsked(useCallback(() => askOrder({ symbol, id }), [symbol, id]));
  const [past, pastAgain] = useAsked(useCallback(() => askPast({ symbol, id }), [symbol, id]));
  const again = useCallback(() => {
    orderAgain();
    pastAgain();
  }, [orderAgain, pastAgain]);
  if (order.kind === "refused" && order.refused.status === 400) {
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
    <Awaited what={words.orders} asked={order} again={again}>
      {(wire) => (
        <div className="stack">
          <Terms wire={wire} />
          <Awaited what={words.timeline} asked={past} again={again}>
            {(told) => <Timeline order={wire} past={told} onRefresh={again} />}
          </Awaited>
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
  const { icebergQty, listId, trailingDelta } = order;
  const rows: readonly (readonly [string, string])[] = [
    [words.type, typeText(order, words)],
    ...(listId === -1 ? [] : ([[words.term_list, listId.toString()]] as const)),
    [words.side, order.side === "BUY" ? words.buy : words.sell],
    [words.price, price(order.price)],
    [words.trigger, price(order.stopPrice)],
    ...(trailingDelta === null
      ? []
      : ([[words.trail, formatDistance(BigInt(trailingDelta), marks)]] as const)),
    [words.size, qty(order.qty)],
    ...(icebergQty === 0n ? [] : ([[words.shownSize, qty(icebergQty)]] as const)),
    [words.filled, qty(order.filled)],
    [words.averagePrice, price(order.average ?? 0n)],
    [words.timeInForce, order.timeInForce],
    [words.state, stateText(order, words)],
  ];
  return (
    <section className="panel padded" aria-label={words.orderNumber}>
      <Facts className="facts" rows={rows} />
    </section>
  );
}
