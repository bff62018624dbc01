/** What an account was worth over time, and what of that trading and prices brought: as the exchange tells it, drawn. */

import type { EquityPoint } from "@bourse/api/schema";
import { amountOf, toPixels, type Amount } from "@bourse/num/decimal";

export interface EquityInstant {
  readonly atMs: number;
  readonly equity: Amount;
  /** What came in and what went out since the first instant. */
  readonly inflow: Amount;
  readonly outflow: Amount;
  /** Below zero where something was lost. */
  readonly pnl: bigint;
  readonly drawdownBps: bigint;
}

/** A share of one in hundred-millionths is so many times its ten-thousandths. */
const UNITS_PER_BPS = 10_000n;

/** Returns an instant out of the answer. */
export const instantOf = (point: EquityPoint): EquityInstant => ({
  atMs: point.time,
  equity: amountOf(point.equity),
  inflow: amountOf(point.inflow),
  outflow: amountOf(point.outflow),
  pnl: amountOf(point.pnl),
  drawdownBps: bpsOf(point.drawdown),
});

/** Returns a share of one in ten-thousandths, rounded down. */
export const bpsOf = (share: string): bigint => amountOf(share) / UNITS_PER_BPS;

/** A curve in a box of pixels, and how high in it zero lies; null where that is outside. */
export interface Drawn {
  readonly points: string;
  readonly zero: number | null;
}

/** Returns the curve of some values from the left edge to the right one, the least at the foot. */
export function drawn(values: readonly bigint[], width: number, height: number): Drawn {
  const least = values.reduce((low, value) => (value < low ? value : low), values[0] ?? 0n);
  const most = values.reduce((high, value) => (high < value ? value : high), least);
  const reach = toPixels(most - least);
  // What does not change lies in the middle.
  const y = (value: bigint) =>
    reach === 0 ? height / 2 : height * (1 - toPixels(value - least) / reach);
  const x = (index: number) => (index * width) / Math.max(1, values.length - 1);
  return {
    points: values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(" "),
    zero: least <= 0n && 0n <= most ? y(0n) : null,
  };
}
