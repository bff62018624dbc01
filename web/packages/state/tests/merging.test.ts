import { expect, test } from "vitest";
import { merged } from "../src/merging.ts";

const look = (watchlist: readonly string[], more: object = {}) => ({
  theme: "dark",
  watchlist,
  layouts: {},
  ...more,
});

test("additions of both stay, mine first", () => {
  expect(merged(look(["BTC"]), look(["ETH", "BTC"]), look(["BTC", "LTC"]))).toEqual(
    look(["ETH", "BTC", "LTC"]),
  );
});

test("what one removed stays removed, also where the other changed it", () => {
  const line = (id: string, price = 1) => ({ id, points: [{ value: price }] });
  const base = [line("a"), line("b"), line("c")];
  expect(merged(base, [line("b"), line("c", 2)], [line("a", 3), line("b")])).toEqual([line("b")]);
});

test("the last change of one entry wins, and those of others stay", () => {
  const base = look([], { layouts: { day: { dockShare: 30 }, night: { dockShare: 40 } } });
  const mine = look([], { layouts: { day: { dockShare: 31 }, night: { dockShare: 40 } } });
  const theirs = look([], {
    theme: "light",
    layouts: { day: { dockShare: 32 }, night: { dockShare: 42 }, week: {} },
  });
  expect(merged(base, mine, theirs)).toEqual(
    look([], {
      theme: "light",
      layouts: { day: { dockShare: 31 }, night: { dockShare: 42 }, week: {} },
    }),
  );
});

test("a list of what has no key is one value", () => {
  const of = (columns: readonly (readonly string[])[]) => look([], { columns });
  expect(merged(of([["a"], ["b"]]), of([["b"], ["a"]]), of([["a", "b"]]))).toEqual(
    of([["b"], ["a"]]),
  );
});

test("where nothing was changed here it is theirs, letter by letter", () => {
  const theirs = look(["LTC"], { theme: "light" });
  expect(JSON.stringify(merged(look([]), look([]), theirs))).toBe(JSON.stringify(theirs));
});
