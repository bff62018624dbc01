import { priceOf, ZERO_PRICE } from "@bourse/num/decimal";
import { describe, expect, it } from "vitest";
import type { Order } from "../src/orders.ts";
import { betterFor, deltaAt, startPrice } from "../src/trail.ts";
import { open } from "./open-order.ts";

const sells: Order = {
  ...open,
  type: "STOP_LOSS",
  price: ZERO_PRICE,
  isWorking: false,
  trailingDelta: 250,
};
const buys: Order = { ...sells, side: "BUY" };
const range = { trailingMin: 10, trailingMax: 2_000 };
const [low, high] = [priceOf("100"), priceOf("104")];

describe("an order that trails", () => {
  it("follows the highest price when it sells, the lowest when it buys", () => {
    expect(betterFor(sells, low, high)).toBe(high);
    expect(betterFor(sells, high, low)).toBe(high);
    expect(betterFor(buys, low, high)).toBe(low);
    expect(betterFor(buys, high, low)).toBe(low);
  });

  it("starts its delta away from it", () => {
    expect(startPrice(sells, high)).toBe(priceOf("101.4"));
    expect(startPrice(buys, low)).toBe(priceOf("102.5"));
  });

  it("has the delta of the price where its line is dropped", () => {
    expect(deltaAt(sells, high, startPrice(sells, high), range)).toBe(250);
    expect(deltaAt(buys, low, startPrice(buys, low), range)).toBe(250);
    expect(deltaAt(sells, low, priceOf("97.004"), range)).toBe(300);
    expect(deltaAt(buys, low, priceOf("103.006"), range)).toBe(301);
  });

  it("has one that its market allows, wherever that is", () => {
    expect(deltaAt(sells, high, priceOf("110"), range)).toBe(10);
    expect(deltaAt(buys, low, priceOf("90"), range)).toBe(10);
    expect(deltaAt(sells, high, priceOf("1"), range)).toBe(2_000);
  });
});
