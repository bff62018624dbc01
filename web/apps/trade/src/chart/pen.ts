/**
 * A place on the chart that arrows move, over bars and prices of the market, for whoever has no mouse at hand: there Enter
 * sets a point of a drawing, or takes the price of an order; Escape gives up. What is on the way is drawn as it would be.
 */

import { spokenLanguage } from "@bourse/kit/languages";
import type { PageStrings } from "@bourse/kit/strings/en-pages";
import { loadPageWords } from "@bourse/kit/words";
import { toPixels } from "@bourse/num/decimal";
import { format, marksOf } from "@bourse/num/format";
import type { Coordinate, Crosshair, Point } from "klinecharts";
import { look } from "../live/look.ts";
import { dayTime } from "../live/time.ts";
import { announce } from "../panes/announce.ts";
import type { ChartCanvas } from "./canvas.ts";
import type { Tool } from "./drawing-overlays.ts";
import { priceAt } from "./order-lines.ts";

interface Place {
  readonly timestamp: number;
  readonly value: number;
}

/** How the drawing is called that shows what is on the way. */
const SHOWN = "pen";
const PANE = { paneId: "candle_pane" };
/** The chart takes it as that there is none, though its types say otherwise. */
const NOWHERE = null as unknown as Crosshair;
/** Up and down go by such a part of the height, in whole ticks; with the shift key, left and right by so many bars. */
const PARTS_HIGH = 100;
const BARS_FAR = 10;
/** So many bars are seen between a place and the edge behind which it was. */
const EDGE_BARS = 5;
/** New prices move what is drawn, and the place with it. */
const AIM_PERIOD_MS = 200;

const loadWords = (): Promise<PageStrings> => loadPageWords(look.get().language);

/** Begins to load what a pen says, for what will take one soon. */
export const expectPen = (): void => void loadWords();

/**
 * Lets the keys of the chart draw what waits for clicks, or without that take a price; from the first key on where a mouse
 * has chosen it, which may go on by itself.
 */
export async function takePen(
  canvas: ChartCanvas,
  tool: Tool | null,
  isByKeys: boolean,
  onEnd: () => void,
): Promise<void> {
  const words = await loadWords();
  const pen = new Pen(canvas, tool, words);
  canvas.take(() => {
    pen.end();
    onEnd();
  });
  if (isByKeys) pen.begin();
}

class Pen {
  private at: Place | null = null;
  private readonly set: Place[] = [];
  /** How often a point was set; a brush goes by all places between the first and the second. */
  private entered = 0;
  private readonly points: number;
  private readonly isBrush: boolean;
  private readonly hint = document.createElement("p");
  private readonly press = (event: KeyboardEvent): void => this.take(event);
  private aiming: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly canvas: ChartCanvas,
    private readonly tool: Tool | null,
    private readonly words: PageStrings,
  ) {
    const [waiting] = tool === null ? [] : canvas.chart.getOverlays({ id: tool.id });
    this.isBrush = waiting?.drawingMode === "continuous";
    this.points = this.isBrush ? 2 : (waiting?.totalStep ?? 2) - 1;
    this.hint.className = "chart-hint";
    // Before the chart itself, which knows keys of its own.
    canvas.stop.addEventListener("keydown", this.press, { capture: true });
  }

  end(): void {
    const { chart, stop } = this.canvas;
    clearInterval(this.aiming);
    stop.removeEventListener("keydown", this.press, { capture: true });
    this.hint.remove();
    chart.removeOverlay({ id: SHOWN });
    chart.executeAction("onCrosshairChange", NOWHERE);
  }

  /** Begins at the close of the newest bar in sight. */
  begin(): void {
    const { chart, stop } = this.canvas;
    const bars = chart.getDataList();
    const bar = bars[Math.min(chart.getVisibleRange().to, bars.length) - 1];
    if (bar === undefined) return;
    this.forgetWaiting();
    this.at = { timestamp: bar.timestamp, value: bar.close };
    stop.append(this.hint);
    this.aiming = setInterval(() => this.aim(), AIM_PERIOD_MS);
    this.show();
    this.sayNext();
  }

  private take(event: KeyboardEvent): void {
    const { key, shiftKey, repeat } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (key !== "Enter" && key !== "Escape" && !key.startsWith("Arrow")) return;
    event.preventDefault();
    event.stopPropagation();
    if (key === "Escape") this.giveUp();
    else if (this.at === null) this.begin();
    else if (key === "Enter") {
      if (!repeat) this.setPoint(this.at);
    } else this.move(this.moved(this.at, key, shiftKey));
  }

  private giveUp(): void {
    this.forgetWaiting();
    this.leave();
    announce.say(this.words.penGivenUp);
  }

  /** What waits for clicks is drawn by keys, or not at all. */
  private forgetWaiting(): void {
    if (this.tool !== null) this.canvas.chart.removeOverlay({ id: this.tool.id });
  }

  /** Gives the keys back to the chart. */
  private leave(): void {
    this.canvas.take(null);
  }

  private moved(at: Place, key: string, isShifted: boolean): Place {
    switch (key) {
      case "ArrowLeft":
        return this.beside(at, isShifted ? -BARS_FAR : -1);
      case "ArrowRight":
        return this.beside(at, isShifted ? BARS_FAR : 1);
      case "ArrowUp":
        return isShifted ? this.tickFrom(at, 1) : this.above(at, 1);
      default:
        return isShifted ? this.tickFrom(at, -1) : this.above(at, -1);
    }
  }

  /** Some bars later; nothing is before the first that is loaded. */
  private beside({ timestamp, value }: Place, bars: number): Place {
    const here = this.pointAt({ x: this.pixelOf({ timestamp }).x }).dataIndex ?? 0;
    const { x } = this.pixelOf({ dataIndex: Math.max(0, here + bars) });
    return { timestamp: this.pointAt({ x }).timestamp ?? timestamp, value };
  }

  /** A part of the height higher, and a tick at least; never beyond what is in sight. */
  private above(at: Place, direction: 1 | -1): Place {
    const height = this.canvas.chart.getSize("candle_pane", "main")?.height ?? 0;
    const y = this.pixelOf({ value: at.value }).y - (direction * height) / PARTS_HIGH;
    const value = this.pointAt({ y: Math.min(height, Math.max(0, y)) }).value ?? at.value;
    const next = toPixels(priceAt(this.canvas.market, value));
    return 0 < (next - at.value) * direction
      ? { ...at, value: next }
      : this.tickFrom(at, direction);
  }

  private tickFrom({ timestamp, value }: Place, direction: 1 | -1): Place {
    const { market } = this.canvas;
    const tick = toPixels(market.tick);
    // From the middle of a tick, so that what floats lose is none.
    return { timestamp, value: toPixels(priceAt(market, value + direction * tick + tick / 2)) };
  }

  private pixelOf(point: Partial<Point>): Coordinate {
    const [found] = [this.canvas.chart.convertToPixel(point, PANE)].flat();
    return { x: found?.x ?? 0, y: found?.y ?? 0 };
  }

  private pointAt(pixel: Partial<Coordinate>): Partial<Point> {
    const [found] = [this.canvas.chart.convertFromPixel([pixel], PANE)].flat();
    return found ?? {};
  }

  private move(at: Place): void {
    this.at = at;
    if (this.isBrush && 0 < this.entered) this.set.push(at);
    this.show();
    announce.say(this.placeText(at));
  }

  private placeText({ timestamp, value }: Place): string {
    const { market } = this.canvas;
    const marks = marksOf(spokenLanguage(look.get().language));
    return `${dayTime(timestamp)}, ${format(priceAt(market, value), market.priceDigits, marks)}`;
  }

  /** Draws where it is, and what is drawn by it so far. */
  private show(): void {
    const { chart } = this.canvas;
    const { at, tool } = this;
    if (at === null) return;
    this.scrollTo(at);
    this.aim();
    chart.removeOverlay({ id: SHOWN });
    if (tool === null || this.entered === 0) return;
    chart.createOverlay({ id: SHOWN, name: tool.name, points: [...this.set, at], lock: true });
  }

  private scrollTo(at: Place): void {
    const { chart } = this.canvas;
    const width = chart.getSize("candle_pane", "main")?.width ?? 0;
    const edge = EDGE_BARS * chart.getBarSpace().bar;
    const { x } = this.pixelOf(at);
    if (x < 0) chart.scrollByDistance(edge - x);
    else if (width < x) chart.scrollByDistance(width - edge - x);
  }

  private aim(): void {
    if (this.at === null) return;
    this.canvas.chart.executeAction("onCrosshairChange", { ...this.pixelOf(this.at), ...PANE });
  }

  private setPoint(at: Place): void {
    const { canvas, tool, words } = this;
    this.set.push(at);
    this.entered += 1;
    if (this.entered < this.points) {
      this.show();
      this.sayNext();
      return;
    }
    this.leave();
    if (tool === null) canvas.events.onPicked(at.value);
    else {
      canvas.drawings.add({ id: tool.id, name: tool.name, points: this.set });
      announce.say(words.penDrawn(tool.title));
    }
  }

  private sayNext(): void {
    const { tool, words } = this;
    const what =
      tool === null ? words.penPrice : words.penPoint(tool.title, this.entered + 1, this.points);
    this.hint.textContent = `${what}: ${words.penKeys}`;
    announce.say(this.hint.textContent);
  }
}
