import { amountOf, priceOf, qtyOf } from "@bourse/num/decimal";
import { describe, expect, it } from "vitest";
import { unrealised } from "../src/profit.ts";

describe("profit", () => {
  it("of what is held is its worth less its cost", () => {
    const [held, cost] = [qtyOf("1.5"), amountOf("225")];
    expect(unrealised(held, cost, priceOf("140"))).toBe(0n - amountOf("15"));
    expect(unrealised(held, cost, priceOf("160"))).toBe(amountOf("15"));
  });
});
