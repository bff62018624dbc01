/** What of the past is asked for: the newest rows, or all of some days. */

/** The days as they stand in their fields, of UTC; without a first one, the newest rows. */
export interface Days {
  readonly from: string;
  readonly until: string;
}

/** What a page begins with: an instant, or the row after another one. */
export type Begin = { readonly startTime?: number } | { readonly after: number };
interface Dated {
  readonly time: number;
}

const DAY_MS = 86_400_000;

/** Returns the first and the last moment of days, of everything up to now where none are chosen. */
export function spanOf(
  { from, until }: Days,
  nowMs: number,
): { readonly startTime: number; readonly endTime: number } {
  const [first, last] = [Date.parse(from), Date.parse(until)];
  return {
    startTime: Number.isNaN(first) ? 0 : first,
    endTime: Number.isNaN(last) ? nowMs : last + DAY_MS - 1,
  };
}

export const PAGE_ROWS = 1_000;
export const ROWS_MAX = 10_000;

/** More rows than a browser should hold. */
export class TooManyRows extends Error {}

/** Returns the rows of some days, the oldest first. */
export async function rowsOf<T extends Dated>(
  { from, until }: Days,
  ask: (begin: Begin) => Promise<readonly T[]>,
  idOf: (row: T) => number,
): Promise<readonly T[]> {
  const startTime = Date.parse(from);
  if (Number.isNaN(startTime)) return ask({});
  const lastDay = Date.parse(until);
  const endTime = Number.isNaN(lastDay) ? Number.POSITIVE_INFINITY : lastDay + DAY_MS;
  const found: T[] = [];
  for await (const page of pagesFrom(startTime, ask, idOf)) {
    found.push(...page.filter(({ time }) => time < endTime));
    if (ROWS_MAX < found.length) throw new TooManyRows();
    if (page.some(({ time }) => endTime <= time)) break;
  }
  return found;
}

/** Returns the rows from an instant on, the oldest first, a page at a time. */
export async function* pagesFrom<T>(
  startTime: number,
  ask: (begin: Begin) => Promise<readonly T[]>,
  idOf: (row: T) => number,
): AsyncGenerator<readonly T[]> {
  let begin: Begin = { startTime };
  for (;;) {
    const page = await ask(begin);
    yield page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_ROWS) return;
    begin = { after: idOf(last) };
  }
}
