import type { OwnTrade } from "@bourse/api/schema";
import { Select } from "@bourse/kit/select.tsx";
import { usePageWords } from "@bourse/kit/words";
import { amountOf, averagePrice, qtyOf } from "@bourse/num/decimal";
import { format, formatAmount, formatSigned } from "@bourse/num/format";
import { PAGE_ROWS, pagesFrom, type Begin } from "@bourse/state/history";
import type { Market } from "@bourse/state/market";
import { NO_TRADES, profitOf, unrealised, type Fill, type Profit } from "@bourse/state/profit";
import { useCallback, useState } from "react";
import { client } from "../live/clients.ts";
import { markets, tickers } from "../live/exchange.ts";
import { own } from "../live/session.ts";
import { useMarks, useStore } from "../live/use.ts";
import { VALUED_IN } from "../panes/balances.tsx";
import { useAsked } from "./asked.ts";

/** A hundred pages, a third of what may be asked in a minute. */
const TRADES_MAX = 100_000;

/** What trading in a market brought since the first trade there; markets whose asset is held come first. */
export function ProfitSection() {
  const words = usePageWords();
  const all = useStore(markets);
  const { balances } = useStore(own);
  const [chosen, setChosen] = useState<string | null>(null);
  if (all.kind !== "there") return null;
  const rank = ({ base }: Market): number => {
    const { free, locked } = balances.get(base) ?? { free: 0n, locked: 0n };
    return free + locked === 0n ? 1 : 0;
  };
  const offered = [...all.bySymbol.values()]
    .filter(({ quote }) => quote === VALUED_IN)
    .sort((one, other) => rank(one) - rank(other) || (one.symbol < other.symbol ? -1 : 1));
  const market = offered.find(({ symbol }) => symbol === chosen) ?? offered[0];
  if (market === undefined) return null;
  return (
    <section className="panel stack padded" aria-label={words.profit}>
      <div className="row">
        <Select
          label={words.market}
          choices={offered.map(({ symbol }) => ({ key: symbol, title: symbol }))}
          chosen={market.symbol}
          onChoose={setChosen}
        />
      </div>
      <OfMarket key={market.symbol} market={market} />
      <p className="hint">{words.profitHint}</p>
    </section>
  );
}

function OfMarket({ market }: { readonly market: Market }) {
  const words = usePageWords();
  const ask = useCallback(() => load(market), [market]);
  const [asked] = useAsked(ask);
  if (asked.kind === "loading") return <p className="empty quiet">…</p>;
  if (asked.kind === "refused") {
    return <p className="notice wrong">{words.loadFailed(words.profit)}</p>;
  }
  if (asked.answer === null) return <p className="notice">{words.profitTooMany(TRADES_MAX)}</p>;
  return <Figures market={market} profit={asked.answer} />;
}

/** Returns what the trades of a market brought; null where they are too many to be asked for. */
async function load({ symbol, base, quote }: Market): Promise<Profit | null> {
  const ask = (begin: Begin): Promise<readonly OwnTrade[]> =>
    client.call("GET /api/v3/myTrades", {
      symbol,
      limit: PAGE_ROWS,
      ...("after" in begin ? { fromId: begin.after + 1 } : begin),
    });
  let [profit, count] = [NO_TRADES, 0];
  for await (const page of pagesFrom(0, ask, ({ id }) => id)) {
    count += page.length;
    if (TRADES_MAX < count) return null;
    profit = profitOf(page.map(fillOf), base, quote, profit);
  }
  return profit;
}

const fillOf = (trade: OwnTrade): Fill => ({
  isBuy: trade.isBuyer,
  qty: qtyOf(trade.qty),
  quote: amountOf(trade.quoteQty),
  fee: amountOf(trade.commission),
  feeAsset: trade.commissionAsset,
});

function Figures({ market, profit }: { readonly market: Market; readonly profit: Profit }) {
  const words = usePageWords();
  const marks = useMarks();
  const last = useStore(tickers).get(market.symbol)?.last;
  const { held, cost, realised, elsewhere } = profit;
  const average = averagePrice(cost, held);
  const qty = (units: bigint) => `${formatAmount(units, 8, marks)} ${market.base}`;
  const signed = (units: bigint) => `${formatSigned(units, 2, marks)} ${market.quote}`;
  const figures: readonly (readonly [string, string])[] = [
    [words.realised, signed(realised)],
    [words.unrealised, last === undefined ? "–" : signed(unrealised(profit, last))],
    [words.heldOfTrades, qty(held)],
    [words.averageCost, average === null ? "–" : format(average, market.priceDigits, marks)],
    ...(elsewhere === 0n ? [] : ([[words.soldOfElsewhere, qty(elsewhere)]] as const)),
  ];
  return (
    <dl className="figures">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <bdi>{value}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}
