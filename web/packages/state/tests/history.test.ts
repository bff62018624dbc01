import { describe, expect, it } from "vitest";
import {
  boundsOf,
  EVER,
  PAGE_ROWS,
  ROWS_MAX,
  rowsOf,
  TooManyRows,
  type Page,
} from "../src/history.ts";

const SOME = { fromMs: 5, untilMs: null };

/** An exchange whose pages have so many rows, the newest of which has the highest number. */
function exchange(sizes: readonly number[]) {
  const asked: (string | undefined)[] = [];
  const all = sizes.reduce((sum, size) => sum + size, 0);
  const ask = (cursor: string | undefined): Promise<Page<number>> => {
    asked.push(cursor);
    const [place = 0, told = 0] = (cursor ?? "0/0").split("/").map((text) => Number.parseInt(text));
    const size = sizes[place] ?? 0;
    const rows = Array.from({ length: size }, (_, at) => all - told - at);
    const next = `${(place + 1).toString()}/${(told + size).toString()}`;
    return Promise.resolve({ rows, next: place + 1 < sizes.length ? next : undefined });
  };
  return { ask, asked };
}

describe("rows of the past", () => {
  it("are exported from the first moment to the last, or everything up to now", () => {
    expect(boundsOf({ fromMs: 2, untilMs: 3 }, 5)).toEqual({ startTime: 2, endTime: 3 });
    expect(boundsOf({ fromMs: null, untilMs: null }, 5)).toEqual({ startTime: 0, endTime: 5 });
  });

  it("are the newest page where no time is chosen, and say whether there are older ones", async () => {
    const { ask, asked } = exchange([PAGE_ROWS, 7]);
    const { rows, hasOlder } = await rowsOf(EVER, ask);
    expect([rows.length, rows[0], hasOlder]).toEqual([PAGE_ROWS, PAGE_ROWS + 7, true]);
    expect(asked).toEqual([undefined]);
    expect(await rowsOf(EVER, exchange([2]).ask)).toEqual({ rows: [2, 1], hasOlder: false });
  });

  it("are looked for behind pages with few of them, to the first one", async () => {
    const { ask, asked } = exchange([0, 1, 0, 2, 0]);
    expect(await rowsOf(EVER, ask)).toEqual({ rows: [3, 2, 1], hasOlder: false });
    expect(asked).toHaveLength(5);
  });

  it("are all of them where a time is chosen, each once", async () => {
    const { ask } = exchange([PAGE_ROWS, PAGE_ROWS, 5]);
    const { rows, hasOlder } = await rowsOf(SOME, ask);
    expect(rows).toEqual(Array.from({ length: 2 * PAGE_ROWS + 5 }, (_, at) => 2_005 - at));
    expect(hasOlder).toBe(false);
  });

  it("are refused where they are too many to be held", async () => {
    const full = Array<number>(ROWS_MAX / PAGE_ROWS).fill(PAGE_ROWS);
    expect((await rowsOf(SOME, exchange(full).ask)).rows).toHaveLength(ROWS_MAX);
    await expect(rowsOf(SOME, exchange([...full, 1]).ask)).rejects.toThrow(TooManyRows);
  });
});
