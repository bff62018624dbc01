import type { Refused } from "@bourse/api/client";
import type { OwnTrade, Order as WireOrder } from "@bourse/api/schema";
import { useDeskWords } from "@bourse/kit/words";
import { amountOf, priceOf, qtyOf } from "@bourse/num/decimal";
import { format, formatAmount, toWire } from "@bourse/num/format";
import { orderOf, type Order } from "@bourse/state/orders";
import { useCallback, useState } from "react";
import { client } from "../live/clients.ts";
import { dayTime, exactTime, zone } from "../live/time.ts";
import { useMarks } from "../live/use.ts";
import { PAGE_ROWS, rowsOf, spanOf, type Begin, type Days } from "@bourse/state/history";
import { Empty } from "./empty.tsx";
import { refusalText } from "./refusals.ts";
import { HistoryTable, refusedOf, type Column } from "./history-table.tsx";
import { offer } from "./offer.ts";
import { stateText, typeText, useMarket } from "./open-orders.tsx";
import { PlaceOrder } from "./place-order.tsx";

interface Asked {
  readonly symbol: string;
  readonly days: Days;
  readonly onEveryDay: () => void;
}

const EVERY_DAY: Days = { from: "", until: "" };

/** Past orders or trades in a market, newest first, of days that can be chosen. */
export function HistoryPanel({
  kind,
  symbol,
}: {
  readonly kind: "orders" | "trades";
  readonly symbol: string;
}) {
  const words = useDeskWords();
  const [days, setDays] = useState(EVERY_DAY);
  return (
    <>
      <div className="pane-bar">
        <Day name={words.from} value={days.from} onValue={(from) => setDays({ ...days, from })} />
        <Day
          name={words.until}
          value={days.until}
          onValue={(until) => setDays({ ...days, until })}
        />
        <Exports kind={kind} symbol={symbol} days={days} />
      </div>
      {kind === "orders" ? (
        <OrderHistory symbol={symbol} days={days} onEveryDay={() => setDays(EVERY_DAY)} />
      ) : (
        <TradeHistory symbol={symbol} days={days} onEveryDay={() => setDays(EVERY_DAY)} />
      )}
    </>
  );
}

function Day({
  name,
  value,
  onValue,
}: {
  readonly name: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
}) {
  return (
    <label className="small-text row">
      {`${name} (UTC)`}
      <input
        type="date"
        className="small-input date"
        value={value}
        onChange={(event) => onValue(event.target.value)}
      />
    </label>
  );
}

const FORMATS = ["CSV", "JSON"] as const;

/** Files of all rows, made by the exchange. */
function Exports({
  kind,
  symbol,
  days,
}: {
  readonly kind: "orders" | "trades";
  readonly symbol: string;
  readonly days: Days;
}) {
  const words = useDeskWords();
  const [refused, setRefused] = useState<Refused | null>(null);
  const save = (format: (typeof FORMATS)[number]) => {
    setRefused(null);
    client
      .download(`GET /v1/account/${kind}`, { ...spanOf(days, Date.now()), symbol, format })
      .then((made) => offer(`${kind}-${symbol}.${format.toLowerCase()}`, made))
      .catch((error: unknown) => setRefused(refusedOf(error)));
  };
  return (
    <>
      {FORMATS.map((format) => (
        <button key={format} type="button" className="button small" onClick={() => save(format)}>
          {words.exportAs(format)}
        </button>
      ))}
      {refused === null ? null : (
        <p className="fault" role="alert">
          {refusalText(refused, words)}
        </p>
      )}
    </>
  );
}

/** Nothing in the days that were chosen, or ever. */
function Nothing({
  why,
  never,
  symbol,
  days,
  onEveryDay,
}: Asked & { readonly why: string; readonly never: string }) {
  const words = useDeskWords();
  const isEver = days.from === "" && days.until === "";
  return (
    <Empty why={isEver ? never : why}>
      {isEver ? (
        <PlaceOrder symbol={symbol} />
      ) : (
        <button type="button" className="button small" onClick={onEveryDay}>
          {words.everyDay}
        </button>
      )}
    </Empty>
  );
}

function OrderHistory(asked: Asked) {
  const { symbol, days } = asked;
  const words = useDeskWords();
  const load = useCallback(async () => {
    const ask = (begin: Begin): Promise<readonly WireOrder[]> =>
      client.call("GET /api/v3/allOrders", {
        symbol,
        limit: PAGE_ROWS,
        ...("after" in begin ? { orderId: begin.after + 1 } : begin),
      });
    return (await rowsOf(days, ask, ({ orderId }) => orderId)).map(orderOf);
  }, [symbol, days]);
  return (
    <HistoryTable
      name={words.orderHistory}
      loading={words.loadingOrders}
      nothing={<Nothing why={words.noOrders} never={words.neverOrders} {...asked} />}
      load={load}
      columns={useOrderColumns(symbol)}
    />
  );
}

function useOrderColumns(symbol: string): readonly Column<Order>[] {
  const words = useDeskWords();
  const marks = useMarks();
  const market = useMarket(symbol);
  const [priceDigits, qtyDigits] = [market?.priceDigits ?? 8, market?.qtyDigits ?? 8];
  const price = (units: bigint) => (units === 0n ? "–" : format(units, priceDigits, marks));
  const qty = (units: bigint) => format(units, qtyDigits, marks);
  return [
    {
      title: `${words.time} (${zone()})`,
      show: ({ createdMs }) => <span title={exactTime(createdMs)}>{dayTime(createdMs)}</span>,
    },
    {
      title: words.orderNumber,
      show: ({ id }) => <OrderLink symbol={symbol} id={id} />,
    },
    {
      title: words.type,
      show: (order) => typeText(order, words),
    },
    {
      title: words.side,
      show: ({ side }) => <SideText isBuy={side === "BUY"} />,
    },
    {
      title: words.price,
      className: "number",
      show: (order) => price(order.price),
    },
    {
      title: words.averagePrice,
      className: "number",
      show: ({ average }) => price(average ?? 0n),
    },
    {
      title: words.size,
      className: "number",
      show: (order) => qty(order.qty),
    },
    {
      title: words.filled,
      className: "number",
      show: ({ filled }) => qty(filled),
    },
    {
      title: words.state,
      show: (order) => stateText(order, words),
    },
  ];
}

function TradeHistory(asked: Asked) {
  const { symbol, days } = asked;
  const words = useDeskWords();
  const load = useCallback(() => {
    const ask = (begin: Begin): Promise<readonly OwnTrade[]> =>
      client.call("GET /api/v3/myTrades", {
        symbol,
        limit: PAGE_ROWS,
        ...("after" in begin ? { fromId: begin.after + 1 } : begin),
      });
    return rowsOf(days, ask, ({ id }) => id);
  }, [symbol, days]);
  return (
    <HistoryTable
      name={words.tradeHistory}
      loading={words.loadingTrades}
      nothing={<Nothing why={words.noTrades} never={words.neverTrades} {...asked} />}
      load={load}
      columns={useTradeColumns(symbol)}
    />
  );
}

function useTradeColumns(symbol: string): readonly Column<OwnTrade>[] {
  const words = useDeskWords();
  const marks = useMarks();
  const market = useMarket(symbol);
  const [priceDigits, qtyDigits] = [market?.priceDigits ?? 8, market?.qtyDigits ?? 8];
  return [
    {
      title: `${words.time} (${zone()})`,
      show: ({ time }) => exactTime(time),
    },
    {
      title: words.orderNumber,
      show: ({ orderId }) => <OrderLink symbol={symbol} id={orderId} />,
    },
    {
      title: words.side,
      show: ({ isBuyer }) => <SideText isBuy={isBuyer} />,
    },
    {
      title: words.price,
      className: "number",
      show: ({ price }) => format(priceOf(price), priceDigits, marks),
    },
    {
      title: words.size,
      className: "number",
      show: ({ qty }) => format(qtyOf(qty), qtyDigits, marks),
    },
    {
      title: words.sum,
      className: "number",
      show: ({ quoteQty }) => formatAmount(amountOf(quoteQty), 2, marks),
    },
    {
      title: words.fee,
      className: "number",
      show: (trade) => `${toWire(amountOf(trade.commission))} ${trade.commissionAsset}`,
    },
    { title: words.role, show: ({ isMaker }) => (isMaker ? words.maker : words.taker) },
  ];
}

function SideText({ isBuy }: { readonly isBuy: boolean }) {
  const words = useDeskWords();
  return <span className={isBuy ? "up" : "down"}>{isBuy ? words.buy : words.sell}</span>;
}

/** The number of an order, and the way to its page. */
export function OrderLink({ symbol, id }: { readonly symbol: string; readonly id: number }) {
  const words = useDeskWords();
  return (
    <a href={`/orders/${symbol}/${id.toString()}`} aria-label={words.openOrder(id)}>
      {`#${id.toString()}`}
    </a>
  );
}
