/** Times as the pages show them, of UTC or of this place: to the second, or to the millisecond for fills. */

import { look } from "./look.ts";

const pad = (value: number, digits = 2): string => value.toString().padStart(digits, "0");
const MINUTE_MS = 60_000;

/** How far the times that are shown are ahead of UTC at a moment. */
const aheadMinutes = (ms: number): number =>
  look.get().isLocalTime ? -new Date(ms).getTimezoneOffset() : 0;

/** A moment whose parts in UTC are those that are shown. */
const shown = (ms: number): Date => new Date(ms + aheadMinutes(ms) * MINUTE_MS);

/** Returns what the times that are shown are of. */
export function zone(): string {
  const ahead = aheadMinutes(Date.now());
  if (ahead === 0) return "UTC";
  const minutes = Math.abs(ahead) % 60;
  const hours = Math.floor(Math.abs(ahead) / 60).toString();
  return `UTC${ahead < 0 ? "\u2212" : "+"}${hours}${minutes === 0 ? "" : `:${pad(minutes)}`}`;
}

/** Returns the moment that was typed as a day and a time of the zone that is shown; null where it is none. */
export function momentOf(text: string): number | null {
  // A time without a zone is one of this place.
  const ms = Date.parse(look.get().isLocalTime ? text : `${text}Z`);
  return Number.isNaN(ms) ? null : ms;
}

/** Returns the name that a drawn chart knows the same by. */
export const zoneOfChart = (): string =>
  look.get().isLocalTime ? new Intl.DateTimeFormat().resolvedOptions().timeZone : "UTC";

export function clockTime(ms: number): string {
  const at = shown(ms);
  return `${pad(at.getUTCHours())}:${pad(at.getUTCMinutes())}:${pad(at.getUTCSeconds())}`;
}

export function dayTime(ms: number): string {
  const at = shown(ms);
  return `${at.getUTCFullYear().toString()}-${pad(at.getUTCMonth() + 1)}-${pad(at.getUTCDate())} ${clockTime(ms)}`;
}

/** The time of a moment of today, and the day of another one with its minute. */
export const shortTime = (ms: number): string =>
  dayTime(ms).slice(0, 10) === dayTime(Date.now()).slice(0, 10)
    ? clockTime(ms)
    : dayTime(ms).slice("2026-".length, -":00".length);

export const exactTime = (ms: number): string =>
  `${dayTime(ms)}.${pad(new Date(ms).getUTCMilliseconds(), 3)}`;
