import { type DeskWords, useDeskWords } from "@bourse/kit/words";
import { format, formatDistance, toWire } from "@bourse/num/format";
import type { Market } from "@bourse/state/market";
import { within } from "@bourse/state/cancelling";
import { settled } from "@bourse/state/on-the-way";
import { orderKey, type Order } from "@bourse/state/orders";
import { lazy, Suspense, useState, type ReactNode } from "react";
import { markets } from "../live/exchange.ts";
import { askOwn, own, ownState } from "../live/session.ts";
import { zone } from "../live/time.ts";
import { changing, pending, type Pending } from "../live/acks.ts";
import { cancel } from "../live/changes.ts";
import { pairOf } from "../live/pair.ts";
import { useMarks, useStore } from "../live/use.ts";
import { Ago } from "./ago.tsx";
import { Empty } from "./empty.tsx";
import { Explained } from "./explained.tsx";
import { OrderLink } from "./order-link.tsx";
import { PlaceOrder } from "./place-order.tsx";
import { PriceText } from "./price.tsx";
import { Waiting } from "./waiting.tsx";

const AmendOrder = lazy(async () => ({ default: (await import("./amend.tsx")).AmendOrder }));

const CancelOrders = lazy(async () => ({
  default: (await import("./cancel-orders.tsx")).CancelOrders,
}));

/** The type of an order as people call it. */
export function typeText(order: Pick<Order, "type" | "trailingDelta">, words: DeskWords): string {
  switch (order.type) {
    case "LIMIT":
      return words.limit;
    case "LIMIT_MAKER":
      return `${words.limit} · ${words.postOnly}`;
    case "MARKET":
      return words.marketOrder;
    case "STOP_LOSS":
      return order.trailingDelta === null ? words.stopMarket : words.trailingStop;
    case "STOP_LOSS_LIMIT":
      return order.trailingDelta === null ? words.stopLimit : words.trailingStop;
    case "TAKE_PROFIT":
      return order.trailingDelta === null ? words.takeProfitMarket : words.trailingProfit;
    case "TAKE_PROFIT_LIMIT":
      return order.trailingDelta === null ? words.takeProfitLimit : words.trailingProfit;
  }
}

/** What an order does: one that is open and not in the book waits for its trigger. */
export const stateText = ({ status, isWorking }: Order, words: DeskWords): string =>
  status === "NEW" && !isWorking ? words.stateWaiting : words[`state${status}`];

/** The market of an order, once markets are known. */
export function useMarket(symbol: string): Market | null {
  const all = useStore(markets);
  return all.kind === "there" ? (all.bySymbol.get(symbol) ?? null) : null;
}

/** The open orders, of one market or of all. */
export function OpenOrders({
  symbol,
  onShowAll,
}: {
  readonly symbol: string | null;
  readonly onShowAll?: () => void;
}) {
  const words = useDeskWords();
  const { orders } = useStore(own);
  const { isCurrent, unloaded } = useStore(ownState);
  const inFlight = useStore(pending);
  const [amended, setAmended] = useState<Order | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  const here = within(orders.values(), { symbol, side: null });
  const sent = inFlight.filter(({ sent }) => symbol === null || sent.symbol === symbol);
  const { waiting, orders: shown } = settled(sent, here);
  const rows = [...shown].sort((one, other) => other.createdMs - one.createdMs);
  if (rows.length === 0 && waiting.length === 0) {
    if (!isCurrent) {
      return (
        <Waiting
          loading={words.loadingOrders}
          what={words.openOrders}
          unloaded={unloaded}
          again={askOwn}
        />
      );
    }
    if (orders.size === 0 || onShowAll === undefined) {
      return (
        <Empty why={words.noOpenOrders}>
          <PlaceOrder symbol={symbol} />
        </Empty>
      );
    }
    return (
      <Empty why={words.ordersElsewhere(orders.size)}>
        <button type="button" className="button small" onClick={onShowAll}>
          {words.everyMarket}
        </button>
      </Empty>
    );
  }
  const heads = [words.price, words.trigger, words.size, words.filled];
  return (
    <>
      <table
        className={isCurrent ? "table cards open-orders" : "table cards open-orders old"}
        aria-label={words.openOrders}
      >
        <thead>
          <tr>
            <th scope="col">{`${words.time} (${zone()})`}</th>
            <th scope="col">{words.market}</th>
            <th scope="col">{words.type}</th>
            <th scope="col">{words.side}</th>
            {heads.map((head) => (
              <th key={head} scope="col" className="number">
                {head}
              </th>
            ))}
            <th scope="col">
              <Explained term="orderState">{words.state}</Explained>
            </th>
            <th scope="col" className="number">
              <button type="button" className="button small" onClick={() => setIsAsking(true)}>
                {words.cancelAll}
              </button>
            </th>
          </tr>
        </thead>
        <tbody>
          {waiting.map((one) => (
            <PendingRow key={one.clientId} pending={one} />
          ))}
          {rows.map((order) => (
            <Row key={orderKey(order)} order={order} onAmend={() => setAmended(order)} />
          ))}
        </tbody>
      </table>
      {amended === null ? null : (
        <Suspense>
          <AmendOrder
            order={orders.get(orderKey(amended)) ?? amended}
            onClose={() => setAmended(null)}
          />
        </Suspense>
      )}
      {isAsking ? (
        <Suspense>
          <CancelOrders symbol={symbol} onClose={() => setIsAsking(false)} />
        </Suspense>
      ) : null}
    </>
  );
}

function Row({ order, onAmend }: { readonly order: Order; readonly onAmend: () => void }) {
  const words = useDeskWords();
  const marks = useMarks();
  const market = useMarket(order.symbol);
  const asked = useStore(changing).get(orderKey(order));
  // Of what is unknown, another change may be asked for.
  const isChanging = asked?.isUnknown === false;
  const wanted = asked?.wanted;
  const mark = isChanging ? "…" : "?";
  const price = (units: bigint) =>
    units === 0n ? "–" : <PriceText units={units} digits={market?.priceDigits ?? 8} />;
  const trail = (points: number) => formatDistance(BigInt(points), marks);
  const qty = (units: bigint) => format(units, market?.qtyDigits ?? 8, marks);
  const trigger =
    order.trailingDelta === null
      ? change(order.stopPrice, wanted?.stopPrice, price, mark)
      : change(order.trailingDelta, wanted?.trailingDelta ?? undefined, trail, mark);
  return (
    <tr className={asked === undefined ? undefined : "pending"}>
      <td data-head={words.time}>
        <Ago atMs={order.createdMs} />
      </td>
      <td data-head={words.market}>
        <a href={`/trade/${order.symbol}`}>{pairOf(order.symbol)}</a>
      </td>
      <td data-head={words.type}>
        {typeText(order, words)}
        {order.listId === -1 ? null : (
          <span className="tag" data-term="list">
            {words.listNumber(order.listId)}
          </span>
        )}
        {order.icebergQty === 0n ? null : (
          <span className="tag">{words.shows(toWire(order.icebergQty))}</span>
        )}{" "}
        <OrderLink symbol={order.symbol} id={order.id} />
      </td>
      <td data-head={words.side} className={order.side === "BUY" ? "up" : "down"}>
        {order.side === "BUY" ? words.buy : words.sell}
      </td>
      <td data-head={words.price} className="number">
        {change(order.price, wanted?.price, price, mark)}
      </td>
      <td data-head={words.trigger} className="number">
        {trigger}
      </td>
      <td data-head={words.size} className="number">
        {change(order.qty, wanted?.qty, qty, mark)}
      </td>
      <td data-head={words.filled} className="number">
        {qty(order.filled)}
      </td>
      <td data-head={words.state}>
        {asked?.isUnknown === true ? words.changeUnknown : stateText(order, words)}
      </td>
      <td className="number">
        <button
          type="button"
          className="button plain small"
          aria-label={words.amendOrder(order.id)}
          title={words.amend}
          disabled={isChanging}
          onClick={onAmend}
        >
          ✎
        </button>
        <button
          type="button"
          className="button plain small"
          aria-label={words.cancelOrder(order.id)}
          title={words.cancelShort}
          disabled={isChanging}
          onClick={() => void cancel(order)}
        >
          ✕
        </button>
      </td>
    </tr>
  );
}

/** What stands, and beside it what was asked for and is not answered, or not known. */
function change<T extends bigint | number>(
  now: T,
  wanted: T | undefined,
  show: (units: T) => ReactNode,
  mark: "…" | "?",
) {
  if (wanted === undefined || wanted === now) return show(now);
  return (
    <>
      {show(now)} → {show(wanted)} {mark}
    </>
  );
}

/** An order that was sent and not answered. */
function PendingRow({
  pending: { clientId, sent, atMs, isUnknown },
}: {
  readonly pending: Pending;
}) {
  const words = useDeskWords();
  return (
    <tr className="pending">
      <td data-head={words.time}>
        <Ago atMs={atMs} />
      </td>
      <td data-head={words.market}>{pairOf(sent.symbol)}</td>
      <td data-head={words.type}>
        {typeText({ type: sent.type, trailingDelta: sent.trailingDelta ?? null }, words)}
        <span className="tag name" title={clientId}>
          {clientId}
        </span>
      </td>
      <td data-head={words.side} className={sent.side === "BUY" ? "up" : "down"}>
        {sent.side === "BUY" ? words.buy : words.sell}
      </td>
      <td data-head={words.price} className="number">
        {sent.price ?? "–"}
      </td>
      <td data-head={words.trigger} className="number">
        {sent.stopPrice ?? "–"}
      </td>
      <td data-head={words.size} className="number">
        {sent.size}
      </td>
      <td data-head={words.filled} className="number">
        –
      </td>
      <td data-head={words.state}>{isUnknown ? words.placingUnknown : words.placing}</td>
      <td />
    </tr>
  );
}
