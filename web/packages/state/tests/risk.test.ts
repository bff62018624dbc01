import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { amountOf, notional, priceOf, type Price } from "@bourse/num/decimal";
import { toWire } from "@bourse/num/format";
import type { Market } from "../src/market.ts";
import { riskQty } from "../src/risk.ts";

// Only the step of sizes is asked for.
const market = { lot: 1_000n } as Market;
const facts = {
  market,
  side: "BUY" as const,
  entry: priceOf("100"),
  stop: priceOf("90"),
  baseFree: amountOf("2"),
  quoteFree: amountOf("800"),
};

describe("a size by risk", () => {
  it("loses the share of what is free of both assets when the stop is met", () => {
    // 1 % of 800 + 2 × 100 is 10, which a fall by 10 takes from one.
    expect(riskQty(facts, 100n)).toBe(100_000_000n);
    const sold = riskQty({ ...facts, side: "SELL", stop: priceOf("120") }, 100n);
    expect(toWire(sold ?? 0n)).toBe("0.5");
  });

  it("is none where the stop is on the wrong side, or at the price", () => {
    for (const stop of ["100", "110"]) {
      expect(riskQty({ ...facts, stop: priceOf(stop) }, 100n)).toBeNull();
    }
    expect(riskQty({ ...facts, side: "SELL" }, 100n)).toBeNull();
    expect(riskQty({ ...facts, entry: priceOf("0") }, 100n)).toBeNull();
  });

  it("never loses more, and is on the grid of sizes", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 2n, max: 10n ** 14n }),
        fc.bigInt({ min: 1n, max: 10n ** 14n }),
        fc.bigInt({ min: 1n, max: 10_000n }),
        (entry, below, bps) => {
          fc.pre(below < entry);
          const stop = below as Price;
          const qty = riskQty({ ...facts, entry: entry as Price, stop }, bps) ?? 0n;
          const loss = notional((entry - below) as Price, qty as never, "down");
          const worth = facts.quoteFree + 2n * entry;
          return qty % 1_000n === 0n && loss * 10_000n <= worth * bps;
        },
      ),
    );
  });
});
