import { amountOf, priceOf, qtyOf, ZERO_PRICE, ZERO_QTY } from "@bourse/num/decimal";
import { describe, expect, it } from "vitest";
import {
  fundsFault,
  keepsNumber,
  keepsPlace,
  linePrice,
  mayAmend,
  movedTo,
  replacementOf,
  termsOf,
  triggerFault,
} from "../src/amendment.ts";
import type { Order } from "../src/orders.ts";

const limit: Order = {
  symbol: "BTCUSDT",
  id: 7,
  clientId: "mine",
  side: "SELL",
  type: "LIMIT",
  timeInForce: "GTC",
  price: priceOf("100"),
  stopPrice: ZERO_PRICE,
  qty: qtyOf("2"),
  filled: ZERO_QTY,
  quoteFilled: amountOf("0"),
  average: null,
  status: "NEW",
  listId: -1,
  isWorking: true,
  createdMs: 1,
  changedMs: 1,
  trailingDelta: null,
  icebergQty: ZERO_QTY,
  selfTrade: "EXPIRE_MAKER",
  reason: null,
};
const stop: Order = {
  ...limit,
  type: "STOP_LOSS",
  price: ZERO_PRICE,
  stopPrice: priceOf("90"),
  isWorking: false,
};
const stopLimit: Order = { ...stop, type: "STOP_LOSS_LIMIT", price: priceOf("88") };
const iceberg: Order = { ...limit, icebergQty: qtyOf("0.5") };

describe("what keeps its number", () => {
  it("is a limit order in the book, and nothing that waits, hides a part or is of a list", () => {
    expect(keepsNumber(limit)).toBe(true);
    for (const other of [stop, stopLimit, iceberg, { ...limit, listId: 3 }]) {
      expect(keepsNumber(other)).toBe(false);
    }
    // Once it is triggered it is a limit order like any other.
    expect(keepsNumber({ ...stopLimit, isWorking: true })).toBe(true);
    expect(mayAmend({ ...limit, listId: 3 })).toBe(false);
  });

  it("keeps its place as well when it becomes smaller at its price", () => {
    const terms = termsOf(limit);
    expect(keepsPlace(limit, { ...terms, qty: qtyOf("1") })).toBe(true);
    expect(keepsPlace(limit, { ...terms, qty: qtyOf("3") })).toBe(false);
    expect(keepsPlace(limit, { ...terms, qty: qtyOf("1"), price: priceOf("101") })).toBe(false);
  });
});

describe("a line on the chart", () => {
  it("stands at the trigger of what waits, and moves that", () => {
    expect(linePrice(limit)).toBe(priceOf("100"));
    expect(linePrice(stop)).toBe(priceOf("90"));
    expect(linePrice(stopLimit)).toBe(priceOf("90"));
    expect(movedTo(limit, priceOf("101"))).toEqual({ ...termsOf(limit), price: priceOf("101") });
    expect(movedTo(stop, priceOf("91"))).toEqual({ ...termsOf(stop), stopPrice: priceOf("91") });
  });

  it("moves the limit of what waits by as much", () => {
    expect(movedTo(stopLimit, priceOf("95"))).toEqual({
      price: priceOf("93"),
      stopPrice: priceOf("95"),
      qty: qtyOf("2"),
    });
  });
});

describe("a trigger that would be met at once", () => {
  const last = priceOf("100");
  it.each([
    ["STOP_LOSS", "SELL", "100", "notBelow"],
    ["STOP_LOSS", "SELL", "99", null],
    ["STOP_LOSS_LIMIT", "BUY", "100", "notAbove"],
    ["STOP_LOSS_LIMIT", "BUY", "101", null],
    ["TAKE_PROFIT", "SELL", "100", "notAbove"],
    ["TAKE_PROFIT", "SELL", "101", null],
    ["TAKE_PROFIT_LIMIT", "BUY", "100", "notBelow"],
    ["TAKE_PROFIT_LIMIT", "BUY", "99", null],
  ] as const)("%s to %s at %s: %s", (type, side, at, kind) => {
    const fault = triggerFault({ ...stop, type, side }, priceOf(at), last);
    expect(fault?.kind ?? null).toBe(kind);
  });

  it("is none before the first trade, of what works, and of what trails", () => {
    expect(triggerFault(stop, priceOf("100"), null)).toBeNull();
    expect(triggerFault({ ...stop, isWorking: true }, priceOf("100"), last)).toBeNull();
    expect(triggerFault({ ...stop, trailingDelta: 100 }, priceOf("100"), last)).toBeNull();
  });
});

describe("what is needed beyond what is held", () => {
  it("is refused where it is not there", () => {
    const buy: Order = { ...limit, side: "BUY", filled: qtyOf("0.5") };
    const more = { ...termsOf(buy), qty: qtyOf("3") };
    const free = (amount: string) => ({ asset: "USDT", amount: amountOf(amount) });
    expect(fundsFault(buy, more, free("100"))).toBeNull();
    expect(fundsFault(buy, more, free("99.99"))).toEqual({
      kind: "funds",
      available: amountOf("99.99"),
      asset: "USDT",
    });
    expect(fundsFault(buy, { ...more, qty: qtyOf("1") }, free("0"))).toBeNull();
    expect(fundsFault(limit, { ...termsOf(limit), price: priceOf("500") }, free("0"))).toBeNull();
  });
});

describe("the request that replaces an order", () => {
  it("keeps everything that was not changed", () => {
    expect(replacementOf(stopLimit, movedTo(stopLimit, priceOf("95")))).toEqual({
      symbol: "BTCUSDT",
      side: "SELL",
      type: "STOP_LOSS_LIMIT",
      cancelReplaceMode: "STOP_ON_FAILURE",
      cancelOrderId: 7,
      cancelRestrictions: "ONLY_NEW",
      quantity: "2",
      price: "93",
      timeInForce: "GTC",
      stopPrice: "95",
      selfTradePreventionMode: "EXPIRE_MAKER",
    });
  });

  it("has no price where the order has none, and none to wait for where it has none", () => {
    const market = replacementOf(stop, termsOf(stop));
    expect(market).not.toHaveProperty("price");
    expect(market).not.toHaveProperty("timeInForce");
    expect(market.stopPrice).toBe("90");
    expect(replacementOf(iceberg, termsOf(iceberg))).not.toHaveProperty("stopPrice");
  });

  it("asks for what is left, of which no more is shown than that", () => {
    const partly = { ...iceberg, filled: qtyOf("1.25") };
    const request = replacementOf(partly, { ...termsOf(partly), qty: qtyOf("1.5") });
    expect([request.quantity, request.icebergQty]).toEqual(["0.25", "0.25"]);
    expect(request).not.toHaveProperty("cancelRestrictions");
  });
});
