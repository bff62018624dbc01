import { amountOf } from "@bourse/num/decimal";
import { describe, expect, it } from "vitest";
import { bpsOf, drawn, instantOf } from "../src/portfolio.ts";

describe("a portfolio", () => {
  it("is read exactly", () => {
    const point = {
      time: 5,
      equity: "12345678901234567.89012345",
      inflow: "1.00000000",
      outflow: "0.00000000",
      pnl: "-0.00000001",
      drawdown: "0.12349999",
    };
    expect(instantOf(point)).toEqual({
      atMs: 5,
      equity: 1_234_567_890_123_456_789_012_345n,
      inflow: amountOf("1"),
      outflow: 0n,
      pnl: -1n,
      drawdownBps: 1_234n,
    });
    expect(bpsOf("1.00000000")).toBe(10_000n);
  });

  it("is drawn from the left to the right, the least at the foot, zero where it lies", () => {
    const values = ["-1", "3", "1"].map(amountOf);
    expect(drawn(values, 100, 40)).toEqual({ points: "0.0,40.0 50.0,0.0 100.0,20.0", zero: 30 });
    expect(drawn(["2", "3"].map(amountOf), 100, 40).zero).toBeNull();
  });

  it("lies in the middle while nothing changes", () => {
    expect(drawn([0n, 0n], 100, 40)).toEqual({ points: "0.0,20.0 100.0,20.0", zero: 20 });
    expect(drawn([], 100, 40).points).toBe("");
  });
});
