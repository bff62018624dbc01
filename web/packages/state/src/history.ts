/** What of the past is asked for: the newest rows, or all of some time. */

/** The first and the last moment; null for none. */
export interface Span {
  readonly fromMs: number | null;
  readonly untilMs: number | null;
}

export const EVER: Span = { fromMs: null, untilMs: null };

/** What a page begins with: an instant, or the row after another one. */
export type Begin = { readonly startTime?: number } | { readonly after: number };
interface Dated {
  readonly time: number;
}

/** Returns the first and the last moment as files name them, of everything up to now where none are chosen. */
export const boundsOf = (
  { fromMs, untilMs }: Span,
  nowMs: number,
): { readonly startTime: number; readonly endTime: number } => ({
  startTime: fromMs ?? 0,
  endTime: untilMs ?? nowMs,
});

export const PAGE_ROWS = 1_000;
export const ROWS_MAX = 10_000;

/** More rows than a browser should hold. */
export class TooManyRows extends Error {}

/** Returns the rows of a span, the oldest first; without one, the newest page. */
export async function rowsOf<T extends Dated>(
  { fromMs, untilMs }: Span,
  ask: (begin: Begin) => Promise<readonly T[]>,
  idOf: (row: T) => number,
): Promise<readonly T[]> {
  if (fromMs === null && untilMs === null) return ask({});
  const lastMs = untilMs ?? Number.POSITIVE_INFINITY;
  const found: T[] = [];
  for await (const page of pagesFrom(fromMs ?? 0, ask, idOf)) {
    found.push(...page.filter(({ time }) => time <= lastMs));
    if (ROWS_MAX < found.length) throw new TooManyRows();
    if (page.some(({ time }) => lastMs < time)) break;
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
