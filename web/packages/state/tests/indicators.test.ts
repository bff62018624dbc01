import { describe, expect, it } from "vitest";
import { forAllMarkets, withIndicators } from "../src/indicator-choice.ts";
import { indicatorsOf, type KeptIndicators } from "../src/indicators.ts";
import { merged } from "../src/merging.ts";

const START: KeptIndicators = {
  indicators: ["VOL"],
  indicatorNumbers: {},
  marketIndicators: {},
};
const RSI = { names: ["VOL", "RSI"], numbers: { RSI: "7, 14, 21" } };

describe("indicators", () => {
  it("are those of the market, and of others those of all", () => {
    const kept = { ...START, ...withIndicators(START, "BTCUSDT", RSI) };
    expect(indicatorsOf(kept, "BTCUSDT")).toEqual(RSI);
    expect(indicatorsOf(kept, "ETHUSDT")).toEqual({ names: ["VOL"], numbers: {} });
  });

  it("become those of all markets, also of those that had their own", () => {
    const both = { ...START, ...withIndicators(START, "ETHUSDT", { names: [], numbers: {} }) };
    const kept = forAllMarkets({ ...both, ...withIndicators(both, "BTCUSDT", RSI) }, "BTCUSDT");
    for (const symbol of ["BTCUSDT", "ETHUSDT", "LTCUSDT"]) {
      expect(indicatorsOf(kept, symbol), symbol).toEqual(RSI);
    }
  });

  it("that are kept in another shape are as if they were not", () => {
    for (const own of [null, 1, "RSI", [], { names: "RSI", numbers: {} }]) {
      const kept = { ...START, marketIndicators: { BTCUSDT: own } };
      expect(indicatorsOf(kept, "BTCUSDT").names).toEqual(["VOL"]);
    }
  });

  it("of two markets that were chosen in two places both stay", () => {
    const here = { ...START, ...withIndicators(START, "BTCUSDT", RSI) };
    const there = { ...START, ...withIndicators(START, "ETHUSDT", RSI) };
    const joined = merged(START, here, there) as KeptIndicators;
    expect(Object.keys(joined.marketIndicators).sort()).toEqual(["BTCUSDT", "ETHUSDT"]);
  });
});
