import { describe, expect, it } from "vitest";
import {
  PAGE_ROWS,
  pagesFrom,
  ROWS_MAX,
  rowsOf,
  boundsOf,
  TooManyRows,
  type Begin,
} from "../src/history.ts";

const DAY_MS = 86_400_000;
const START_MS = Date.parse("2026-03-01");

interface Row {
  readonly id: number;
  readonly time: number;
}

/** An exchange with so many rows, one every so often from the first of March on, that answers as ours does. */
function exchange(count: number, periodMs: number) {
  const all: Row[] = Array.from({ length: count }, (_, id) => ({
    id,
    time: START_MS + id * periodMs,
  }));
  const asked: Begin[] = [];
  const ask = (begin: Begin): Promise<readonly Row[]> => {
    asked.push(begin);
    if ("after" in begin) {
      return Promise.resolve(all.filter(({ id }) => begin.after < id).slice(0, PAGE_ROWS));
    }
    const { startTime } = begin;
    if (startTime === undefined) return Promise.resolve(all.slice(-PAGE_ROWS));
    return Promise.resolve(all.filter(({ time }) => startTime <= time).slice(0, PAGE_ROWS));
  };
  return {
    asked,
    rows: (from: string, until: string) =>
      rowsOf({ fromMs: momentOf(from), untilMs: momentOf(until) }, ask, idOf),
    pages: () => pagesFrom(0, ask, idOf),
  };
}
const momentOf = (text: string): number | null => (text === "" ? null : Date.parse(text));
const idOf = ({ id }: Row): number => id;

describe("rows of the past", () => {
  it("is exported from the first moment to the last, or everything up to now", () => {
    expect(boundsOf({ fromMs: 2, untilMs: 3 }, 5)).toEqual({ startTime: 2, endTime: 3 });
    expect(boundsOf({ fromMs: null, untilMs: null }, 5)).toEqual({ startTime: 0, endTime: 5 });
  });

  it("are the newest where no time is chosen", async () => {
    const { asked, rows } = exchange(3, DAY_MS);
    expect((await rows("", "")).map(idOf)).toEqual([0, 1, 2]);
    expect(asked).toEqual([{}]);
  });

  it("are those of the time, to the hour and the minute, first and last moment among them", async () => {
    const { asked, rows } = exchange(10, DAY_MS / 2);
    expect((await rows("2026-03-02", "2026-03-03T12:00Z")).map(idOf)).toEqual([2, 3, 4, 5]);
    expect((await rows("2026-03-02T00:01Z", "2026-03-03T11:59Z")).map(idOf)).toEqual([3, 4]);
    expect((await rows("2026-03-05", "")).map(idOf)).toEqual([8, 9]);
    asked.length = 0;
    expect((await rows("", "2026-03-01T12:00Z")).map(idOf)).toEqual([0, 1]);
    expect(asked).toEqual([{ startTime: 0 }]);
    expect(await rows("2026-03-09", "")).toEqual([]);
  });

  it("are asked for page by page, each once, until the last moment is over", async () => {
    const minute = 60_000;
    const { asked, rows } = exchange(5_000, minute);
    const found = await rows("2026-03-01", "2026-03-02T23:59:59Z");
    expect(found.map(idOf)).toEqual(Array.from({ length: 2_880 }, (_, id) => id));
    expect(asked).toEqual([{ startTime: START_MS }, { after: 999 }, { after: 1_999 }]);
  });

  it("come a page at a time to whoever holds none of them", async () => {
    const sizes: number[] = [];
    for await (const page of exchange(2 * ROWS_MAX, 1).pages()) sizes.push(page.length);
    // The last one is empty: nothing tells that a full page was the last.
    expect(sizes).toEqual([...Array<number>(20).fill(PAGE_ROWS), 0]);
  });

  it("are refused where they are too many to be held", async () => {
    const { rows } = exchange(ROWS_MAX + 1, 1);
    await expect(rows("2026-03-01", "")).rejects.toThrow(TooManyRows);
    expect(await exchange(ROWS_MAX, 1).rows("2026-03-01", "")).toHaveLength(ROWS_MAX);
  });
});
