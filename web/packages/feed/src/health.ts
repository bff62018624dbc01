/** How well the exchange is heard, from what was measured. */

import type { LinkState } from "./link.ts";

export type Health = "live" | "slow" | "stale" | "offline";

export interface Measured {
  readonly link: LinkState;
  /** Since the last word of the exchange. */
  readonly ageMs: number;
  /** The median of the last round trips; null before the first. */
  readonly tripMs: number | null;
  /** The median of the round trips of orders in the last minute; null where there was none. */
  readonly orderMs: number | null;
  /** Whether the exchange answers on the open socket. */
  readonly isHeard: boolean;
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
  const tripMs = Math.max(measured.tripMs ?? 0, measured.orderMs ?? 0);
  const isSlow = AGE_MS_LIVE < measured.ageMs || TRIP_MS_LIVE < tripMs || !measured.isHeard;
  return isSlow ? "slow" : "live";
}

/** Returns the last sixty round trips with one more. */
export const addTrip = (trips: readonly number[], tripMs: number): readonly number[] =>
  [...trips, tripMs].slice(-TRIPS_KEPT);

/** How long the answer to an order took, and when it came. */
export interface OrderTrip {
  readonly atMs: number;
  readonly tripMs: number;
}

/** For so long the round trip of an order says how well the exchange is heard. */
const ORDER_MS = 60_000;

/** Returns the round trips of orders that still say something. */
export const freshTrips = (trips: readonly OrderTrip[], nowMs: number): readonly OrderTrip[] =>
  trips.filter(({ atMs }) => nowMs - ORDER_MS < atMs);

/** Returns the median, or null of nothing. */
export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
