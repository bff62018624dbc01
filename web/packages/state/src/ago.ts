/** How long ago something was, in the words that languages have for it. */

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Seconds are told in steps, so that what shows them changes seldom. */
const STEP_S = 10;

export interface Ago {
  /** As `Intl.RelativeTimeFormat` takes it: 0 or below. */
  readonly value: number;
  readonly unit: "second" | "minute";
}

/** How long ago something was that may be days old. */
export interface LongAgo {
  readonly value: number;
  readonly unit: Ago["unit"] | "hour" | "day";
}

/** Returns how long ago a moment was, in hours and days beyond an hour; null for what is to come. */
export function longAgoOf(atMs: number, nowMs: number): LongAgo | null {
  const hours = Math.floor((nowMs - atMs) / HOUR_MS);
  if (24 <= hours) return { value: -Math.floor(hours / 24), unit: "day" };
  return 1 <= hours ? { value: -hours, unit: "hour" } : agoOf(atMs, nowMs);
}

/** Returns how long ago a moment was; null beyond an hour, and for what is to come. */
export function agoOf(atMs: number, nowMs: number): Ago | null {
  const ms = nowMs - atMs;
  // Clocks differ a little.
  if (ms < -MINUTE_MS || HOUR_MS <= ms) return null;
  if (MINUTE_MS <= ms) return { value: -Math.floor(ms / MINUTE_MS), unit: "minute" };
  const seconds = Math.max(0, Math.floor(ms / 1_000 / STEP_S) * STEP_S);
  return { value: seconds === 0 ? 0 : -seconds, unit: "second" };
}
