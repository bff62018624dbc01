/** Times as the pages show them: UTC, to the second, or to the millisecond for fills. */

const pad = (value: number, digits = 2): string => value.toString().padStart(digits, "0");

export function clockTime(ms: number): string {
  const at = new Date(ms);
  return `${pad(at.getUTCHours())}:${pad(at.getUTCMinutes())}:${pad(at.getUTCSeconds())}`;
}

export function dayTime(ms: number): string {
  const at = new Date(ms);
  return `${at.getUTCFullYear().toString()}-${pad(at.getUTCMonth() + 1)}-${pad(at.getUTCDate())} ${clockTime(ms)}`;
}

const DAY_MS = 86_400_000;

/** The time of a moment of today, and the day of another one with its minute. */
export const shortTime = (ms: number): string =>
  Math.floor(ms / DAY_MS) === Math.floor(Date.now() / DAY_MS)
    ? clockTime(ms)
    : dayTime(ms).slice("2026-".length, -":00".length);

export const exactTime = (ms: number): string =>
  `${dayTime(ms)}.${pad(new Date(ms).getUTCMilliseconds(), 3)}`;
