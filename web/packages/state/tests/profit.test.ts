import { amountOf, priceOf, qtyOf } from "@bourse/num/decimal";
import { describe, expect, it } from "vitest";
import { profitOf, unrealised, type Fill } from "../src/profit.ts";

const fill = (isBuy: boolean, qty: string, quote: string, fee = "0", feeAsset = "BTC"): Fill => ({
  isBuy,
  qty: qtyOf(qty),
  quote: amountOf(quote),
  fee: amountOf(fee),
  feeAsset,
});
const profit = (...fills: readonly Fill[]) => profitOf(fills, "BTC", "USDT");

describe("profit", () => {
  it("is told at average cost", () => {
    const found = profit(fill(true, "1", "100"), fill(true, "1", "200"), fill(false, "0.5", "100"));
    expect(found).toEqual({
      held: qtyOf("1.5"),
      cost: amountOf("225"),
      realised: amountOf("25"),
      elsewhere: 0n,
    });
    expect(unrealised(found, priceOf("140"))).toBe(0n - amountOf("15"));
  });

  it("goes on from what the trades before brought", () => {
    const fills = [fill(true, "1", "100"), fill(false, "0.5", "100"), fill(true, "2", "90")];
    const first = profitOf(fills.slice(0, 1), "BTC", "USDT");
    expect(profitOf(fills.slice(1), "BTC", "USDT", first)).toEqual(profit(...fills));
  });

  it("has the fees within, in either asset, and none of another", () => {
    const found = profit(
      fill(true, "1", "100", "0.5", "BTC"),
      fill(false, "0.25", "60", "10", "USDT"),
      fill(false, "0.25", "50", "7", "BNB"),
    );
    expect(found.held).toBe(0n);
    expect(found.realised).toBe(0n);
  });

  it("counts nothing of what was not bought here", () => {
    const found = profit(
      fill(false, "2", "400"),
      fill(true, "1", "100"),
      fill(false, "4", "600"),
      fill(true, "1", "90"),
    );
    expect(found).toEqual({
      held: qtyOf("1"),
      cost: amountOf("90"),
      realised: amountOf("50"),
      elsewhere: qtyOf("5"),
    });
  });

  it("loses not a unit to rounding: what is all sold has no cost left", () => {
    const found = profit(
      fill(true, "0.00000003", "0.0000001"),
      fill(false, "0.00000001", "0.00000004"),
      fill(false, "0.00000001", "0.00000004"),
      fill(false, "0.00000001", "0.00000004"),
    );
    expect([found.held, found.cost, found.realised]).toEqual([0n, 0n, 2n]);
  });
});
