/** A chart of a market in an element of the page, with what was chosen for all charts and drawn on its market. */

import type { Refused } from "@bourse/api/client";
import { useDeskWords } from "@bourse/kit/words";
import type { Candle, Interval } from "@bourse/state/candles";
import { indicatorsOf } from "@bourse/state/indicators";
import type { Market } from "@bourse/state/market";
import { useEffect, useRef, useState } from "react";
import { connection } from "../live/exchange.ts";
import { look } from "../live/look.ts";
import { usePart, useStore } from "../live/use.ts";
import type { CanvasEvents, ChartCanvas } from "./canvas.ts";
import type { Drawing } from "./drawing-overlays.ts";
import { keepDrawings, useDrawings } from "./drawings.ts";

const RETRY_MS = 2_000;

export interface Drawn {
  readonly host: (element: HTMLDivElement | null) => void;
  readonly canvas: ChartCanvas | null;
  /** Why there are no candles. */
  readonly refused: Refused | null;
  readonly candles: readonly Candle[];
  readonly drawings: readonly Drawing[];
}

/** What a hand does to orders on a chart. */
export type Acts = Pick<CanvasEvents, "onDragged" | "onCancelled" | "onPicked">;

/** Draws a market. */
export function useCanvas(market: Market, interval: Interval, title: string, acts: Acts): Drawn {
  const [element, host] = useState<HTMLDivElement | null>(null);
  const [canvas, setCanvas] = useState<ChartCanvas | null>(null);
  const [refused, setRefused] = useState<Refused | null>(null);
  const [candles, setCandles] = useState<readonly Candle[]>([]);
  const drawings = useDrawings(market.symbol);
  const latest = useRef({ title, acts });
  useEffect(() => {
    latest.current = { title, acts };
  });
  useEffect(() => {
    if (element === null) return;
    let made: ChartCanvas | null = null;
    let isOver = false;
    let retry: ReturnType<typeof setTimeout> | undefined;
    const draw = ({ ChartCanvas }: typeof import("./canvas.ts")): void => {
      if (isOver) return;
      made = new ChartCanvas(element, market, latest.current.title, {
        onDragged: (key, pixels) => latest.current.acts.onDragged(key, pixels),
        onCancelled: (key) => latest.current.acts.onCancelled(key),
        onPicked: (pixels) => latest.current.acts.onPicked(pixels),
        onCandles: setCandles,
        onFailed: setRefused,
        onDrawings: (drawn) => keepDrawings(market.symbol, drawn),
      });
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
  }, [element, market]);
  useEffect(() => canvas?.drawings.set(drawings), [canvas, drawings]);
  useFresh(canvas, interval);
  useChosen(canvas, market.symbol);
  return { host, canvas, refused, candles, drawings };
}

/** Gives a canvas what was chosen for all charts, and the indicators of its market. */
function useChosen(canvas: ChartCanvas | null, symbol: string): void {
  const words = useDeskWords();
  const chosen = useStore(look);
  const { chartStyle, scale, theme, direction } = chosen;
  const { names, numbers } = indicatorsOf(chosen, symbol);
  useEffect(() => canvas?.setIndicators(names, numbers), [canvas, names, numbers]);
  useEffect(() => canvas?.scale(scale), [canvas, scale]);
  useEffect(() => canvas?.wear(chartStyle, words), [canvas, chartStyle, words, theme, direction]);
}

/** Shows an interval, and loads it again after messages were missed. */
function useFresh(canvas: ChartCanvas | null, interval: Interval): void {
  const begins = usePart(connection, (state) =>
    state.link.kind === "open" ? state.reconnects + state.wakes : -1,
  );
  useEffect(() => {
    if (0 <= begins) canvas?.show(interval);
  }, [canvas, interval, begins]);
}
