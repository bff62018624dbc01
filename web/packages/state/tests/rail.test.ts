import { describe, expect, it } from "vitest";
import type { Market } from "../src/market.ts";
import { railOf } from "../src/rail.ts";
import type { Tickers } from "../src/tickers.ts";

const names = ["BTCUSDT", "ETHUSDT", "LTCUSDT", "NEWUSDT"];
const bySymbol = new Map(names.map((symbol) => [symbol, { symbol } as Market]));
const tickers = new Map([
  ["LTCUSDT", { quoteVolume: 5n }],
  ["BTCUSDT", { quoteVolume: 9n }],
  ["ETHUSDT", { quoteVolume: 7n }],
]) as unknown as Tickers;
const shown = (watchlist: readonly string[], most = 9) => {
  const { isWatched, markets } = railOf(watchlist, bySymbol, tickers, most);
  return [isWatched, ...markets.map(({ symbol }) => symbol)];
};

describe("the markets beside the trade screen", () => {
  it("are those that are watched, in their own order", () => {
    expect(shown(["LTCUSDT", "BTCUSDT"], 1)).toEqual([true, "LTCUSDT", "BTCUSDT"]);
  });

  it("are without those that are gone", () => {
    expect(shown(["GONEUSDT", "ETHUSDT"])).toEqual([true, "ETHUSDT"]);
  });

  it("are the most traded while none is watched", () => {
    expect(shown([])).toEqual([false, "BTCUSDT", "ETHUSDT", "LTCUSDT", "NEWUSDT"]);
    expect(shown(["GONEUSDT"], 2)).toEqual([false, "BTCUSDT", "ETHUSDT"]);
  });
});
