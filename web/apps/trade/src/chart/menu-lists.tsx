/** What the menus of the chart hold; it comes when one of them is opened. */

import { Select } from "@bourse/kit/select.tsx";
import { type OpenedWords, useOpenedWords } from "@bourse/kit/words";
import { forAllMarkets, withIndicators } from "@bourse/state/indicator-choice";
import { indicatorsOf, type Indicators } from "@bourse/state/indicators";
import { useEffect, useState } from "react";
import { CHART_COUNTS, look, type ChartStyle, type Scale } from "../live/look.ts";
import { useLook, useStore } from "../live/use.ts";
import type { Drawing, Tool } from "./drawing-overlays.ts";
import { DrawnPrices } from "./drawn-prices.tsx";
import { INDICATORS, readNumbers } from "./indicators.ts";

const DRAWINGS: readonly (readonly [string, keyof OpenedWords])[] = [
  ["segment", "drawSegment"],
  ["rayLine", "drawRay"],
  ["straightLine", "drawStraight"],
  ["horizontalStraightLine", "drawHorizontal"],
  ["horizontalRayLine", "drawHorizontalRay"],
  ["verticalStraightLine", "drawVertical"],
  ["priceLine", "drawPrice"],
  ["parallelStraightLine", "drawParallel"],
  ["priceChannelLine", "drawChannel"],
  ["fibonacciLine", "drawFibonacci"],
  ["simpleAnnotation", "drawNote"],
  ["brush", "drawBrush"],
];

/** The name of a drawing as people call it. */
function drawingTitle(name: string, words: OpenedWords): string {
  const key = DRAWINGS.find(([one]) => one === name)?.[1];
  const title = key === undefined ? name : words[key];
  return typeof title === "string" ? title : name;
}

function closeMenu(inside: Element): void {
  const menu = inside.closest("details");
  if (menu !== null) menu.open = false;
}

/** Which indicators a market is shown with, and with which numbers. */
export function IndicatorList({ symbol }: { readonly symbol: string }) {
  const words = useOpenedWords();
  const kept = useStore(look);
  const chosen = indicatorsOf(kept, symbol);
  const choose = (change: Partial<Indicators>): void =>
    look.dispatch(withIndicators(look.get(), symbol, { ...chosen, ...change }));
  const { names, numbers } = chosen;
  return (
    <>
      <button
        type="button"
        className="button small across"
        aria-disabled={!(symbol in kept.marketIndicators)}
        onClick={() => look.dispatch(forAllMarkets(look.get(), symbol))}
      >
        {words.forAllMarkets}
      </button>
      {Object.keys(INDICATORS).map((name) => (
        <div key={name}>
          <label className="check">
            <input
              type="checkbox"
              checked={names.includes(name)}
              onChange={({ target }) =>
                choose({
                  names: target.checked ? [...names, name] : names.filter((one) => one !== name),
                })
              }
            />
            {name}
          </label>
          {names.includes(name) && 0 < (INDICATORS[name]?.length ?? 0) ? (
            <Numbers
              key={symbol}
              name={name}
              chosen={numbers[name]}
              onChange={(text) => choose({ numbers: { ...numbers, [name]: text } })}
            />
          ) : null}
        </div>
      ))}
    </>
  );
}

/** The numbers of an indicator; what is no such list marks the field and changes nothing. */
function Numbers({
  name,
  chosen,
  onChange,
}: {
  readonly name: string;
  readonly chosen: string | undefined;
  readonly onChange: (text: string) => void;
}) {
  const words = useOpenedWords();
  const [text, setText] = useState(chosen ?? (INDICATORS[name] ?? []).join(", "));
  return (
    <input
      className="small-input"
      aria-label={words.indicatorNumbers(name)}
      aria-invalid={readNumbers(name, text) === null}
      value={text}
      onChange={(event) => {
        const typed = event.target.value;
        setText(typed);
        const numbers = readNumbers(name, typed);
        if (numbers !== null) onChange(numbers.join(", "));
      }}
    />
  );
}

/** What can be drawn. */
export function DrawList({ onDraw }: { readonly onDraw: (tool: Tool, isByKeys: boolean) => void }) {
  const words = useOpenedWords();
  // What takes the keys is there when something is chosen.
  useEffect(() => {
    import("./pen.ts").then(
      ({ expectPen }) => expectPen(),
      // Without a network, clicks draw alone.
      () => undefined,
    );
  }, []);
  return (
    <>
      {DRAWINGS.map(([name]) => (
        <button
          key={name}
          type="button"
          className="button plain small"
          onClick={(event) => {
            closeMenu(event.currentTarget);
            const title = drawingTitle(name, words);
            onDraw({ id: crypto.randomUUID(), name, title }, event.detail === 0);
          }}
        >
          {drawingTitle(name, words)}
        </button>
      ))}
    </>
  );
}

/** What is drawn, for those who do not drag: each price can be typed, and each drawing taken away. */
export function DrawnList({
  drawings,
  onChange,
}: {
  readonly drawings: readonly Drawing[];
  readonly onChange: (drawings: readonly Drawing[]) => void;
}) {
  const words = useOpenedWords();
  return (
    <>
      {drawings.length === 0 ? <p className="quiet small-text">{words.noDrawings}</p> : null}
      {drawings.map((drawing, index) => {
        const title = `${drawingTitle(drawing.name, words)} ${(index + 1).toString()}`;
        const others = drawings.filter(({ id }) => id !== drawing.id);
        return (
          <p key={drawing.id} className="row drawing">
            <span>{title}</span>
            <DrawnPrices
              title={title}
              drawing={drawing}
              onChange={(next) => onChange(drawings.map((one) => (one === drawing ? next : one)))}
            />
            <button
              type="button"
              className="button plain small"
              aria-label={words.deleteDrawing(title)}
              onClick={() => onChange(others)}
            >
              ✕
            </button>
          </p>
        );
      })}
    </>
  );
}

/** How many charts stand beside each other. */
function ChartCount() {
  const words = useOpenedWords();
  const count = useLook((look) => look.chartCount);
  return (
    <Select
      label={words.chartCount}
      isSmall
      choices={CHART_COUNTS.map((one) => ({
        key: one.toString(),
        title: words.charts(one),
      }))}
      chosen={count.toString()}
      onChoose={(key) => look.dispatch({ chartCount: Number(key) })}
    />
  );
}

/** How candles are drawn, and on which scale. */
export function StyleList() {
  const words = useOpenedWords();
  const { chartStyle, scale } = useStore(look);
  const styles: readonly { key: ChartStyle; title: string }[] = [
    { key: "candle_solid", title: words.styleCandles },
    { key: "candle_stroke", title: words.styleHollow },
    { key: "ohlc", title: words.styleBars },
    { key: "area", title: words.styleArea },
    { key: "line", title: words.styleLine },
    { key: "heikin", title: words.styleHeikin },
  ];
  const scales: readonly { key: Scale; title: string }[] = [
    { key: "normal", title: words.scaleNormal },
    { key: "logarithm", title: words.scaleLog },
    { key: "percentage", title: words.scalePercent },
  ];
  return (
    <>
      <Select
        label={words.chartStyle}
        isSmall
        choices={styles}
        chosen={chartStyle}
        onChoose={(style) => look.dispatch({ chartStyle: style })}
      />
      <Select
        label={words.chartScale}
        isSmall
        choices={scales}
        chosen={scale}
        onChoose={(one) => look.dispatch({ scale: one })}
      />
      <ChartCount />
    </>
  );
}
