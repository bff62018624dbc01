import type { Profit } from "@bourse/api/schema";
import { Select } from "@bourse/kit/select.tsx";
import type { Term } from "@bourse/kit/strings/en-terms";
import { usePageWords } from "@bourse/kit/words";
import { amountOf, averagePrice, qtyOf } from "@bourse/num/decimal";
import { format, formatAmount, formatSigned } from "@bourse/num/format";
import type { Market } from "@bourse/state/market";
import { unrealised } from "@bourse/state/profit";
import { useCallback, useState } from "react";
import { client } from "../live/clients.ts";
import { markets, tickers } from "../live/exchange.ts";
import { pairOf } from "../live/pair.ts";
import { own } from "../live/session.ts";
import { useMarks, useStore } from "../live/use.ts";
import { VALUED_IN } from "../panes/balances.tsx";
import { useAsked } from "./asked.ts";
import { Awaited } from "./awaited.tsx";
import { Facts } from "../panes/facts.tsx";

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
          choices={offered.map(({ symbol }) => ({ key: symbol, title: pairOf(symbol) }))}
          chosen={market.symbol}
          onChoose={setChosen}
        />
      </div>
      <OfMarket key={market.symbol} market={market} />
      <p className="hint">{words.profitHint}</p>
    </section>
  );
}

/** Beyond it the exchange sums nothing up. */
const TRADES_MAX = 1_000_000;
const TOO_MANY = -1130;

function OfMarket({ market }: { readonly market: Market }) {
  const words = usePageWords();
  const { symbol } = market;
  const ask = useCallback(() => client.call("GET /v1/account/profit", { symbol }), [symbol]);
  const [asked, again] = useAsked(ask);
  if (asked.kind === "refused" && asked.refused.code === TOO_MANY) {
    return <p className="notice">{words.profitTooMany(TRADES_MAX)}</p>;
  }
  return (
    <Awaited what={words.profit} asked={asked} again={again}>
      {(profit) => <Figures market={market} profit={profit} />}
    </Awaited>
  );
}

function Figures({ market, profit }: { readonly market: Market; readonly profit: Profit }) {
  const words = usePageWords();
  const marks = useMarks();
  const last = useStore(tickers).get(market.symbol)?.last;
  const [held, cost] = [qtyOf(profit.held), amountOf(profit.cost)];
  const elsewhere = qtyOf(profit.elsewhere);
  const average = averagePrice(cost, held);
  const qty = (units: bigint) => `${formatAmount(units, 8, marks)} ${market.base}`;
  const signed = (units: bigint) => `${formatSigned(units, 2, marks)} ${market.quote}`;
  const figures: readonly (readonly [string, string, Term?])[] = [
    [words.realised, signed(amountOf(profit.realised)), "realised"],
    [
      words.unrealised,
      last === undefined ? "–" : signed(unrealised(held, cost, last)),
      "unrealised",
    ],
    [words.heldOfTrades, qty(held)],
    [words.averageCost, average === null ? "–" : format(average, market.priceDigits, marks)],
    ...(elsewhere === 0n ? [] : ([[words.soldOfElsewhere, qty(elsewhere)]] as const)),
  ];
  return <Facts rows={figures} />;
}
