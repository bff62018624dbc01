import { expect, it } from "vitest";
import { edgeOf } from "../src/edge.ts";

it("marks at each edge the nearest line beyond it, with how many there are", () => {
  const all = [-40, -5, 0, 120, 300, 301, 900];
  expect(all.map((y) => edgeOf(y, all, 300))).toEqual([
    null,
    { isAbove: true, count: 2 },
    null,
    null,
    null,
    { isAbove: false, count: 2 },
    null,
  ]);
});
