import { usePageWords } from "@bourse/kit/words";
import { formatPercent, formatShort } from "@bourse/num/format";
import type { Market } from "@bourse/state/market";
import { isFound } from "@bourse/state/search";
import type { Ticker } from "@bourse/state/tickers";
import { memo, useEffect, useState } from "react";
import { markets, tickers, watchStatus } from "../live/exchange.ts";
import { look } from "../live/look.ts";
import { useLook, useMarks, useStore } from "../live/use.ts";
import { Empty } from "../panes/empty.tsx";
import { usePageTitle } from "./title.ts";
import { arrow, Star, tone } from "../panes/market-bar.tsx";
import { useCloses } from "./closes.ts";
import { NewMarkets } from "./new-markets.tsx";
import { ManyRows } from "../panes/many-rows.tsx";
import { PriceText } from "../panes/price.tsx";
import { Spark } from "../panes/spark.tsx";
import { UnknownMarkets } from "../panes/unknown-markets.tsx";

type Column = "market" | "last" | "change" | "high" | "low" | "volume";

interface Sort {
  readonly column: Column | "own";
  readonly isRising: boolean;
}

interface Row {
  readonly market: Market;
  readonly ticker: Ticker | undefined;
}

/** How a category is sorted until another order is chosen. */
function standardSort(category: string): Sort {
  switch (category) {
    case "watchlist":
    case "new":
      return { column: "own", isRising: false };
    case "gainers":
      return { column: "change", isRising: false };
    case "losers":
      return { column: "change", isRising: true };
    default:
      return { column: "volume", isRising: false };
  }
}

/** Whether a market belongs to a category: one that is a list, what rose or fell today, or what is traded against an asset. */
function isIn(
  category: string,
  { symbol, quote }: Market,
  ticker: Ticker | undefined,
  own: readonly string[] | null,
): boolean {
  if (own !== null) return own.includes(symbol);
  const change = ticker?.changeBps ?? 0n;
  switch (category) {
    case "all":
      return true;
    case "gainers":
      return 0n < change;
    case "losers":
      return change < 0n;
    default:
      return quote === category;
  }
}

/** As high as a row of the table. */
const [ROW_PX, COMPACT_PX] = [46, 32];
/** More than a window shows. */
const GROUP_ROWS = 30;

/** What rows are sorted by; a market that never traded is least. */
function sortKey({ market, ticker }: Row, column: Column): bigint | string {
  switch (column) {
    case "market":
      return market.symbol;
    case "last":
      return ticker?.last ?? -1n;
    case "change":
      return ticker?.changeBps ?? -1_000_000n;
    case "high":
      return ticker?.high ?? -1n;
    case "low":
      return ticker?.low ?? -1n;
    case "volume":
      return ticker?.quoteVolume ?? -1n;
  }
}

/** Every market with its day; the way to each of them. */
export function MarketsPage() {
  const words = usePageWords();
  usePageTitle(words.markets);
  const all = useStore(markets);
  useEffect(() => watchStatus(null), []);
  const watchlist = useLook((look) => look.watchlist);
  const [search, setSearch] = useState("");
  const [category, setCategory] = useState<string>("all");
  const quotes =
    all.kind === "there" ? [...new Set([...all.bySymbol.values()].map(({ quote }) => quote))] : [];
  const categories = [
    { key: "all", title: words.allMarkets },
    { key: "watchlist", title: words.watchlist },
    { key: "new", title: words.newMarkets },
    { key: "gainers", title: words.gainers },
    { key: "losers", title: words.losers },
    ...quotes.map((quote) => ({ key: quote, title: quote })),
  ];
  const table = (markets: readonly Market[], own: readonly string[] | null) => (
    <MarketTable
      markets={markets}
      search={search}
      category={category}
      own={own}
      onShowAll={() => {
        if (search.trim() === "") setCategory("all");
        setSearch("");
      }}
    />
  );
  return (
    <div className="page">
      <div className="page-head">
        <h1>{words.markets}</h1>
        <input
          type="search"
          className="search"
          aria-label={words.searchMarkets}
          placeholder={words.searchMarkets}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      </div>
      <div className="tabs" role="tablist" aria-label={words.markets}>
        {categories.map(({ key, title }) => (
          <button
            key={key}
            type="button"
            role="tab"
            className="tab"
            aria-selected={key === category}
            aria-controls="market-list"
            onClick={() => setCategory(key)}
          >
            {title}
          </button>
        ))}
      </div>
      <div id="market-list" role="tabpanel" aria-label={words.markets} className="panel">
        {all.kind !== "there" ? (
          <UnknownMarkets all={all} rowPx={ROW_PX} />
        ) : category === "new" ? (
          <NewMarkets>{(fresh) => table([...all.bySymbol.values()], fresh)}</NewMarkets>
        ) : (
          table([...all.bySymbol.values()], category === "watchlist" ? watchlist : null)
        )}
      </div>
    </div>
  );
}

function MarketTable({
  markets,
  search,
  category,
  own,
  onShowAll,
}: {
  readonly markets: readonly Market[];
  readonly search: string;
  readonly category: string;
  /** The markets of a category that is a list, in their own order. */
  readonly own: readonly string[] | null;
  readonly onShowAll: () => void;
}) {
  const words = usePageWords();
  const day = useStore(tickers);
  const isCompact = useLook((look) => look.isCompact);
  const [chosen, setSort] = useState<Sort | null>(null);
  // A watchlist stands in the order of whoever made it, until another one is chosen.
  const isMovable = category === "watchlist" && chosen === null;
  const sort: Sort = chosen ?? standardSort(category);
  const wanted = search.trim();
  const rows = markets
    .filter((market) => isFound(market, search))
    .filter((market) => isIn(category, market, day.get(market.symbol), own))
    .map((market): Row => ({ market, ticker: day.get(market.symbol) }))
    .sort((one, other) => {
      if (sort.column === "own") {
        const [a, b] = [one, other].map(({ market }) => own?.indexOf(market.symbol) ?? 0);
        return (a ?? 0) - (b ?? 0);
      }
      const [a, b] = [sortKey(one, sort.column), sortKey(other, sort.column)];
      return (a < b ? -1 : a === b ? 0 : 1) * (sort.isRising ? 1 : -1);
    });
  const heads: readonly (readonly [Column, string])[] = [
    ["market", words.market],
    ["last", words.lastPrice],
    ["change", words.dayChange],
    ["high", words.dayHigh],
    ["low", words.dayLow],
    ["volume", words.volume],
  ];
  return (
    <>
      <table
        className={`table cards markets${isCompact ? " compact" : ""}`}
        aria-label={words.markets}
        aria-rowcount={rows.length + 1}
      >
        <thead>
          <tr>
            <th scope="col">
              <span className="hidden-text">{words.watchlist}</span>
            </th>
            {heads.map(([column, title]) => (
              <th
                key={column}
                scope="col"
                className={column === "market" ? undefined : `number ${column}`}
                aria-sort={
                  sort.column === column ? (sort.isRising ? "ascending" : "descending") : "none"
                }
              >
                <button
                  type="button"
                  className="sort"
                  onClick={() =>
                    setSort({ column, isRising: sort.column === column ? !sort.isRising : true })
                  }
                >
                  {title}
                  <span aria-hidden="true">
                    {sort.column === column ? (sort.isRising ? " ▲" : " ▼") : ""}
                  </span>
                </button>
              </th>
            ))}
            <th scope="col" className="spark">
              {words.lastDay}
            </th>
          </tr>
        </thead>
        <ManyRows
          rows={rows}
          groupRows={GROUP_ROWS}
          rowPx={isCompact ? COMPACT_PX : ROW_PX}
          draw={({ market, ticker }, place) => (
            <MarketRow
              key={market.symbol}
              place={place}
              market={market}
              ticker={ticker}
              order={isMovable ? own : null}
            />
          )}
        />
      </table>
      {rows.length === 0 ? (
        <Empty
          why={
            wanted !== "" || own === null
              ? words.noMarketMatches
              : category === "new"
                ? words.newEmpty
                : words.watchlistEmpty
          }
        >
          <button type="button" className="button small" onClick={onShowAll}>
            {wanted === "" ? words.everyMarketShown : words.clearSearch}
          </button>
        </Empty>
      ) : null}
    </>
  );
}

/** Moves a market of the watchlist a place up or down. */
function Mover({ symbol, order }: { readonly symbol: string; readonly order: readonly string[] }) {
  const words = usePageWords();
  const move = (direction: 1 | -1) => {
    const from = order.indexOf(symbol);
    const other = order[from + direction];
    if (other === undefined) return;
    const swapped = order.map((one) => (one === symbol ? other : one === other ? symbol : one));
    look.dispatch({ watchlist: swapped });
  };
  return (
    <>
      <button
        type="button"
        className="button plain small"
        aria-label={words.moveUp(symbol)}
        disabled={order[0] === symbol}
        onClick={() => move(-1)}
      >
        ▲
      </button>
      <button
        type="button"
        className="button plain small"
        aria-label={words.moveDown(symbol)}
        disabled={order.at(-1) === symbol}
        onClick={() => move(1)}
      >
        ▼
      </button>
    </>
  );
}

/** Drawn again when it changes: the list is, with every letter of a search. */
const MarketRow = memo(function MarketRow({
  market,
  ticker,
  place,
  order,
}: Row & {
  readonly place: number;
  /** That of the watchlist, where its rows can be moved. */
  readonly order: readonly string[] | null;
}) {
  const words = usePageWords();
  const marks = useMarks();
  const closes = useCloses(market.symbol);
  const price = (units: bigint | undefined) =>
    units === undefined ? "–" : <PriceText units={units} digits={market.priceDigits} />;
  const bps = ticker?.changeBps ?? null;
  return (
    <tr aria-rowindex={place + 2}>
      <td className="star-cell">
        <Star symbol={market.symbol} />
        {order === null ? null : <Mover symbol={market.symbol} order={order} />}
      </td>
      <th scope="row">
        <a className="market-link" href={`/trade/${market.symbol}`}>
          <strong>{market.base}</strong>
          <span className="quiet">{`/${market.quote}`}</span>
        </a>
        {market.phase === "trading" ? null : (
          <span className="chip phase">{words[market.phase]}</span>
        )}
      </th>
      <td data-head={words.lastPrice} className="number">
        {price(ticker?.last)}
      </td>
      <td data-head={words.dayChange} className={`number ${tone(bps)}`}>
        {bps === null ? "–" : `${arrow(bps)} ${formatPercent(bps, marks)}`}
      </td>
      <td data-head={words.dayHigh} className="number high">
        {price(ticker?.high)}
      </td>
      <td data-head={words.dayLow} className="number low">
        {price(ticker?.low)}
      </td>
      <td data-head={words.volume} className="number volume">
        {ticker === undefined ? "–" : `${formatShort(ticker.quoteVolume, marks)} ${market.quote}`}
      </td>
      <td className="spark">
        <Spark values={closes} isUp={0n <= (bps ?? 0n)} />
      </td>
    </tr>
  );
});
