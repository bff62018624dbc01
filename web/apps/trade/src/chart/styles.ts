/** The chart in the colours of the page. */

import type { DeskWords } from "@bourse/kit/words";
import type { DeepPartial, Styles } from "klinecharts";
import type { ChartStyle } from "../live/look.ts";
import { PHONE } from "../live/media.ts";

export function chartColours() {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string): string => resolve(style.getPropertyValue(name).trim());
  return {
    up: read("--dir-up"),
    down: read("--dir-down"),
    fillUp: read("--fill-up"),
    fillDown: read("--fill-down"),
    text: read("--text-2"),
    line: read("--line"),
    strong: read("--line-strong"),
    accent: read("--accent"),
    panel: read("--bg-1"),
  };
}

/** A property that names another one is read as that one by the browser; what is left is a colour. */
const resolve = (text: string): string => (text === "" ? "currentcolor" : text);

/** The words that stand before the numbers of a candle. */
const LETTERS = [
  ["letterOpen", "{open}"],
  ["letterHigh", "{high}"],
  ["letterLow", "{low}"],
  ["letterClose", "{close}"],
  ["letterVolume", "{volume}"],
] as const;
export type Letters = Pick<DeskWords, (typeof LETTERS)[number][0]>;
const legend = (words: Letters | null) =>
  LETTERS.map(([letter, value]) => ({ title: words?.[letter] ?? "", value }));

/** As small as letters of the pages become. */
export const LETTER_PX = 12;
/** The font of the pages, with digits of one width. */
const LETTERING = { size: LETTER_PX, family: "Inter, system-ui, sans-serif" };

const line = (color: string) => ({ color, size: 1, style: "solid" as const });
const UP_SHARE = "99";

/** Returns the styles for the theme that is worn now. */
export function chartStyles(
  style: ChartStyle = "candle_solid",
  letters: Letters | null = null,
): DeepPartial<Styles> {
  const { up, down, text, line: grid, strong, accent, panel } = chartColours();
  const axis = {
    axisLine: { color: grid },
    tickLine: { color: grid },
    tickText: { ...LETTERING, color: text },
  };
  // On a phone they would lie over what the chart says of a candle.
  const show = !PHONE.matches;
  const mark = { show, color: text, textSize: LETTER_PX, textFamily: LETTERING.family };
  const bar = { upColor: up, downColor: down, noChangeColor: text };
  return {
    grid: { horizontal: { ...line(grid + "66") }, vertical: { ...line(grid + "66") } },
    candle: {
      type: style === "line" ? "area" : style === "heikin" ? "candle_solid" : style,
      bar: {
        ...bar,
        upBorderColor: up,
        downBorderColor: down,
        noChangeBorderColor: text,
        upWickColor: up,
        downWickColor: down,
        noChangeWickColor: text,
      },
      area: {
        lineColor: accent,
        backgroundColor: [
          { offset: 0, color: accent + (style === "line" ? "00" : "05") },
          { offset: 1, color: accent + (style === "line" ? "00" : "44") },
        ],
      },
      priceMark: {
        high: mark,
        low: mark,
        last: { ...bar, text: { ...LETTERING, color: panel } },
      },
      tooltip: {
        title: { show: false },
        legend: { ...LETTERING, color: text, template: legend(letters) },
      },
    },
    indicator: {
      bars: [{ ...bar, upColor: up + UP_SHARE, downColor: down + UP_SHARE }],
      tooltip: {
        title: { ...LETTERING, color: text },
        // Of an average that has not as many candles yet.
        legend: { ...LETTERING, color: text, defaultValue: "–" },
      },
    },
    xAxis: axis,
    yAxis: axis,
    separator: { color: grid },
    crosshair: {
      horizontal: { line: { color: strong }, text: { ...LETTERING, backgroundColor: strong } },
      vertical: { line: { color: strong }, text: { ...LETTERING, backgroundColor: strong } },
    },
    overlay: {
      point: { color: accent, borderColor: accent + "55" },
      line: { color: accent },
      text: { ...LETTERING, color: "#ffffff", backgroundColor: accent },
    },
  };
}
