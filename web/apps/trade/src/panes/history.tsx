import type { OwnTrade, Order as WireOrder } from "@bourse/api/schema";
import { useWords } from "@bourse/kit/words";
import { amountOf, priceOf, qtyOf } from "@bourse/num/decimal";
import { format, formatAmount, toWire } from "@bourse/num/format";
import { orderOf } from "@bourse/state/orders";
import { useCallback, useEffect, useState } from "react";
import { client } from "../live/clients.ts";
import { onUserEvent } from "../live/session.ts";
import { dayTime, exactTime } from "../live/time.ts";
import { useMarks } from "../live/use.ts";
import { csvOf, offer } from "./csv.ts";
import { typeText, useMarket } from "./open-orders.tsx";

type Loaded<T> =
  | { readonly kind: "loading" }
  | { readonly kind: "failed" }
  | { readonly kind: "there"; readonly rows: readonly T[] };

const ROWS_MAX = 500;
const DAY_MS = 86_400_000;

/** Returns the rows of a question, asked again after executions of the account. */
function useLoaded<T>(load: () => Promise<readonly T[]>): [Loaded<T>, () => void] {
  const [loaded, setLoaded] = useState<Loaded<T>>({ kind: "loading" });
  const ask = useCallback(() => {
    load()
      .then((rows) => setLoaded({ kind: "there", rows }))
      .catch(() => setLoaded({ kind: "failed" }));
  }, [load]);
  useEffect(() => {
    ask();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = onUserEvent((event) => {
      if (event.e !== "executionReport") return;
      clearTimeout(timer);
      timer = setTimeout(ask, 300);
    });
    return () => {
      end();
      clearTimeout(timer);
    };
  }, [ask]);
  return [loaded, ask];
}

/** Past orders or trades in a market, newest first, of one day that can be chosen. */
export function HistoryPanel({
  kind,
  symbol,
}: {
  readonly kind: "orders" | "trades";
  readonly symbol: string;
}) {
  const words = useWords();
  const [day, setDay] = useState("");
  return (
    <>
      <div className="pane-bar">
        <label className="small-text row">
          {words.from}
          <input
            type="date"
            className="small-input date"
            value={day}
            onChange={(event) => setDay(event.target.value)}
          />
        </label>
      </div>
      {kind === "orders" ? (
        <OrderHistory symbol={symbol} day={day} />
      ) : (
        <TradeHistory symbol={symbol} day={day} />
      )}
    </>
  );
}

/** The interface answers a day at a time. */
function span(day: string): { startTime?: number; endTime?: number } {
  const startTime = Date.parse(day);
  return Number.isNaN(startTime) ? {} : { startTime, endTime: startTime + DAY_MS - 1 };
}

function OrderHistory({ symbol, day }: { readonly symbol: string; readonly day: string }) {
  const words = useWords();
  const marks = useMarks();
  const market = useMarket(symbol);
  const load = useCallback(
    () => client.call("GET /api/v3/allOrders", { symbol, limit: ROWS_MAX, ...span(day) }),
    [symbol, day],
  );
  const [loaded, retry] = useLoaded<WireOrder>(load);
  if (loaded.kind !== "there") {
    return (
      <Missing
        loaded={loaded}
        loading={words.loadingOrders}
        what={words.orderHistory}
        onRetry={retry}
      />
    );
  }
  if (loaded.rows.length === 0) return <p className="empty">{words.noOrders}</p>;
  const orders = loaded.rows.map(orderOf).reverse();
  const heads = [words.price, words.averagePrice, words.size, words.filled];
  const price = (units: bigint) =>
    units === 0n ? "–" : format(units, market?.priceDigits ?? 8, marks);
  const save = () =>
    offer(
      `orders-${symbol}.csv`,
      csvOf(
        ["time", "market", "order id", "type", "side", "price", "size", "filled", "state"],
        orders.map((order) => [
          new Date(order.createdMs).toISOString(),
          order.symbol,
          order.id.toString(),
          order.type,
          order.side,
          toWire(order.price),
          toWire(order.qty),
          toWire(order.filled),
          order.status,
        ]),
      ),
    );
  return (
    <table className="table" aria-label={words.orderHistory}>
      <thead>
        <tr>
          <th scope="col">{`${words.time} (UTC)`}</th>
          <th scope="col">{words.orderNumber}</th>
          <th scope="col">{words.type}</th>
          <th scope="col">{words.side}</th>
          {heads.map((head) => (
            <th key={head} scope="col" className="number">
              {head}
            </th>
          ))}
          <th scope="col">{words.state}</th>
          <th scope="col" className="number">
            <button type="button" className="button small" onClick={save}>
              {words.exportCsv}
            </button>
          </th>
        </tr>
      </thead>
      <tbody>
        {orders.map((order) => (
          <tr key={order.id}>
            <td title={exactTime(order.createdMs)}>{dayTime(order.createdMs)}</td>
            <td>{`#${order.id.toString()}`}</td>
            <td>{typeText(order, words)}</td>
            <td className={order.side === "BUY" ? "up" : "down"}>
              {order.side === "BUY" ? words.buy : words.sell}
            </td>
            <td className="number">{price(order.price)}</td>
            <td className="number">{price(order.average ?? 0n)}</td>
            <td className="number">{format(order.qty, market?.qtyDigits ?? 8, marks)}</td>
            <td className="number">{format(order.filled, market?.qtyDigits ?? 8, marks)}</td>
            <td>{words[`state${order.status}`]}</td>
            <td />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function TradeHistory({ symbol, day }: { readonly symbol: string; readonly day: string }) {
  const words = useWords();
  const marks = useMarks();
  const market = useMarket(symbol);
  const load = useCallback(
    () => client.call("GET /api/v3/myTrades", { symbol, limit: ROWS_MAX, ...span(day) }),
    [symbol, day],
  );
  const [loaded, retry] = useLoaded<OwnTrade>(load);
  if (loaded.kind !== "there") {
    return (
      <Missing
        loaded={loaded}
        loading={words.loadingTrades}
        what={words.tradeHistory}
        onRetry={retry}
      />
    );
  }
  if (loaded.rows.length === 0) return <p className="empty">{words.noTrades}</p>;
  const trades = [...loaded.rows].reverse();
  const heads = [words.price, words.size, words.total, words.fee];
  const save = () =>
    offer(
      `trades-${symbol}.csv`,
      csvOf(
        [
          "time",
          "market",
          "side",
          "price",
          "size",
          "total",
          "fee",
          "fee asset",
          "order id",
          "trade id",
        ],
        trades.map((trade) => [
          new Date(trade.time).toISOString(),
          trade.symbol,
          trade.isBuyer ? "BUY" : "SELL",
          toWire(priceOf(trade.price)),
          toWire(qtyOf(trade.qty)),
          toWire(amountOf(trade.quoteQty)),
          toWire(amountOf(trade.commission)),
          trade.commissionAsset,
          trade.orderId.toString(),
          trade.id.toString(),
        ]),
      ),
    );
  return (
    <table className="table" aria-label={words.tradeHistory}>
      <thead>
        <tr>
          <th scope="col">{`${words.time} (UTC)`}</th>
          <th scope="col">{words.orderNumber}</th>
          <th scope="col">{words.side}</th>
          {heads.map((head) => (
            <th key={head} scope="col" className="number">
              {head}
            </th>
          ))}
          <th scope="col">{words.role}</th>
          <th scope="col" className="number">
            <button type="button" className="button small" onClick={save}>
              {words.exportCsv}
            </button>
          </th>
        </tr>
      </thead>
      <tbody>
        {trades.map((trade) => (
          <tr key={trade.id}>
            <td>{exactTime(trade.time)}</td>
            <td>{`#${trade.orderId.toString()}`}</td>
            <td className={trade.isBuyer ? "up" : "down"}>
              {trade.isBuyer ? words.buy : words.sell}
            </td>
            <td className="number">
              {format(priceOf(trade.price), market?.priceDigits ?? 8, marks)}
            </td>
            <td className="number">{format(qtyOf(trade.qty), market?.qtyDigits ?? 8, marks)}</td>
            <td className="number">{formatAmount(amountOf(trade.quoteQty), 2, marks)}</td>
            <td className="number">{`${toWire(amountOf(trade.commission))} ${trade.commissionAsset}`}</td>
            <td>{trade.isMaker ? words.maker : words.taker}</td>
            <td />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Missing({
  loaded,
  loading,
  what,
  onRetry,
}: {
  readonly loaded: { readonly kind: "loading" | "failed" };
  readonly loading: string;
  readonly what: string;
  readonly onRetry: () => void;
}) {
  const words = useWords();
  if (loaded.kind === "loading") return <p className="empty quiet">{loading}</p>;
  return (
    <div className="empty" role="alert">
      <p>{words.loadFailed(what)}</p>
      <button type="button" className="button" onClick={onRetry}>
        {words.retry}
      </button>
    </div>
  );
}
