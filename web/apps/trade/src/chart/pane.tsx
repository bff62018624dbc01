import type { Refused } from "@bourse/api/client";
import { Select } from "@bourse/kit/select.tsx";
import { useDeskWords } from "@bourse/kit/words";
import { changeBps } from "@bourse/num/decimal";
import { format, formatPercent } from "@bourse/num/format";
import { INTERVALS, type Candle, type Interval } from "@bourse/state/candles";
import { indicatorsOf } from "@bourse/state/indicators";
import type { Market } from "@bourse/state/market";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { connection } from "../live/exchange.ts";
import { placeAt } from "../live/hotkeys.ts";
import { look } from "../live/look.ts";
import { PHONE, ROOMY, useMedia } from "../live/media.ts";
import { visitor } from "../live/visitor.ts";
import { useLook, useMarks, usePart, useStore } from "../live/use.ts";
import { takePrice } from "../panes/ticket-store.ts";
import { Loading } from "../panes/empty.tsx";
import { StaleVeil } from "../panes/pane.tsx";
import type { ChartCanvas, Drawing, Tool } from "./canvas.ts";
import { followDrawings, keepDrawings, readDrawings } from "./drawings.ts";
import { ChartMenus } from "./menus.tsx";
import { cancelLine, dropLine, farDrop, priceAt, useOrderLines } from "./order-lines.ts";

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

const RETRY_MS = 2_000;

/** The chart of a market with its tools; as a table for those whom pixels tell nothing. */
export function ChartPane({ market }: { readonly market: Market }) {
  const words = useDeskWords();
  const [isTable, setIsTable] = useState(false);
  const [candles, setCandles] = useState<readonly Candle[]>([]);
  const [drawings, setDrawings] = useState(() => readDrawings(market.symbol));
  const { host, canvas, refused } = useCanvas(market, drawings, setDrawings, setCandles);
  const count = useLook((look) => look.chartCount);
  const interval = useLook((look) => look.interval);
  return (
    <figure className={`chart charts-${count.toString()}`}>
      <Summary market={market} candles={candles} />
      <div className="pane-bar">
        <Intervals />
        <ChartMenus
          symbol={market.symbol}
          drawings={drawings}
          onDraw={(tool, isByKeys) => startPen(canvas, tool, isByKeys)}
          onChange={(next) => {
            keepDrawings(market.symbol, next);
            setDrawings(next);
            canvas?.setDrawings(next);
          }}
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
          if (key === "Enter" && !repeat) startPen(canvas, null, true);
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

/** Lets clicks or keys draw something on the chart; without a tool, keys choose the price of an order. */
function startPen(canvas: ChartCanvas | null, tool: Tool | null, isByKeys: boolean): void {
  // The first keys may be faster than what takes them.
  if (canvas === null || (tool === null && canvas.isTaken)) return;
  canvas.take(() => undefined);
  if (tool !== null) canvas.draw(tool);
  canvas.stop.focus({ preventScroll: true });
  import("./pen.ts")
    .then(({ takePen }) => takePen(canvas, tool, isByKeys))
    // Without a network, clicks draw alone.
    .catch(() => canvas.take(null));
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
function Summary({
  market,
  candles,
}: {
  readonly market: Market;
  readonly candles: readonly Candle[];
}) {
  const words = useDeskWords();
  const marks = useMarks();
  const what = `${market.symbol}, ${useLook((look) => look.interval)}`;
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

function useCanvas(
  market: Market,
  drawings: readonly Drawing[],
  setDrawings: (drawings: readonly Drawing[]) => void,
  setCandles: (candles: readonly Candle[]) => void,
): {
  host: (element: HTMLDivElement | null) => void;
  canvas: ChartCanvas | null;
  /** Why there are no candles. */
  refused: Refused | null;
} {
  const [element, host] = useState<HTMLDivElement | null>(null);
  const [canvas, setCanvas] = useState<ChartCanvas | null>(null);
  const [refused, setRefused] = useState<Refused | null>(null);
  const first = useRef(drawings);
  const name = useRef(useDeskWords().chart);
  useEffect(() => {
    if (element === null) return;
    let made: ChartCanvas | null = null;
    let isOver = false;
    let retry: ReturnType<typeof setTimeout> | undefined;
    const draw = ({ ChartCanvas }: typeof import("./canvas.ts")): void => {
      if (isOver) return;
      made = new ChartCanvas(element, market, name.current, {
        onCandles: setCandles,
        onFailed: setRefused,
        onDragged: (key, pixels) => dropLine(market, key, pixels),
        onCancelled: cancelLine,
        onDrawings: (drawn) => {
          keepDrawings(market.symbol, drawn);
          setDrawings(drawn);
        },
        onPicked: (pixels) => takeFromChart(market, pixels),
      });
      made.setDrawings(first.current);
      setCanvas(made);
    };
    const load = (): void => {
      import("./canvas.ts").then(draw, () => {
        // Without a network it is not there yet.
        if (!isOver) retry = setTimeout(load, RETRY_MS);
      });
    };
    load();
    return () => {
      isOver = true;
      clearTimeout(retry);
      made?.end();
      setCanvas(null);
      setRefused(null);
    };
  }, [element, market, setCandles, setDrawings]);
  useKept(market.symbol, canvas, setDrawings);
  useFresh(
    canvas,
    useLook((look) => look.interval),
  );
  useChosen(canvas, market.symbol);
  useOrderLines(market, canvas);
  return { host, canvas, refused };
}

/** Shows the drawings of whoever is there, and what becomes of them in other tabs and on other devices. */
function useKept(
  symbol: string,
  canvas: ChartCanvas | null,
  setDrawings: (drawings: readonly Drawing[]) => void,
): void {
  const account = usePart(visitor, (who) => (who.kind === "user" ? who.session.account : null));
  useEffect(() => {
    if (canvas === null) return;
    const show = (drawings: readonly Drawing[]): void => {
      canvas.setDrawings(drawings);
      setDrawings(drawings);
    };
    show(readDrawings(symbol));
    return followDrawings(symbol, show);
  }, [symbol, canvas, account, setDrawings]);
}

/** Gives a canvas what was chosen for all charts, and the indicators of its market. */
export function useChosen(canvas: ChartCanvas | null, symbol: string): void {
  const chosen = useStore(look);
  const { chartStyle, scale, theme, direction, language } = chosen;
  const { names, numbers } = indicatorsOf(chosen, symbol);
  useEffect(() => canvas?.setIndicators(names, numbers), [canvas, names, numbers]);
  useEffect(() => canvas?.scale(scale), [canvas, scale]);
  useEffect(() => canvas?.speak(language), [canvas, language]);
  useEffect(() => canvas?.wear(chartStyle), [canvas, chartStyle, theme, direction, language]);
}

/** Shows an interval, and loads it again after messages were missed. */
export function useFresh(canvas: ChartCanvas | null, interval: Interval): void {
  const begins = usePart(connection, (state) =>
    state.link.kind === "open" ? state.reconnects + state.wakes : -1,
  );
  useEffect(() => {
    if (0 <= begins) canvas?.show(interval);
  }, [canvas, interval, begins]);
}

/** Puts a price of the chart into the ticket, and goes there; while keys are armed, the order is placed at once. */
function takeFromChart(market: Market, pixels: number): void {
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
