/** What of the past is asked for: the newest rows, or all of some time. */

/** The first and the last moment; null for none. */
export interface Span {
  readonly fromMs: number | null;
  readonly untilMs: number | null;
}

export const EVER: Span = { fromMs: null, untilMs: null };

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

/** A page of what is told newest first; one with few rows, or with none, may be followed by others. */
export interface Page<T> {
  readonly rows: readonly T[];
  readonly next: string | undefined;
}

/** Rows, the newest first. */
export interface Past<T> {
  readonly rows: readonly T[];
  /** Whether there are older ones. */
  readonly hasOlder: boolean;
}

/** Returns all rows of a span; without one, about as many as fit on a page. */
export async function rowsOf<T>(
  { fromMs, untilMs }: Span,
  ask: (cursor: string | undefined) => Promise<Page<T>>,
): Promise<Past<T>> {
  const isEver = fromMs === null && untilMs === null;
  const found: T[] = [];
  let cursor: string | undefined;
  do {
    const { rows, next } = await ask(cursor);
    found.push(...rows);
    if (ROWS_MAX < found.length) throw new TooManyRows();
    cursor = next;
  } while (cursor !== undefined && !(isEver && PAGE_ROWS <= found.length));
  return { rows: found, hasOlder: cursor !== undefined };
}
