import { expect, it } from "vitest";
import { freshOf } from "../src/listings.ts";

const DAY_MS = 86_400_000;

it("is of the last thirty days, the newest first", () => {
  const listed = [
    ["OLD", 0],
    ["EDGE", 10 * DAY_MS + 1],
    ["NEWEST", 39 * DAY_MS],
    ["TWIN", 10 * DAY_MS + 1],
  ] as const;
  const markets = listed.map(([symbol, listedAt]) => ({ symbol, listedAt }));
  expect(freshOf(markets, 40 * DAY_MS)).toEqual(["NEWEST", "EDGE", "TWIN"]);
  expect(freshOf(markets, 30 * DAY_MS)).not.toContain("OLD");
  expect(freshOf([], 0)).toEqual([]);
});
