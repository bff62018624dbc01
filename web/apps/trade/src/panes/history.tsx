import type { Refused } from "@bourse/api/client";
import type { OwnTrade, Order as WireOrder } from "@bourse/api/schema";
import { Select } from "@bourse/kit/select.tsx";
import { usePageWords } from "@bourse/kit/words";
import { amountOf, priceOf, qtyOf } from "@bourse/num/decimal";
import { format, formatAmount, toWire } from "@bourse/num/format";
import { boundsOf, EVER, PAGE_ROWS, rowsOf, type Begin } from "@bourse/state/history";
import { orderOf, type Order } from "@bourse/state/orders";
import { useCallback, useState } from "react";
import { client } from "../live/clients.ts";
import { markets } from "../live/exchange.ts";
import { exactTime, zone } from "../live/time.ts";
import { useMarks, useStore } from "../live/use.ts";
import { Ago } from "./ago.tsx";
import { Empty } from "./empty.tsx";
import { HistoryFilter, hasSide, isNarrowed, isWanted, type Wanted } from "./history-filter.tsx";
import { refusalText } from "./refusals.ts";
import { HistoryTable, refusedOf, type Column } from "./history-table.tsx";
import { offer } from "./offer.ts";
import { stateText, typeText, useMarket } from "./open-orders.tsx";
import { OrderLink } from "./order-link.tsx";
import { PlaceOrder } from "./place-order.tsx";

interface Asked {
  readonly symbol: string;
  readonly wanted: Wanted;
  readonly onClear: () => void;
}

const EVERYTHING: Wanted = { span: EVER, side: "", type: "", state: "" };

/** Past orders or trades in a market, newest first, as they are filtered. */
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
          choices={[...(all.kind === "there" ? all.bySymbol.keys() : [shown])].map((key) => ({
            key,
            title: key,
          }))}
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

const FORMATS = ["CSV", "JSON"] as const;

/** Files of all rows that are wanted, made by the exchange. */
function Exports({
  kind,
  symbol,
  wanted: { span, side, type, state },
}: {
  readonly kind: "orders" | "trades";
  readonly symbol: string;
  readonly wanted: Wanted;
}) {
  const words = usePageWords();
  const [refused, setRefused] = useState<Refused | null>(null);
  const save = (format: (typeof FORMATS)[number]) => {
    setRefused(null);
    client
      .download(`GET /v1/account/${kind}`, {
        ...boundsOf(span, Date.now()),
        symbol,
        format,
        ...(side === "" ? {} : { side }),
        ...(type === "" ? {} : { type }),
        ...(state === "" ? {} : { status: state }),
      })
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

/** Nothing in the time that was chosen, or ever. */
function Nothing({
  why,
  never,
  symbol,
  wanted: { span },
  onClear,
}: Asked & { readonly why: string; readonly never: string }) {
  const isEver = span.fromMs === null && span.untilMs === null;
  return (
    <Empty why={isEver ? never : why}>
      {isEver ? <PlaceOrder symbol={symbol} /> : <ClearButton onClear={onClear} />}
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

/** Rows were loaded, and none of them matches. */
function NoneMatches({ onClear }: { readonly onClear: () => void }) {
  const words = usePageWords();
  return (
    <Empty why={words.noneMatches}>
      <ClearButton onClear={onClear} />
    </Empty>
  );
}

function OrderHistory(asked: Asked) {
  const { symbol, wanted, onClear } = asked;
  const { span } = wanted;
  const words = usePageWords();
  const load = useCallback(async () => {
    const ask = (begin: Begin): Promise<readonly WireOrder[]> =>
      client.call("GET /api/v3/allOrders", {
        symbol,
        limit: PAGE_ROWS,
        ...("after" in begin ? { orderId: begin.after + 1 } : begin),
      });
    return (await rowsOf(span, ask, ({ orderId }) => orderId)).map(orderOf);
  }, [symbol, span]);
  return (
    <HistoryTable
      name={words.orderHistory}
      loading={words.loadingOrders}
      nothing={<Nothing why={words.noOrders} never={words.neverOrders} {...asked} />}
      load={load}
      filter={{
        isWanted: (order) => isWanted(wanted, order),
        isOfNewest: isNarrowed(wanted) && span === EVER,
        noneMatches: <NoneMatches onClear={onClear} />,
      }}
      columns={useOrderColumns(symbol)}
    />
  );
}

function useOrderColumns(symbol: string): readonly Column<Order>[] {
  const words = usePageWords();
  const marks = useMarks();
  const market = useMarket(symbol);
  const [priceDigits, qtyDigits] = [market?.priceDigits ?? 8, market?.qtyDigits ?? 8];
  const price = (units: bigint) => (units === 0n ? "–" : format(units, priceDigits, marks));
  const qty = (units: bigint) => format(units, qtyDigits, marks);
  return [
    {
      title: `${words.time} (${zone()})`,
      show: ({ createdMs }) => <Ago atMs={createdMs} />,
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
  const { symbol, wanted, onClear } = asked;
  const { span } = wanted;
  const words = usePageWords();
  const load = useCallback(() => {
    const ask = (begin: Begin): Promise<readonly OwnTrade[]> =>
      client.call("GET /api/v3/myTrades", {
        symbol,
        limit: PAGE_ROWS,
        ...("after" in begin ? { fromId: begin.after + 1 } : begin),
      });
    return rowsOf(span, ask, ({ id }) => id);
  }, [symbol, span]);
  return (
    <HistoryTable
      name={words.tradeHistory}
      loading={words.loadingTrades}
      nothing={<Nothing why={words.noTrades} never={words.neverTrades} {...asked} />}
      load={load}
      filter={{
        isWanted: ({ isBuyer }) => hasSide(wanted, isBuyer),
        isOfNewest: isNarrowed(wanted) && span === EVER,
        noneMatches: <NoneMatches onClear={onClear} />,
      }}
      columns={useTradeColumns(symbol)}
    />
  );
}

function useTradeColumns(symbol: string): readonly Column<OwnTrade>[] {
  const words = usePageWords();
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
  const words = usePageWords();
  return <span className={isBuy ? "up" : "down"}>{isBuy ? words.buy : words.sell}</span>;
}
