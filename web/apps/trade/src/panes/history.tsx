import type { Refused } from "@bourse/api/client";
import type { OwnTrade } from "@bourse/api/schema";
import { Select } from "@bourse/kit/select.tsx";
import { usePageWords } from "@bourse/kit/words";
import { amountOf, priceOf, qtyOf } from "@bourse/num/decimal";
import { format, formatAmount, toWire } from "@bourse/num/format";
import { EVER } from "@bourse/state/history";
import type { Order } from "@bourse/state/orders";
import { useCallback, useState } from "react";
import { markets } from "../live/exchange.ts";
import { pairOf } from "../live/pair.ts";
import { pastFile, pastOrders, pastTrades, type Asked, type Wanted } from "../live/past.ts";
import { refusedOf } from "../live/refused.ts";
import { exactTime, zone } from "../live/time.ts";
import { useMarks, useStore } from "../live/use.ts";
import { Ago } from "./ago.tsx";
import { Empty } from "./empty.tsx";
import { HistoryFilter, isNarrowed } from "./history-filter.tsx";
import { refusalText } from "./refusals.ts";
import { HistoryTable, type Column } from "./history-table.tsx";
import { offer } from "./offer.ts";
import { stateText, typeText } from "./open-orders.tsx";
import { OrderLink } from "./order-link.tsx";
import { PlaceOrder } from "./place-order.tsx";

/** In the place of a market: all of them. */
export const EVERY = "";

const EVERYTHING: Wanted = { span: EVER, side: "", type: "", state: "" };

/** Past orders or trades in a market or in all of them, newest first, as they are filtered. */
export function HistoryPanel({
  kind,
  symbol: shown,
}: {
  readonly kind: "orders" | "trades";
  /** The market that is chosen first. */
  readonly symbol: string;
}) {
  const words = usePageWords();
  const all = useStore(markets);
  const [symbol, setSymbol] = useState(shown);
  const [wanted, setWanted] = useState(EVERYTHING);
  // Fields of time are emptied by being others.
  const [clears, setClears] = useState(0);
  const clear = () => {
    setWanted(EVERYTHING);
    setClears(clears + 1);
  };
  const List = kind === "orders" ? OrderHistory : TradeHistory;
  return (
    <>
      <div className="pane-bar filters" role="group" aria-label={words.filters}>
        <Select
          label={words.market}
          isNamedOnly
          isSmall
          choices={[
            { key: EVERY, title: words.everyMarket },
            ...(all.kind === "there" ? [...all.bySymbol.keys()] : symbols(shown)).map((key) => ({
              key,
              title: pairOf(key),
            })),
          ]}
          chosen={symbol}
          onChoose={setSymbol}
        />
        <HistoryFilter key={clears} kind={kind} wanted={wanted} onChange={setWanted} />
        <Exports kind={kind} symbol={symbol} wanted={wanted} />
      </div>
      <List symbol={symbol} wanted={wanted} onClear={clear} />
    </>
  );
}

const symbols = (shown: string): readonly string[] => (shown === EVERY ? [] : [shown]);

const FORMATS = ["CSV", "JSON"] as const;

/** Files of all rows that are wanted, made by the exchange. */
function Exports({
  kind,
  symbol,
  wanted,
}: {
  readonly kind: "orders" | "trades";
  readonly symbol: string;
  readonly wanted: Wanted;
}) {
  const words = usePageWords();
  const [refused, setRefused] = useState<Refused | null>(null);
  const save = (format: (typeof FORMATS)[number]) => {
    setRefused(null);
    pastFile(kind, { symbol, wanted }, format)
      .then((made) =>
        offer(`${kind}-${symbol === EVERY ? "all" : symbol}.${format.toLowerCase()}`, made),
      )
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

/** Nothing in the time that was chosen, of what was chosen, or ever. */
function Nothing({
  why,
  never,
  symbol,
  wanted,
  onClear,
}: Asked & { readonly why: string; readonly never: string; readonly onClear: () => void }) {
  const words = usePageWords();
  const { span } = wanted;
  if (span.fromMs === null && span.untilMs === null && !isNarrowed(wanted)) {
    return <Empty why={never}>{symbol === EVERY ? null : <PlaceOrder symbol={symbol} />}</Empty>;
  }
  const isOfTime = span.fromMs !== null || span.untilMs !== null;
  return (
    <Empty why={isOfTime ? why : words.noneMatches}>
      <ClearButton onClear={onClear} />
    </Empty>
  );
}

function ClearButton({ onClear }: { readonly onClear: () => void }) {
  const words = usePageWords();
  return (
    <button type="button" className="button small" onClick={onClear}>
      {words.everyDay}
    </button>
  );
}

/** Rows of the past as an order or a trade is told from others: by its market as well. */
const keyOf = (symbol: string, id: number): string => `${symbol}/${id.toString()}`;

function OrderHistory(asked: Asked & { readonly onClear: () => void }) {
  const { symbol, wanted } = asked;
  const words = usePageWords();
  const load = useCallback(() => pastOrders({ symbol, wanted }), [symbol, wanted]);
  return (
    <HistoryTable
      name={words.orderHistory}
      loading={words.loadingOrders}
      nothing={<Nothing why={words.noOrders} never={words.neverOrders} {...asked} />}
      load={load}
      keyOf={({ symbol, id }) => keyOf(symbol, id)}
      columns={useOrderColumns(symbol)}
    />
  );
}

function useOrderColumns(symbol: string): readonly Column<Order>[] {
  const words = usePageWords();
  const marks = useMarks();
  const digitsOf = useDigits();
  const price = (symbol: string, units: bigint) =>
    units === 0n ? "–" : format(units, digitsOf(symbol).price, marks);
  const qty = (symbol: string, units: bigint) => format(units, digitsOf(symbol).qty, marks);
  return [
    {
      title: `${words.time} (${zone()})`,
      show: ({ createdMs }) => <Ago atMs={createdMs} />,
    },
    ...(symbol === EVERY ? [{ title: words.market, show: showSymbol }] : []),
    {
      title: words.orderNumber,
      show: ({ symbol, id }) => <OrderLink symbol={symbol} id={id} />,
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
      show: (order) => price(order.symbol, order.price),
    },
    {
      title: words.averagePrice,
      className: "number",
      show: ({ symbol, average }) => price(symbol, average ?? 0n),
    },
    {
      title: words.size,
      className: "number",
      show: (order) => qty(order.symbol, order.qty),
    },
    {
      title: words.filled,
      className: "number",
      show: ({ symbol, filled }) => qty(symbol, filled),
    },
    {
      title: words.state,
      show: (order) => stateText(order, words),
    },
  ];
}

function TradeHistory(asked: Asked & { readonly onClear: () => void }) {
  const { symbol, wanted } = asked;
  const words = usePageWords();
  const load = useCallback(() => pastTrades({ symbol, wanted }), [symbol, wanted]);
  return (
    <HistoryTable
      name={words.tradeHistory}
      loading={words.loadingTrades}
      nothing={<Nothing why={words.noTrades} never={words.neverTrades} {...asked} />}
      load={load}
      keyOf={({ symbol, id, isMaker }) => `${keyOf(symbol, id)}/${isMaker ? "maker" : "taker"}`}
      columns={useTradeColumns(symbol)}
    />
  );
}

function useTradeColumns(symbol: string): readonly Column<OwnTrade>[] {
  const words = usePageWords();
  const marks = useMarks();
  const digitsOf = useDigits();
  return [
    {
      title: `${words.time} (${zone()})`,
      show: ({ time }) => exactTime(time),
    },
    ...(symbol === EVERY ? [{ title: words.market, show: showSymbol }] : []),
    {
      title: words.orderNumber,
      show: ({ symbol, orderId }) => <OrderLink symbol={symbol} id={orderId} />,
    },
    {
      title: words.side,
      show: ({ isBuyer }) => <SideText isBuy={isBuyer} />,
    },
    {
      title: words.price,
      className: "number",
      show: ({ symbol, price }) => format(priceOf(price), digitsOf(symbol).price, marks),
    },
    {
      title: words.size,
      className: "number",
      show: ({ symbol, qty }) => format(qtyOf(qty), digitsOf(symbol).qty, marks),
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

const showSymbol = ({ symbol }: { readonly symbol: string }) => pairOf(symbol);

/** Returns how many digits prices and sizes of each market have. */
function useDigits() {
  const all = useStore(markets);
  return (symbol: string) => {
    const market = all.kind === "there" ? all.bySymbol.get(symbol) : undefined;
    return { price: market?.priceDigits ?? 8, qty: market?.qtyDigits ?? 8 };
  };
}

function SideText({ isBuy }: { readonly isBuy: boolean }) {
  const words = usePageWords();
  return <span className={isBuy ? "up" : "down"}>{isBuy ? words.buy : words.sell}</span>;
}
