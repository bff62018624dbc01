/**
 * The drawn chart behind a few verbs: data, looks, indicators, drawings and the lines of orders.
 *
 * Prices become floats here and nowhere else, since this is where pixels are made of them.
 */

import type { Refused } from "@bourse/api/client";
import { toPixels } from "@bourse/num/decimal";
import { PLAIN_MARKS, shortened } from "@bourse/num/format";
import {
  addCandles,
  heikinAshi,
  smoothed,
  type Candle,
  type Interval,
} from "@bourse/state/candles";
import type { Market } from "@bourse/state/market";
import type { Running } from "@bourse/state/running";
import {
  dispose,
  init,
  type Chart,
  type DataLoaderGetBarsParams,
  type KLineData,
} from "klinecharts";
import type { ChartStyle, Scale } from "../live/look.ts";
import { refusedOf } from "../live/refused.ts";
import { zoneOfChart } from "../live/time.ts";
import { DrawingOverlays, type Drawing } from "./drawing-overlays.ts";
import { loadCandles } from "./history.ts";
import { numbersOf } from "./indicators.ts";
import { OrderOverlays } from "./order-overlays.ts";
import { periodOf } from "./period.ts";
import { listenCandle } from "./running.ts";
import { chartStyles, type Letters } from "./styles.ts";

export interface CanvasEvents {
  onDrawings(drawings: readonly Drawing[]): void;
  /** A line was dropped at a price, which is on no grid yet. */
  onDragged(key: string, price: number): void;
  onCancelled(key: string): void;
  /** A price was picked for an order, which is on no grid yet. */
  onPicked(price: number): void;
  onCandles(candles: readonly Candle[]): void;
  /** Why there are no candles; null once they are there. */
  onFailed(refused: Refused | null): void;
}

type Callback = DataLoaderGetBarsParams["callback"];

/** Indicators that are drawn over the candles; every other one has a pane of its own. */
const ON_CANDLES: ReadonlySet<string> = new Set(["MA", "EMA", "SMA", "BBI", "BOLL", "SAR", "AVP"]);
/** Above the highest price there is room for what the chart says of a candle; in pixels, and a share of the height. */
const CANDLE_GAP = { top: 64, bottom: 0.1 };
/** How wide a candle is with its gap, and at most where there are few of them; and the room behind the newest. */
const [CANDLE_PX, CANDLE_PX_MAX, RIGHT_PX] = [10, 48, 60];
/** The line of an indicator that is the volume itself. */
const VOLUME = "volume";
/** How high the pane of an indicator is, and the part of the whole that it has at most. */
const [PANE_PX, PANE_PART] = [100, 4];
const CANDLES_KEPT_FOR_TABLE = 200;
/** An older page that could not be loaded may be asked for again after so long, by scrolling or the next candle. */
const OLDER_RETRY_MS = 5_000;

const toBar = (candle: Candle): KLineData => ({
  timestamp: candle.openMs,
  open: toPixels(candle.open),
  high: toPixels(candle.high),
  low: toPixels(candle.low),
  close: toPixels(candle.close),
  volume: toPixels(candle.volume),
});

export class ChartCanvas {
  /** What is drawn: for what draws on it by keyboard, too. */
  readonly chart: Chart;
  /** What takes the keys of the chart. */
  readonly stop: HTMLElement;
  readonly orders: OrderOverlays;
  readonly drawings: DrawingOverlays;
  private readonly observer: ResizeObserver;
  private interval: Interval = "1m";
  /** Counts beginnings: answers to questions from before the last of them are of no use. */
  private begun = 0;
  private candles: readonly Candle[] = [];
  private isSmoothed = false;
  /** Whether candles are wider than they would be by themselves. */
  private isFilled = false;
  /** The candle that runs, and the one before it, as they are drawn when they are smoothed. */
  private running: Candle | null = null;
  private ended: Candle | null = null;
  /** The last candle of the newest page. */
  private newest: Running | null = null;
  private endCandle: () => void = () => undefined;
  /** Ends what has the keys of the chart; null while nothing has. */
  private endPen: (() => void) | null = null;
  private readonly panes = new Map<string, string>();
  private letters: Letters | null = null;

  constructor(
    element: HTMLElement,
    readonly market: Market,
    name: string,
    readonly events: CanvasEvents,
  ) {
    const chart = init(element, {
      timezone: zoneOfChart(),
      styles: chartStyles(),
      decimalFold: { format: (value) => shortened(value.toString(), PLAIN_MARKS) },
    });
    if (chart === null) throw new Error("the chart has no place to draw in");
    this.chart = chart;
    this.stop = nameForKeys(element, name);
    this.orders = new OrderOverlays(chart, events);
    this.drawings = new DrawingOverlays(chart, (drawings) => {
      this.take(null);
      events.onDrawings(drawings);
    });
    element.addEventListener("contextmenu", (event) => this.pick(element, event));
    this.observer = new ResizeObserver(() => chart.resize());
    this.observer.observe(element);
    chart.setSymbol({
      ticker: market.symbol,
      pricePrecision: market.priceDigits,
      volumePrecision: Math.min(market.qtyDigits, 4),
    });
    chart.setOffsetRightDistance(RIGHT_PX);
  }

  /** The second button of the mouse picks a price, so that the first one draws and scrolls. */
  private pick(element: HTMLElement, event: MouseEvent): void {
    const y = event.clientY - element.getBoundingClientRect().top;
    const [point] = [this.chart.convertFromPixel([{ y }], { paneId: "candle_pane" })].flat();
    const bounds = this.chart.getSize("candle_pane", "main");
    if (bounds === null || bounds.height < y || point?.value === undefined) return;
    event.preventDefault();
    this.events.onPicked(point.value);
  }

  end(): void {
    this.begun += 1;
    this.endCandle();
    this.endPen?.();
    this.observer.disconnect();
    dispose(this.chart);
  }

  /** Shows an interval: pages of the past as they are scrolled to, and the running candle. */
  show(interval: Interval): void {
    if (interval !== this.interval) this.events.onCandles([]);
    this.interval = interval;
    this.candles = [];
    this.chart.setDataLoader({
      getBars: ({ type, timestamp, callback }) => {
        const untilMs = type === "init" || timestamp === null ? null : timestamp - 1;
        if (type === "backward") {
          callback([], { backward: false, forward: true });
          return;
        }
        if (type === "init") this.begun += 1;
        const isLate = this.lateness();
        loadCandles(this.market.symbol, interval, untilMs)
          .then(({ candles, hasMore, newest }) => {
            if (isLate()) return;
            const isNewest = type === "init";
            // What runs is told as soon as they are drawn.
            if (isNewest) this.begin(candles, newest);
            callback(this.drawn(candles, isNewest).map(toBar), {
              forward: hasMore,
              backward: false,
            });
            if (isNewest) this.fill(candles.length);
          })
          .catch((error: unknown) => {
            if (isLate()) return;
            if (type === "init") this.fail(error, callback);
            else setTimeout(() => this.offerOlder(isLate, callback), OLDER_RETRY_MS);
          });
      },
      subscribeBar: ({ callback }) => {
        this.endCandle();
        this.endCandle = listenCandle(this.market.symbol, interval, this.newest, (candle) => {
          callback(toBar(this.drawnNext(candle)));
          this.remember([candle]);
        });
      },
      unsubscribeBar: () => this.endCandle(),
    });
    this.chart.setPeriod(periodOf(interval));
  }

  /** Returns what tells whether everything has been begun anew, or has ended, since now. */
  private lateness(): () => boolean {
    const { begun } = this;
    return () => begun !== this.begun;
  }

  private begin(candles: readonly Candle[], newest: Running | null): void {
    this.newest = newest;
    this.remember(candles);
    this.events.onFailed(null);
  }

  /** Too few candles for the pane are drawn wider and fill it, but for as much room at the right as ever. */
  private fill(count: number): void {
    const width = (this.chart.getSize("candle_pane", "main")?.width ?? 0) - RIGHT_PX;
    const space = Math.min(CANDLE_PX_MAX, Math.floor(width / Math.max(1, count)));
    if (space <= CANDLE_PX && !this.isFilled) return;
    this.isFilled = CANDLE_PX < space;
    this.chart.setBarSpace(Math.max(space, CANDLE_PX));
    this.chart.setOffsetRightDistance(RIGHT_PX);
  }

  /** Draws nothing, rather than candles of something else or the running one alone. */
  private fail(error: unknown, callback: Callback): void {
    callback([], false);
    this.endCandle();
    this.candles = [];
    this.events.onCandles([]);
    this.events.onFailed(refusedOf(error));
  }

  /** Lets the chart ask again for an older page that could not be loaded. */
  private offerOlder(isLate: () => boolean, callback: Callback): void {
    if (!isLate()) callback([], { forward: true, backward: false });
  }

  /** Loads everything anew, after messages may have been missed. */
  reload(): void {
    this.show(this.interval);
  }

  /** Looks as was chosen, and says its few words in the language of the page. */
  wear(style: ChartStyle, letters: Letters): void {
    this.chart.setStyles(chartStyles(style, letters));
    this.letters = letters;
    for (const id of this.panes.values()) this.name(id);
    if (this.isSmoothed === (style === "heikin")) return;
    this.isSmoothed = style === "heikin";
    this.reload();
  }

  /** Candles of a page as they are drawn; those of the newest page are what the next one follows. */
  private drawn(candles: readonly Candle[], isNewest: boolean): readonly Candle[] {
    if (!this.isSmoothed) return candles;
    const drawn = smoothed(candles, null);
    if (isNewest) [this.ended, this.running] = [drawn.at(-2) ?? null, drawn.at(-1) ?? null];
    return drawn;
  }

  private drawnNext(candle: Candle): Candle {
    if (!this.isSmoothed) return candle;
    if (this.running !== null && this.running.openMs < candle.openMs) this.ended = this.running;
    this.running = heikinAshi(candle, this.ended);
    return this.running;
  }

  scale(scale: Scale): void {
    this.chart.overrideYAxis({ paneId: "candle_pane", name: scale, gap: CANDLE_GAP });
  }

  /** Shows indicators with their numbers, and no others. */
  setIndicators(names: readonly string[], chosen: Readonly<Record<string, string>>): void {
    for (const [name, id] of this.panes) {
      if (names.includes(name)) continue;
      this.chart.removeIndicator({ id });
      this.panes.delete(name);
    }
    for (const name of names) {
      const indicator = { name, calcParams: [...numbersOf(name, chosen)] };
      const shown = this.panes.get(name);
      if (shown !== undefined) {
        this.chart.overrideIndicator(indicator);
        this.name(shown);
        continue;
      }
      const isOver = ON_CANDLES.has(name);
      const id = this.chart.createIndicator(
        isOver ? { ...indicator, paneId: "candle_pane" } : indicator,
        isOver,
      );
      if (id === null) continue;
      this.panes.set(name, id);
      this.name(id);
      if (!isOver) this.lower(id);
    }
  }

  /** Leaves candles most of a chart that is low. */
  private lower(id: string): void {
    const height = (this.chart.getSize()?.height ?? 0) / PANE_PART;
    if (PANE_PX <= height) return;
    for (const { paneId } of this.chart.getIndicators({ id }))
      this.chart.setPaneOptions({ id: paneId, height });
  }

  /** Volume is the one word among the names of lines; the chart has it in English alone. */
  private name(id: string): void {
    const title = this.letters?.letterVolume;
    if (title === undefined) return;
    for (const { name, figures } of this.chart.getIndicators({ id })) {
      if (!figures.some(({ key }) => key === VOLUME)) continue;
      const named = figures.map((figure) =>
        figure.key === VOLUME ? { ...figure, title } : figure,
      );
      this.chart.overrideIndicator({ id, name, figures: named });
    }
  }

  /** Gives the keys of the chart to a pen, until the next one has them, a click has drawn, or null gives them back. */
  take(endPen: (() => void) | null): void {
    this.endPen?.();
    this.endPen = endPen;
  }

  get isTaken(): boolean {
    return this.endPen !== null;
  }

  private remember(candles: readonly Candle[]): void {
    this.candles = addCandles(this.candles, candles).slice(-CANDLES_KEPT_FOR_TABLE);
    this.events.onCandles(this.candles);
  }
}

/** The chart takes keys that scroll and zoom; it puts itself first of all stops of the page, and stands in its row here. */
function nameForKeys(element: HTMLElement, name: string): HTMLElement {
  const container = element.querySelector<HTMLElement>("[tabindex]") ?? element;
  container.tabIndex = 0;
  container.setAttribute("role", "application");
  container.setAttribute("aria-label", name);
  return container;
}
