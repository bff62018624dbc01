import type { Market as WireMarket } from "@bourse/api/schema";
import { describe, expect, it } from "vitest";
import { marketOf, marketsAgain } from "../src/market.ts";

const wire = (symbol: string, status: string, tickSize = "0.01") =>
  ({
    symbol,
    status,
    baseAsset: "BTC",
    quoteAsset: "USDT",
    orderTypes: [],
    filters: [
      { filterType: "PRICE_FILTER", minPrice: "0.01", maxPrice: "1000000", tickSize },
      { filterType: "LOT_SIZE", minQty: "0.00001", maxQty: "9000", stepSize: "0.00001" },
      { filterType: "MARKET_LOT_SIZE", minQty: "0.00001", maxQty: "100", stepSize: "0.00001" },
      { filterType: "NOTIONAL", minNotional: "5", maxNotional: "9000000" },
    ],
  }) as unknown as WireMarket;

describe("markets that are described again", () => {
  const known = { ...marketOf(wire("A", "TRADING")), phase: "post-only", phaseSinceMs: 7 } as const;
  const again = (...wires: readonly WireMarket[]) => marketsAgain(new Map([["A", known]]), wires);

  it("have their new filters, and the phase that is known better", () => {
    const market = again(wire("A", "TRADING", "0.1")).get("A");
    expect([market?.priceDigits, market?.phase, market?.phaseSinceMs]).toEqual([1, "post-only", 7]);
  });

  it("have another phase where orders are taken no more", () => {
    const market = again(wire("A", "HALT")).get("A");
    expect([market?.phase, market?.phaseSinceMs]).toEqual(["halted", null]);
  });

  it("are those that are there now", () => {
    expect([...again(wire("B", "TRADING")).keys()]).toEqual(["B"]);
  });
});
