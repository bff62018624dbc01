import { Tabs } from "@bourse/kit/tabs.tsx";
import { expectDeskWords, useWords } from "@bourse/kit/words";
import { format } from "@bourse/num/format";
import { gridOf } from "@bourse/state/arrangement";
import type { Market } from "@bourse/state/market";
import { lazy, Suspense, useEffect, useState } from "react";
import { brand } from "../live/brand.ts";
import { connection, markets, tickers, watchStatus } from "../live/exchange.ts";
import { useLastPrice } from "../live/last-price.ts";
import { look } from "../live/look.ts";
import { MarketView } from "../live/market-view.ts";
import { PHONE, useMedia, WIDE, WIDEST } from "../live/media.ts";
import { useLook, useMarks, usePart, useStore } from "../live/use.ts";
import { ChartFold } from "../chart/fold.tsx";
import { announce } from "../panes/announce.ts";
import { BookPane } from "../panes/book.tsx";
import { Boundary } from "../panes/boundary.tsx";
import { Loading } from "../panes/empty.tsx";
import { MarketBar } from "../panes/market-bar.tsx";
import { Pane } from "../panes/pane.tsx";
import { palette } from "../panes/palette-store.ts";
import { UnknownMarkets } from "../panes/unknown-markets.tsx";
import { TicketPlace } from "../panes/ticket-place.tsx";
import { sideTab } from "../panes/side-tab.ts";
import { enterMarket, sheet, ticket } from "../panes/ticket-store.ts";
import { goInstead } from "../router.ts";

// What is not needed to trade comes after what is.
const ChartPane = lazy(async () => {
  expectDeskWords(look.get().language);
  return { default: (await import("../chart/pane.tsx")).ChartPane };
});
const DepthPane = lazy(async () => ({ default: (await import("../panes/depth.tsx")).DepthPane }));
const MarketInfo = lazy(async () => ({
  default: (await import("../panes/market-info.tsx")).MarketInfo,
}));
const Rail = lazy(async () => ({ default: (await import("../panes/rail.tsx")).Rail }));
const TapePane = lazy(async () => ({ default: (await import("../panes/tape.tsx")).TapePane }));
const splitters = () => import("../panes/splitters.tsx");
const SideSplitter = lazy(async () => ({ default: (await splitters()).SideSplitter }));
const TicketSplitter = lazy(async () => ({ default: (await splitters()).TicketSplitter }));
const DockSplitter = lazy(async () => ({ default: (await splitters()).DockSplitter }));
const Dock = lazy(async () => ({ default: (await import("../panes/dock.tsx")).Dock }));

/** One market on one screen. */
export function TradePage({ symbol }: { readonly symbol: string }) {
  const words = useWords();
  const all = useStore(markets);
  if (all.kind !== "there") return <UnknownMarkets all={all} />;
  if (symbol === "") return <SomeMarket symbols={[...all.bySymbol.keys()]} />;
  const market = all.bySymbol.get(symbol);
  if (market === undefined) {
    return (
      <div className="empty">
        <h1>{words.marketUnknown}</h1>
        <a className="button" href="/markets">
          {words.toMarkets}
        </a>
      </div>
    );
  }
  return <Screen key={symbol} market={market} />;
}

/** Where the market that was open last is kept. */
const KEPT_AS = "bourse-market";

/** Leads on to the market that was open last, or to the first there is. */
function SomeMarket({ symbols }: { readonly symbols: readonly string[] }) {
  const words = useWords();
  const last = localStorage.getItem(KEPT_AS) ?? "";
  const symbol = symbols.includes(last) ? last : symbols[0];
  useEffect(() => {
    goInstead(symbol === undefined ? "/markets" : `/trade/${symbol}`);
  }, [symbol]);
  return <Loading what={words.loadingMarkets} />;
}

function Screen({ market }: { readonly market: Market }) {
  const words = useWords();
  const { dockShare, sideWidth, ticketWidth, columns, stack } = useStore(look);
  const grid = gridOf({ columns, stack });
  const isCompact = useLook((look) => look.isCompact);
  const [view] = useState(() => new MarketView(market.symbol));
  // The chart draws its market, open or not: it is not made anew when that changes.
  const [drawn] = useState(market);
  const chosenTab = useStore(sideTab);
  const isWide = useMedia(WIDE);
  const isPhone = useMedia(PHONE);
  const hasRoom = useMedia(WIDEST);
  const hasRail = useLook((look) => look.showsRail) && hasRoom;
  useEffect(() => {
    const running = view;
    running.start();
    announce.watch(() => {
      const { book } = running.book.get();
      return { bid: book.bids[0]?.price ?? null, ask: book.asks[0]?.price ?? null };
    });
    enterMarket(running.symbol);
    localStorage.setItem(KEPT_AS, running.symbol);
    return () => running.stop();
  }, [view]);
  useEffect(() => watchStatus(market.symbol), [market.symbol]);
  useTitle(market);
  const tabs = [
    ...(isWide ? [] : ([{ key: "book", title: words.orderBook }] as const)),
    { key: "trades", title: words.recentTrades } as const,
    { key: "depth", title: words.depthChart } as const,
    ...(isPhone ? ([{ key: "info", title: words.info }] as const) : []),
  ];
  const tab = tabs.some(({ key }) => key === chosenTab) ? chosenTab : isWide ? "trades" : "book";
  return (
    <div className="with-rail">
      {hasRail ? (
        <nav className="pane rail" id="rail" aria-label={words.watchlist}>
          <Boundary>
            <Suspense>
              <Rail symbol={market.symbol} />
            </Suspense>
          </Boundary>
        </nav>
      ) : null}
      <div
        className={isCompact ? "trade compact" : "trade"}
        style={
          {
            "--dock": `${dockShare.toString()}%`,
            "--side": `${sideWidth.toString()}px`,
            "--ticket": `${ticketWidth.toString()}px`,
            "--areas": grid.areas,
            "--columns": grid.columns,
          } as React.CSSProperties
        }
      >
        <MarketBar market={market} onChooseMarket={() => palette.dispatch("open")} />
        <Pane name={words.chart} className="chart-pane" id="pane-chart">
          <ChartFold>
            <Suspense>
              <ChartPane market={drawn} />
            </Suspense>
          </ChartFold>
        </Pane>
        <div className="side">
          <Suspense>
            <SideSplitter />
          </Suspense>
          {isWide ? (
            <Pane name={words.orderBook} className="book-pane" id="pane-book">
              <BookPane market={market} view={view} />
            </Pane>
          ) : null}
          <div className="pane side-tabs">
            <Tabs label={words.market} tabs={tabs} chosen={tab} onChoose={sideTab.dispatch}>
              {tab === "book" ? (
                <Pane name={words.orderBook} className="inner" id="pane-book">
                  <BookPane market={market} view={view} />
                </Pane>
              ) : null}
              {tab === "trades" ? (
                <Pane name={words.recentTrades} className="inner" id="pane-trades">
                  <Suspense fallback={<Loading what={words.loadingTape} />}>
                    <TapePane market={market} view={view} />
                  </Suspense>
                </Pane>
              ) : null}
              {tab === "info" ? (
                <Pane name={words.info} className="inner">
                  <Suspense>
                    <MarketInfo market={market} />
                  </Suspense>
                </Pane>
              ) : null}
              {tab === "depth" ? (
                <Pane name={words.depthChart} className="inner">
                  <Suspense>
                    <DepthPane market={market} view={view} />
                  </Suspense>
                </Pane>
              ) : null}
            </Tabs>
          </div>
        </div>
        <TicketPlace market={market} view={view}>
          <Suspense>
            <TicketSplitter />
          </Suspense>
        </TicketPlace>
        <section
          className="pane dock"
          id="pane-dock"
          aria-label={words.accountPanels}
          tabIndex={-1}
        >
          <Suspense>
            <DockSplitter />
          </Suspense>
          <Boundary>
            <Suspense>
              <Dock market={market} />
            </Suspense>
          </Boundary>
        </section>
        <div className="action-bar">
          {(["BUY", "SELL"] as const).map((side) => (
            <button
              key={side}
              type="button"
              className={`button ${side === "BUY" ? "buy" : "sell"}`}
              onClick={() => {
                ticket.dispatch({ side });
                sheet.dispatch(true);
              }}
            >
              {side === "BUY" ? words.buy : words.sell}
            </button>
          ))}
        </div>
      </div>
    </div>
  );
}

/** The title says the price, and warns when it is old. */
function useTitle(market: Market): void {
  const marks = useMarks();
  const day = usePart(tickers, (all) => all.get(market.symbol)?.last);
  const last = useLastPrice(market.symbol) ?? day;
  const name = usePart(brand, (shown) => shown.name);
  const isOld = usePart(connection, (state) => state.isOld);
  useEffect(() => {
    const price = last === undefined ? "" : `${format(last, market.priceDigits, marks)} `;
    document.title = `${isOld ? "⚠ " : ""}${price}${market.symbol} · ${name}`;
  }, [market, last, marks, isOld, name]);
}
