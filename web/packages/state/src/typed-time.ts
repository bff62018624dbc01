/** Days and times as people type them: the year first, as pages show them. */

const DAY = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const TIME = /^([01]?\d|2[0-3]):([0-5]\d)$/;

const pad = (text: string | undefined): string => (text ?? "").padStart(2, "0");

/** Returns a day as `YYYY-MM-DD`; null where there is none such in the calendar. */
export function readDay(text: string): string | null {
  const found = DAY.exec(text.trim().replaceAll(/[/.]/g, "-"));
  if (found === null) return null;
  const day = `${found[1] ?? ""}-${pad(found[2])}-${pad(found[3])}`;
  const at = new Date(`${day}T00:00Z`);
  // A day behind the last of its month is read as one of the next.
  return Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== day ? null : day;
}

/** Returns a minute as `YYYY-MM-DDTHH:MM`, of a day alone the one that is given; null where there is none such. */
export function readMinute(text: string, ofDay: "00:00" | "23:59"): string | null {
  const [date = "", time = ofDay, ...more] = text.trim().split(/[ T]+/);
  const [day, found] = [readDay(date), TIME.exec(time)];
  if (day === null || found === null || 0 < more.length) return null;
  return `${day}T${pad(found[1])}:${found[2] ?? ""}`;
}
