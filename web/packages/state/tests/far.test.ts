import { priceOf, qtyOf } from "@bourse/num/decimal";
import { expect, it } from "vitest";
import { termsOf } from "../src/amendment.ts";
import { amendedThrough, placedThrough } from "../src/far.ts";
import type { Order } from "../src/orders.ts";
import type { OrderRequest, Placement } from "../src/placement.ts";
import { open } from "./open-order.ts";

const best = priceOf("100");
const buy: OrderRequest = { symbol: "BTCUSDT", side: "BUY", type: "LIMIT", quantity: "1" };
const order = (parameters: Partial<OrderRequest>): Placement => ({
  operation: "POST /api/v3/order",
  parameters: { ...buy, ...parameters },
});

it("is measured from the best price of the other side, of either side", () => {
  expect(placedThrough(order({ price: "110" }), best)).toBe(10n);
  expect(placedThrough(order({ side: "SELL", price: "94" }), best)).toBe(6n);
  expect(placedThrough(order({ price: "50" }), best)).toBe(0n);
  expect(placedThrough(order({}), best)).toBe(0n);
  expect(placedThrough(order({ price: "110" }), null)).toBe(0n);
});

it("is measured from the trigger of an order that waits", () => {
  expect(placedThrough(order({ price: "180", stopPrice: "120" }), best)).toBe(50n);
  expect(placedThrough(order({ price: "121", stopPrice: "120" }), best)).toBe(1n);
});

it("is that of the boldest order of a ladder", () => {
  const orders = [
    { ...buy, price: "90" },
    { ...buy, price: "110" },
  ] as const;
  expect(placedThrough({ operation: "ladder", orders }, best)).toBe(10n);
});

it("is that of a pair's stop, and of what follows an order", () => {
  const shared = { symbol: "BTCUSDT", quantity: "1" };
  const oco: Placement = {
    operation: "POST /api/v3/orderList/oco",
    parameters: {
      ...shared,
      side: "SELL",
      aboveType: "LIMIT_MAKER",
      abovePrice: "120",
      belowType: "STOP_LOSS_LIMIT",
      belowStopPrice: "90",
      belowPrice: "45",
    },
  };
  expect(placedThrough(oco, best)).toBe(50n);
  const oto: Placement = {
    operation: "POST /api/v3/orderList/oto",
    parameters: {
      symbol: "BTCUSDT",
      workingType: "LIMIT",
      workingSide: "BUY",
      workingPrice: "99",
      workingQuantity: "1",
      pendingType: "STOP_LOSS_LIMIT",
      pendingSide: "SELL",
      pendingQuantity: "1",
      pendingStopPrice: "80",
      pendingPrice: "60",
    },
  };
  expect(placedThrough(oto, best)).toBe(25n);
});

const bid: Order = { ...open, side: "BUY", price: priceOf("90") };
const stop: Order = {
  ...bid,
  type: "STOP_LOSS_LIMIT",
  stopPrice: priceOf("120"),
  price: priceOf("121"),
  isWorking: false,
};

it("is asked about where other terms put the price there, and not where they leave it", () => {
  const at = (price: string) => ({ ...termsOf(bid), price: priceOf(price) });
  expect(amendedThrough(bid, at("150"), best)).toBe(50n);
  expect(amendedThrough({ ...bid, side: "SELL" }, at("80"), best)).toBe(20n);
  expect(amendedThrough(bid, at("99"), best)).toBe(0n);
  const far = { ...bid, price: priceOf("150") };
  expect(amendedThrough(far, { ...termsOf(far), qty: qtyOf("1") }, best)).toBe(0n);
});

it("is measured from the trigger that an order is to have", () => {
  const to = (stopPrice: string, price: string) => ({
    ...termsOf(stop),
    stopPrice: priceOf(stopPrice),
    price: priceOf(price),
  });
  expect(amendedThrough(stop, to("130", "131"), best)).toBe(1n);
  expect(amendedThrough(stop, to("120", "180"), best)).toBe(50n);
});

it.each([
  ["105", 5n],
  ["105.01", 6n],
  ["99.5", 0n],
])("counts a begun per cent for all of it: a limit of %s", (price, percent) => {
  expect(placedThrough(order({ price }), best)).toBe(percent);
});
