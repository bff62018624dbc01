import { Tabs } from "@bourse/kit/tabs.tsx";
import { useWords } from "@bourse/kit/words";
import { format } from "@bourse/num/format";
import type { Market } from "@bourse/state/market";
import { useEffect, useState, type KeyboardEvent, type PointerEvent } from "react";
import { ChartPane } from "../chart/pane.tsx";
import { brand } from "../live/brand.ts";
import { connection, markets, tickers } from "../live/exchange.ts";
import { look } from "../live/look.ts";
import { MarketView } from "../live/market-view.ts";
import { useLook, useMarks, usePart, useStore } from "../live/use.ts";
import { announce } from "../panes/announce.ts";
import { BookPane } from "../panes/book.tsx";
import { DepthPane } from "../panes/depth.tsx";
import { Dock } from "../panes/dock.tsx";
import { MarketBar } from "../panes/market-bar.tsx";
import { Pane } from "../panes/pane.tsx";
import { palette } from "../panes/palette-store.ts";
import { TapePane } from "../panes/tape.tsx";
import { TicketPane } from "../panes/ticket.tsx";
import { ticket } from "../panes/ticket-store.ts";

/** One market on one screen. */
export function TradePage({ symbol }: { readonly symbol: string }) {
  const words = useWords();
  const all = useStore(markets);
  if (all.kind !== "there") {
    return (
      <p className="empty" role="status">
        {all.kind === "failed" ? words.marketsFailed : words.loadingMarkets}
      </p>
    );
  }
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

function Screen({ market }: { readonly market: Market }) {
  const words = useWords();
  const layout = useLook((look) => look.layout);
  const dockShare = useLook((look) => look.dockShare);
  const isCompact = useLook((look) => look.isCompact);
  const [view] = useState(() => new MarketView(market.symbol));
  const [sideTab, setSideTab] = useState<"book" | "trades" | "depth">("book");
  const [isSheetOpen, setIsSheetOpen] = useState(false);
  const isWide = useIsWide();
  useEffect(() => {
    const running = view;
    running.start();
    announce.watch(() => {
      const { book } = running.book.get();
      return { bid: book.bids[0]?.price ?? null, ask: book.asks[0]?.price ?? null };
    });
    ticket.dispatch({ price: "", stopPrice: "", size: "" });
    return () => running.stop();
  }, [view]);
  useTitle(market);
  const tabs = [
    ...(isWide ? [] : ([{ key: "book", title: words.orderBook }] as const)),
    { key: "trades", title: words.recentTrades } as const,
    { key: "depth", title: words.depthChart } as const,
  ];
  const tab = isWide && sideTab === "book" ? "trades" : sideTab;
  return (
    <div
      className={`trade layout-${layout}${isCompact ? " compact" : ""}`}
      style={{ "--dock": `${dockShare.toString()}%` } as React.CSSProperties}
    >
      <MarketBar market={market} onChooseMarket={() => palette.dispatch("open")} />
      <Pane name={words.chart} className="chart-pane" id="pane-chart">
        <ChartPane market={market} />
      </Pane>
      <div className="side">
        {isWide ? (
          <Pane name={words.orderBook} className="book-pane" id="pane-book">
            <BookPane market={market} view={view} />
          </Pane>
        ) : null}
        <div className="pane side-tabs" id={isWide ? undefined : "pane-book"}>
          <Tabs label={words.market} tabs={tabs} chosen={tab} onChoose={setSideTab}>
            {tab === "book" ? (
              <Pane name={words.orderBook} className="inner">
                <BookPane market={market} view={view} />
              </Pane>
            ) : null}
            {tab === "trades" ? (
              <Pane name={words.recentTrades} className="inner" id="pane-trades">
                <TapePane market={market} view={view} />
              </Pane>
            ) : null}
            {tab === "depth" ? (
              <Pane name={words.depthChart} className="inner">
                <DepthPane market={market} view={view} />
              </Pane>
            ) : null}
          </Tabs>
        </div>
      </div>
      <div
        className={isSheetOpen ? "ticket-pane pane open" : "ticket-pane pane"}
        id="pane-ticket"
        tabIndex={-1}
      >
        <button
          type="button"
          className="button plain sheet-close"
          onClick={() => setIsSheetOpen(false)}
        >
          {`✕ ${words.close}`}
        </button>
        <TicketPane market={market} view={view} />
      </div>
      <section className="pane dock" id="pane-dock" aria-label={words.accountPanels} tabIndex={-1}>
        <Splitter />
        <Dock market={market} />
      </section>
      <div className="action-bar">
        {(["BUY", "SELL"] as const).map((side) => (
          <button
            key={side}
            type="button"
            className={`button ${side === "BUY" ? "buy" : "sell"}`}
            onClick={() => {
              ticket.dispatch({ side });
              setIsSheetOpen(true);
            }}
          >
            {side === "BUY" ? words.buy : words.sell}
          </button>
        ))}
      </div>
    </div>
  );
}

const WIDE = matchMedia("(min-width: 768px) and (min-height: 560px)");

function useIsWide(): boolean {
  const [isWide, setIsWide] = useState(WIDE.matches);
  useEffect(() => {
    const change = (): void => setIsWide(WIDE.matches);
    WIDE.addEventListener("change", change);
    return () => WIDE.removeEventListener("change", change);
  }, []);
  return isWide;
}

/** The title says the price, and warns when it is old. */
function useTitle(market: Market): void {
  const marks = useMarks();
  const last = usePart(tickers, (all) => all.get(market.symbol)?.last);
  const name = usePart(brand, (shown) => shown.name);
  const isOld = usePart(connection, ({ health }) => health === "stale" || health === "offline");
  useEffect(() => {
    const price = last === undefined ? "" : `${format(last, market.priceDigits, marks)} `;
    document.title = `${isOld ? "⚠ " : ""}${price}${market.symbol} · ${name}`;
  }, [market, last, marks, isOld, name]);
}

const [SHARE_MIN, SHARE_MAX, SHARE_STEP] = [15, 60, 3];

/** Moves the edge between the market and the own account, by pointer or by arrow keys. */
function Splitter() {
  const words = useWords();
  const share = useLook((look) => look.dockShare);
  const set = (value: number) =>
    look.dispatch({ dockShare: Math.round(Math.max(SHARE_MIN, Math.min(SHARE_MAX, value))) });
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowUp" ? SHARE_STEP : event.key === "ArrowDown" ? -SHARE_STEP : 0;
    if (step === 0) return;
    event.preventDefault();
    set(share + step);
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const screen = event.currentTarget.closest(".trade")?.getBoundingClientRect();
    if (screen !== undefined) set(((screen.bottom - event.clientY) / screen.height) * 100);
  };
  return (
    <div
      className="splitter"
      role="separator"
      aria-orientation="horizontal"
      aria-label={words.resizeDock}
      aria-valuenow={share}
      aria-valuemin={SHARE_MIN}
      aria-valuemax={SHARE_MAX}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
    />
  );
}
