import { amountOf, priceOf } from "@bourse/num/decimal";
import { describe, expect, it } from "vitest";
import { drawdownBps, instants, priceAt, worthOf, type Worth } from "../src/portfolio.ts";

const closes = [
  { openMs: 100, close: priceOf("10") },
  { openMs: 200, close: priceOf("20") },
];

describe("a portfolio", () => {
  it("is looked at at even instants, the last of them now", () => {
    expect(instants(1_000, 300, 4)).toEqual([700, 800, 900, 1_000]);
  });

  it("takes the price of the candle that was running", () => {
    expect([50, 100, 199, 200, 900].map((at) => priceAt(closes, at))).toEqual([
      null,
      priceOf("10"),
      priceOf("10"),
      priceOf("20"),
      priceOf("20"),
    ]);
  });

  it("is worth its balances at the prices of then, and says what had none", () => {
    const amounts = new Map([
      ["BTC", amountOf("2")],
      ["USDT", amountOf("5")],
      ["DOGE", amountOf("1")],
    ]);
    const holdings = [100, 200].map((atMs) => ({ atMs, amounts }));
    expect(worthOf(holdings, new Map([["BTC", closes]]), "USDT")).toEqual([
      { atMs: 100, total: amountOf("25"), unpriced: ["DOGE"] },
      { atMs: 200, total: amountOf("45"), unpriced: ["DOGE"] },
    ]);
  });

  it("falls from the greatest height before, not from the first", () => {
    const of = (...totals: string[]): Worth[] =>
      totals.map((total, atMs) => ({ atMs, total: amountOf(total), unpriced: [] }));
    expect(drawdownBps(of("100", "200", "150", "180", "140"))).toBe(3_000n);
    expect(drawdownBps(of("0", "1", "2"))).toBe(0n);
  });
});
