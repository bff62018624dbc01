import { amountOf, isOnGrid, notional, priceOf, qtyOf, type Qty } from "@bourse/num/decimal";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bookOf } from "../src/book.ts";
import { hasRoom, ladderOf } from "../src/ladder.ts";
import { percentOf, shareOf } from "../src/shares.ts";
import { checkTicket, type Ticket } from "../src/ticket.ts";
import { buy, facts, market, orderOf, parametersOf } from "./ticket-facts.ts";

describe("a ticket", () => {
  it("says no fee and takes no exits until the rates are told", () => {
    const untold = { ...facts, rates: null };
    const plain = checkTicket(buy, untold);
    expect([plain.preview?.fee, plain.placement === null]).toEqual([null, false]);
    const exits = { ...buy, hasExits: true, takeProfit: "110" };
    const held = checkTicket(exits, untold);
    expect([held.faults.get("size")?.kind, held.placement]).toEqual(["feesUnknown", null]);
    expect(checkTicket(exits, facts).faults.size).toBe(0);
    const guest = { ...untold, baseFree: null, quoteFree: null };
    expect(checkTicket(exits, guest).faults.size).toBe(0);
  });

  it("trails from a price, and up to a limit, where they are given", () => {
    const trail: Ticket = { ...buy, type: "trailingStop", trail: "1.5", price: "" };
    const from = orderOf({ ...trail, stopPrice: "95.5" });
    expect(from).toMatchObject({ type: "STOP_LOSS", trailingDelta: 150, stopPrice: "95.5" });
    expect(from).not.toHaveProperty("price");
    const limited = orderOf({ ...trail, stopPrice: "95.5", stopLimit: "104" });
    expect(limited).toMatchObject({
      type: "STOP_LOSS_LIMIT",
      trailingDelta: 150,
      stopPrice: "95.5",
      price: "104",
      timeInForce: "GTC",
    });
    const { faults } = checkTicket({ ...trail, stopPrice: "95.555", stopLimit: "0" }, facts);
    expect([faults.get("stopPrice")?.kind, faults.get("stopLimit")?.kind]).toEqual([
      "offTick",
      "tooLow",
    ]);
  });

  it("holds for the limit of a purchase that trails, where it has one", () => {
    const trail: Ticket = { ...buy, type: "trailingStop", trail: "1", size: "9.5" };
    expect(checkTicket(trail, facts).faults.get("size")?.kind).toBe("funds");
    expect(checkTicket({ ...trail, stopLimit: "104" }, facts).faults.size).toBe(0);
  });

  it("becomes the request that it says", () => {
    expect(parametersOf(buy)).toEqual({
      symbol: "BTCUSDT",
      side: "BUY",
      type: "LIMIT",
      quantity: "1",
      price: "90",
      timeInForce: "GTC",
      newOrderRespType: "FULL",
    });
    const maker = orderOf({ ...buy, isPostOnly: true });
    expect([maker?.type, maker?.timeInForce]).toEqual(["LIMIT_MAKER", undefined]);
    const market = orderOf({ ...buy, type: "market", size: "50", sizeUnit: "quote" });
    expect(market).toMatchObject({ type: "MARKET", quoteOrderQty: "50" });
    const trail = orderOf({ ...buy, side: "SELL", type: "trailingStop", trail: "1.5" });
    expect(trail).toMatchObject({ type: "STOP_LOSS", trailingDelta: 150, quantity: "1" });
    expect(trail).not.toHaveProperty("stopPrice");
  });

  it("shows a part of itself, and follows the book", () => {
    expect(orderOf({ ...buy, shown: "0.1", timeInForce: "IOC" })).toMatchObject({
      icebergQty: "0.1",
      timeInForce: "GTC",
    });
    const pegged = orderOf({ ...buy, price: "", peg: "primary", isPostOnly: true });
    expect(pegged).toMatchObject({ type: "LIMIT_MAKER", pegPriceType: "PRIMARY_PEG" });
    expect([pegged?.price, pegged?.pegOffsetValue]).toEqual([undefined, undefined]);
    const behind = orderOf({ ...buy, price: "", peg: "market", pegLevel: 1 });
    expect(behind).toMatchObject({
      pegPriceType: "MARKET_PEG",
      pegOffsetType: "PRICE_LEVEL",
      pegOffsetValue: 1,
    });
    const follows: Ticket = { ...buy, price: "", peg: "market", pegLevel: 1 };
    expect(checkTicket(follows, facts).preview?.pegged).toBe(priceOf("110"));
  });

  it("becomes a pair around the market, a limit on one side and a stop on the other", () => {
    const sell = { ...buy, side: "SELL", type: "oco", price: "120", stopPrice: "80" } as const;
    expect(checkTicket(sell, facts).placement).toMatchObject({
      operation: "POST /api/v3/orderList/oco",
      parameters: {
        aboveType: "LIMIT_MAKER",
        abovePrice: "120",
        belowType: "STOP_LOSS",
        belowStopPrice: "80",
        quantity: "1",
      },
    });
    const purchase = {
      ...sell,
      side: "BUY",
      price: "80",
      stopPrice: "120",
      stopLimit: "121",
    } as const;
    expect(parametersOf(purchase)).toMatchObject({
      belowType: "LIMIT_MAKER",
      belowPrice: "80",
      aboveType: "STOP_LOSS_LIMIT",
      aboveStopPrice: "120",
      abovePrice: "121",
      aboveTimeInForce: "GTC",
    });
    // The dearer of the two is what it holds: 8.3 at 121 are more than the thousand that are there.
    expect(checkTicket({ ...purchase, size: "8.3" }, facts).faults.get("size")?.kind).toBe("funds");
  });

  it("trails a profit as it does a stop, from a price on the other side", () => {
    const trail: Ticket = { ...buy, side: "SELL", type: "trailingProfit", trail: "1.5", price: "" };
    const from = orderOf({ ...trail, stopPrice: "120" });
    expect(from).toMatchObject({ type: "TAKE_PROFIT", trailingDelta: 150, stopPrice: "120" });
    expect(from).not.toHaveProperty("timeInForce");
    expect(orderOf({ ...trail, stopPrice: "120", stopLimit: "110" })).toMatchObject({
      type: "TAKE_PROFIT_LIMIT",
      trailingDelta: 150,
      price: "110",
      timeInForce: "GTC",
    });
    expect(shareOf({ ...trail, side: "BUY" }, facts, 100n)?.size).toBe("9");
  });

  it.each([
    [{ price: "" }, "price", "missing"],
    [{ price: "90.001" }, "price", "offTick"],
    [{ price: "0" }, "price", "tooLow"],
    [{ price: "2000000" }, "price", "tooHigh"],
    [{ price: "1e3" }, "price", "unreadable"],
    [{ size: "0" }, "size", "missing"],
    [{ size: "0.000001" }, "size", "offLot"],
    [{ size: "0.001" }, "size", "notionalLow"],
    [{ size: "1000" }, "size", "funds"],
    [{ size: "9001" }, "size", "tooHigh"],
    [{ side: "SELL", size: "2.1" }, "size", "funds"],
    [{ type: "market", size: "101" }, "size", "tooHigh"],
    [{ type: "stopLimit" }, "stopPrice", "missing"],
    [{ type: "trailingStop", trail: "0.05" }, "trail", "tooLow"],
    [{ type: "trailingStop", trail: "0.155" }, "trail", "offTick"],
    [{ shown: "1.1" }, "shown", "tooHigh"],
    [{ shown: "0.009" }, "shown", "tooLow"],
    [{ shown: "0.000001" }, "shown", "offLot"],
    [{ peg: "primary", pegLevel: 1 }, "peg", "emptyBook"],
    [{ hasExits: true }, "takeProfit", "missing"],
    [{ type: "stopMarket", stopPrice: "100" }, "stopPrice", "notAbove"],
    [{ type: "stopLimit", stopPrice: "99" }, "stopPrice", "notAbove"],
    [{ type: "stopMarket", side: "SELL", stopPrice: "100" }, "stopPrice", "notBelow"],
    [{ type: "takeProfitMarket", stopPrice: "100" }, "stopPrice", "notBelow"],
    [{ type: "takeProfitLimit", side: "SELL", stopPrice: "99" }, "stopPrice", "notAbove"],
    [{ hasExits: true, takeProfit: "90" }, "takeProfit", "notAbove"],
    [{ hasExits: true, stopLoss: "90" }, "stopLoss", "notBelow"],
    [{ hasExits: true, takeProfitLimit: "110" }, "takeProfit", "missing"],
    [{ hasExits: true, stopLossLimit: "80" }, "stopLoss", "missing"],
    [
      { hasExits: true, takeProfit: "110", takeProfitLimit: "110.001" },
      "takeProfitLimit",
      "offTick",
    ],
    [{ hasExits: true, stopLoss: "80", stopLossLimit: "0" }, "stopLossLimit", "tooLow"],
    [{ hasExits: true, stopLoss: "80", stopLossLimit: "5" }, "size", "notionalLow"],
    [{ peg: "primary", price: "", hasExits: true, stopLoss: "99" }, "stopLoss", "notBelow"],
    [{ type: "trailingProfit", trail: "0.05" }, "trail", "tooLow"],
    [{ type: "oco", stopPrice: "100" }, "stopPrice", "notAbove"],
    [{ type: "oco", price: "100", stopPrice: "120" }, "price", "notBelow"],
    [{ type: "oco", side: "SELL", price: "100", stopPrice: "80" }, "price", "notAbove"],
    [{ type: "oco", side: "SELL", price: "120", stopPrice: "100" }, "stopPrice", "notBelow"],
  ] as const)("with %j is wrong in %s: %s", (change, field, kind) => {
    const checked = checkTicket({ ...buy, ...change }, facts);
    expect(checked.faults.get(field)?.kind).toBe(kind);
    expect(checked.placement).toBeNull();
  });

  it("previews what the book would give, the fee on what is received", () => {
    const { preview } = checkTicket({ ...buy, type: "market", size: "2" }, facts);
    expect(preview).toMatchObject({
      total: amountOf("210"),
      average: priceOf("105"),
      slippageBps: 500n,
      fee: amountOf("0.002"),
      feeAsset: "BTC",
      isTaker: true,
      isFilled: true,
    });
    const sale = checkTicket({ ...buy, side: "SELL", price: "120" }, facts).preview;
    expect(sale).toMatchObject({ feeAsset: "USDT", fee: amountOf("0.12"), isTaker: false });
  });

  it("never spends more than the share that was chosen", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 100n }),
        fc.integer({ min: 1, max: 200_000 }),
        (percent, cents) => {
          const ticket = { ...buy, price: (cents / 100).toFixed(2) };
          const qty = qtyOf(shareOf(ticket, facts, percent)?.size ?? "");
          expect(isOnGrid(qty, market.lot)).toBe(true);
          expect(
            notional(priceOf(ticket.price), qty, "up") <= (amountOf("1000") * percent) / 100n,
          ).toBe(true);
        },
      ),
    );
    expect(shareOf({ ...buy, side: "SELL" }, facts, 50n)).toEqual({ size: "1", sizeUnit: "base" });
  });

  it("spends all that is available at the market, wherever the price goes", () => {
    const all = shareOf({ ...buy, type: "market" }, facts, 100n);
    expect(all).toEqual({ size: "1000", sizeUnit: "quote" });
    const ticket: Ticket = { ...buy, type: "market", ...all };
    const dearer = { ...facts, book: bookOf([], [["5000", "1"]]), last: priceOf("5000") };
    expect(checkTicket(ticket, dearer).faults.size).toBe(0);
    expect(orderOf(ticket)).toMatchObject({ type: "MARKET", quoteOrderQty: "1000" });
    expect(percentOf(ticket, facts)).toBe(100);
    expect(percentOf({ ...ticket, size: "250" }, facts)).toBe(25);
    expect(percentOf({ ...ticket, sizeUnit: "base" }, facts)).toBe(0);
  });

  it("leaves a hundredth of what is available where the price is that of later", () => {
    const size = (change: Partial<Ticket>, percent: bigint) =>
      shareOf({ ...buy, price: "", ...change }, facts, percent)?.size;
    expect(size({ type: "twap" }, 100n)).toBe("9.9");
    expect(size({ type: "twap" }, 99n)).toBe("9.9");
    expect(size({ type: "twap" }, 50n)).toBe("5");
    expect(size({ type: "twap", price: "100" }, 100n)).toBe("10");
    expect(size({ type: "twap", side: "SELL" }, 100n)).toBe("2");
    expect(size({ peg: "market" }, 100n)).toBe("9.9");
    expect(size({ peg: "market", side: "SELL" }, 100n)).toBe("2");
  });

  it("holds for the dearest price that a waiting order may be executed at", () => {
    const stop: Ticket = { ...buy, type: "stopMarket", stopPrice: "100" };
    const all = shareOf(stop, facts, 100n);
    expect(all).toEqual({ size: "9.0909", sizeUnit: "base" });
    const below = { ...facts, last: priceOf("99") };
    expect(checkTicket({ ...stop, ...all }, below).faults.size).toBe(0);
    expect(checkTicket({ ...stop, size: "9.1" }, below).faults.get("size")?.kind).toBe("funds");
    const trail: Ticket = { ...buy, type: "trailingStop", trail: "1" };
    expect(shareOf(trail, facts, 100n)?.size).toBe("9");
    const pair: Ticket = { ...buy, type: "oco", price: "90", stopPrice: "110" };
    expect(shareOf(pair, facts, 100n)?.size).toBe("8.26446");
    expect(shareOf({ ...pair, stopLimit: "125" }, facts, 100n)?.size).toBe("8");
  });

  it("needs no account to be looked at", () => {
    const anyone = { ...facts, baseFree: null, quoteFree: null };
    expect(checkTicket({ ...buy, size: "100" }, anyone).faults.size).toBe(0);
    expect(shareOf(buy, anyone, 50n)).toBeNull();
  });

  it("becomes a ladder of limit orders whose sizes sum up to the size", () => {
    const scale: Ticket = { ...buy, type: "scale", price: "90", scaleTo: "80", scaleCount: "3" };
    const { placement, preview } = checkTicket(scale, facts);
    expect(placement?.operation).toBe("ladder");
    const orders = placement?.operation === "ladder" ? placement.orders : [];
    expect(orders.map(({ price, quantity, type }) => [type, price, quantity])).toEqual([
      ["LIMIT", "90", "0.33334"],
      ["LIMIT", "85", "0.33333"],
      ["LIMIT", "80", "0.33333"],
    ]);
    expect(preview?.total).toBe(amountOf("85.00005"));
  });

  it("places a ladder as long as was chosen for it, whatever stands in fields that it has not", () => {
    const left = { shown: "0.1", peg: "primary" } as const;
    const ladder: Ticket = { ...buy, type: "scale", scaleTo: "95", ...left, timeInForce: "IOC" };
    const { placement } = checkTicket(ladder, facts);
    const orders = placement?.operation === "ladder" ? placement.orders : [];
    expect(orders.map(({ timeInForce }) => timeInForce)).toEqual(Array(5).fill("IOC"));
  });

  it("names what is wrong with a ladder", () => {
    const scale: Ticket = { ...buy, type: "scale", scaleTo: "80" };
    const faultOf = (change: Partial<Ticket>, field: "size" | "scaleTo" | "scaleCount") =>
      checkTicket({ ...scale, ...change }, facts).faults.get(field)?.kind;
    expect(faultOf({ scaleCount: "1" }, "scaleCount")).toBe("tooLow");
    expect(faultOf({ scaleCount: "21" }, "scaleCount")).toBe("tooHigh");
    expect(faultOf({ scaleCount: "many" }, "scaleCount")).toBe("unreadable");
    expect(faultOf({ scaleTo: "90.02" }, "scaleTo")).toBe("tooClose");
    expect(faultOf({ size: "0.1" }, "size")).toBe("notionalLow");
    expect(faultOf({ size: "100" }, "size")).toBe("funds");
  });

  it("spreads any size over any ladder exactly", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 20 }),
        fc.bigInt({ min: 1n, max: 10_000_000n }),
        fc.bigInt({ min: 1n, max: 1_000_000n }),
        (count, lots, ticks) => {
          const from = priceOf("100");
          const to = (from + ticks * market.tick) as typeof from;
          const qty = (lots * market.lot) as Qty;
          const rungs = ladderOf(market, from, to, qty, count);
          expect(rungs.reduce((sum, rung) => sum + rung.qty, 0n)).toBe(qty);
          expect(rungs.every((rung) => isOnGrid(rung.price, market.tick))).toBe(true);
          expect([rungs[0]?.price, rungs.at(-1)?.price]).toEqual([from, to]);
          const prices = new Set(rungs.map(({ price }) => price));
          if (hasRoom(market, from, to, count)) expect(prices.size).toBe(count);
        },
      ),
    );
  });
});
