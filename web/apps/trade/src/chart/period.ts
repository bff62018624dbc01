/** Intervals as the drawn chart names them. */

import type { Interval } from "@bourse/state/candles";
import type { Period } from "klinecharts";

const UNITS: Readonly<Record<string, Period["type"]>> = {
  s: "second",
  m: "minute",
  h: "hour",
  d: "day",
  w: "week",
  M: "month",
};

export function periodOf(interval: Interval): Period {
  const type = UNITS[interval.slice(-1)] ?? "minute";
  return { type, span: Number(interval.slice(0, -1)) };
}
