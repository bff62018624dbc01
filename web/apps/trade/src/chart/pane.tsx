import { Select } from "@bourse/kit/select.tsx";
import { useDeskWords } from "@bourse/kit/words";
import { changeBps } from "@bourse/num/decimal";
import { format, formatPercent } from "@bourse/num/format";
import { INTERVALS, type Candle, type Interval } from "@bourse/state/candles";
import type { Market } from "@bourse/state/market";
import { lazy, Suspense, useEffect, useState } from "react";
import { placeAt } from "../live/hotkeys.ts";
import { look } from "../live/look.ts";
import { PHONE, ROOMY, useMedia } from "../live/media.ts";
import { pairOf } from "../live/pair.ts";
import { choosing } from "../live/pilot.ts";
import { useLook, useMarks, useStore } from "../live/use.ts";
import { takePrice } from "../panes/ticket-store.ts";
import { Loading } from "../panes/empty.tsx";
import { StaleVeil } from "../panes/pane.tsx";
import type { ChartCanvas } from "./canvas.ts";
import { keepDrawings } from "./drawings.ts";
import { ChartMenus } from "./menus.tsx";
import { cancelLine, dropLine, farDrop, priceAt, useOrderLines } from "./order-lines.ts";
import { chooseFromAfar, startPen } from "./start-pen.ts";
import { useCanvas, type Acts } from "./use-canvas.ts";

const MoreCharts = lazy(async () => ({
  default: (await import("./more-charts.tsx")).MoreCharts,
}));

const FailedChart = lazy(async () => ({
  default: (await import("./failed-chart.tsx")).FailedChart,
}));
const ConfirmAmend = lazy(async () => ({
  default: (await import("../panes/confirm-amend.tsx")).ConfirmAmend,
}));
const CandleTable = lazy(async () => ({ default: (await import("./table.tsx")).CandleTable }));

const QUICK: readonly Interval[] = ["1m", "5m", "15m", "1h"];
const QUICK_WHERE_ROOMY: readonly Interval[] = [...QUICK, "4h", "1d"];

/** What a hand on the chart of a market does. */
const actsOn = (market: Market): Acts => ({
  onDragged: (key, pixels) => dropLine(market, key, pixels),
  onCancelled: cancelLine,
  onPicked: (pixels) => takeFromChart(market, pixels),
});

/** The chart of a market with its tools; as a table for those whom pixels tell nothing. */
export function ChartPane({ market }: { readonly market: Market }) {
  const words = useDeskWords();
  const [isTable, setIsTable] = useState(false);
  const count = useLook((look) => look.chartCount);
  const interval = useLook((look) => look.interval);
  const { host, canvas, refused, candles, drawings } = useCanvas(
    market,
    interval,
    words.chart,
    actsOn(market),
  );
  useOrderLines(market, canvas);
  useChoosing(canvas, isTable);
  return (
    <figure className={`chart charts-${count.toString()}`}>
      <Summary market={market} interval={interval} candles={candles} />
      <div className="pane-bar">
        <Intervals />
        <ChartMenus
          symbol={market.symbol}
          drawings={drawings}
          onDraw={(tool, isByKeys) => canvas && startPen(canvas, tool, isByKeys)}
          onChange={(next) => keepDrawings(market.symbol, next)}
        />
        <button type="button" className="button plain small" onClick={() => setIsTable(!isTable)}>
          {isTable ? words.viewAsChart : words.viewAsTable}
        </button>
      </div>
      <div
        ref={host}
        className="chart-host"
        hidden={isTable}
        onKeyDown={({ key, repeat }) => {
          if (key === "Enter" && !repeat && canvas !== null) startPen(canvas, null, true);
        }}
      />
      {count === 1 || isTable ? null : (
        <Suspense>
          <MoreCharts market={market} count={count - 1} />
        </Suspense>
      )}
      {isTable ? (
        <Suspense>
          <CandleTable key={interval} market={market} newest={candles} />
        </Suspense>
      ) : null}
      {canvas === null ? (
        <div className="chart-loading">
          <Loading what={words.loadingChart} rowPx={48} />
        </div>
      ) : null}
      {canvas === null || refused === null ? null : (
        <Suspense>
          <FailedChart canvas={canvas} refused={refused} />
        </Suspense>
      )}
      <FarDrop market={market} />
      <StaleVeil />
    </figure>
  );
}

/** Lets keys that trade choose a price on the chart, wherever the focus is. */
function useChoosing(canvas: ChartCanvas | null, isTable: boolean): void {
  useEffect(() => {
    if (canvas === null || isTable) return;
    choosing.dispatch(() => chooseFromAfar(canvas));
    return () => choosing.dispatch(null);
  }, [canvas, isTable]);
}

/** Asks about a line that was dropped far through the market. */
function FarDrop({ market }: { readonly market: Market }) {
  const drop = useStore(farDrop);
  if (drop?.order.symbol !== market.symbol) return null;
  const close = (): void => farDrop.dispatch(null);
  return (
    <Suspense>
      <ConfirmAmend {...drop} market={market} onDone={close} onClose={close} />
    </Suspense>
  );
}

/** What the chart shows, in a sentence. */
export function Summary({
  market,
  interval,
  candles,
}: {
  readonly market: Market;
  readonly interval: Interval;
  readonly candles: readonly Candle[];
}) {
  const words = useDeskWords();
  const marks = useMarks();
  const what = `${pairOf(market.symbol)}, ${interval}`;
  const [first, last] = [candles[0], candles.at(-1)];
  const price = (units: bigint): string => format(units, market.priceDigits, marks);
  const said = (from: Candle, to: Candle): string => {
    const low = candles.reduce((least, one) => (one.low < least ? one.low : least), from.low);
    const high = candles.reduce((most, one) => (most < one.high ? one.high : most), from.high);
    const change = formatPercent(changeBps(from.open, to.close) ?? 0n, marks);
    return words.chartSummary(what, price(to.close), change, price(low), price(high));
  };
  return (
    <figcaption className="hidden-text">{first && last ? said(first, last) : what}</figcaption>
  );
}

/** Puts a price of the chart into the ticket, and goes there; while keys are armed, the order is placed at once. */
export function takeFromChart(market: Market, pixels: number): void {
  const price = priceAt(market, pixels);
  if (price === 0n || placeAt(price)) return;
  takePrice(price);
  document.getElementById("pane-ticket")?.focus();
}

function Intervals() {
  const words = useDeskWords();
  const chosen = useLook((look) => look.interval);
  const isRoomy = useMedia(ROOMY);
  const besides = isRoomy ? QUICK_WHERE_ROOMY : QUICK;
  // Where thumbs touch it, one choice has all of them.
  const quick = useMedia(PHONE) ? [] : besides;
  return (
    <>
      {quick.length === 0 ? null : (
        <div className="intervals" role="radiogroup" aria-label={words.interval}>
          {quick.map((interval) => (
            <button
              key={interval}
              type="button"
              role="radio"
              aria-checked={interval === chosen}
              onClick={() => look.dispatch({ interval })}
            >
              {interval}
            </button>
          ))}
        </div>
      )}
      <Select
        label={words.interval}
        isNamedOnly
        isSmall
        choices={[
          ...(quick.length === 0 ? [] : [{ key: "", title: "⋯" } as const]),
          ...INTERVALS.filter((key) => !quick.includes(key)).map((key) => ({ key, title: key })),
        ]}
        chosen={quick.includes(chosen) ? "" : chosen}
        onChoose={(interval) => {
          if (interval !== "") look.dispatch({ interval });
        }}
      />
    </>
  );
}
