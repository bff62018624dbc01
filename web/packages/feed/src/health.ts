/** How well the exchange is heard, from what was measured. */

import type { LinkState } from "./link.ts";

export type Health = "live" | "slow" | "stale" | "offline";

export interface Measured {
  readonly link: LinkState;
  /** Since the last word of the exchange. */
  readonly ageMs: number;
  /** The median of the last round trips; null before the first. */
  readonly tripMs: number | null;
  /** Whether the book has every message, or no book is shown. */
  readonly isWhole: boolean;
}

const AGE_MS_LIVE = 1_500;
const AGE_MS_SLOW = 5_000;
const TRIP_MS_LIVE = 250;
const TRIPS_KEPT = 60;

/** Returns the state that a person is told. */
export function healthOf(measured: Measured): Health {
  if (measured.link.kind !== "open") return "offline";
  if (AGE_MS_SLOW < measured.ageMs || !measured.isWhole) return "stale";
  const isSlow = measured.tripMs !== null && TRIP_MS_LIVE < measured.tripMs;
  return AGE_MS_LIVE < measured.ageMs || isSlow ? "slow" : "live";
}

/** Returns the last sixty round trips with one more. */
export const addTrip = (trips: readonly number[], tripMs: number): readonly number[] =>
  [...trips, tripMs].slice(-TRIPS_KEPT);

/** Returns the median, or null of nothing. */
export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
